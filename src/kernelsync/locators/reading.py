"""Small files of unknown origin, read without being held up or misled by them."""

from __future__ import annotations

import os
import stat

LIMIT = 64 * 1024
"""The most that is read of one file, in bytes; a longer one is cut there."""


def read_small(path: str, *, follow: bool = False) -> bytes | None:
    """Return the start of a regular file; None if it is anything else or cannot be read.

    A FIFO does not block. A symlink is followed only where the file is the user's own.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return os.read(descriptor, LIMIT)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def one_path(content: bytes | None) -> str | None:
    """Return the absolute path that a file's first line holds, None if it holds none."""
    if not content:
        return None
    try:
        line = content.partition(b"\n")[0].strip().decode()
    except UnicodeDecodeError:
        return None
    return line if line.startswith("/") and line.isprintable() else None
