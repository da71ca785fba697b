"""Makes the benchmarks importable: they are scripts beside each other, not a package."""

from __future__ import annotations

import os
import sys

_ROOT = os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
)
sys.path.insert(0, os.path.join(_ROOT, "benchmarks"))
