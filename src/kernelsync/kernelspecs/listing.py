"""Opening directories of kernelspecs, each only once, whatever names it has."""

from __future__ import annotations

import os


def open_once(directory: str, seen: set[tuple[int, int]]) -> int | None:
    """Open a directory, unless the same one was read before under another name."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    identity = status.st_dev, status.st_ino
    if identity in seen:
        os.close(descriptor)
        return None
    seen.add(identity)
    return descriptor
