"""Kernelspecs on disk: what Jupyter sees."""
