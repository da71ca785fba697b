"""Keep Jupyter's kernelspecs in step with the Python environments on this machine."""

from __future__ import annotations

__version__ = "0.1.0"
