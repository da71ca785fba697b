"""Pictures of a directory tree, to compare what was there with what is."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

Identity = tuple[int, int, int, int]


def identities(*roots: str) -> dict[str, Identity]:
    """Return inode, modification time (ns), size and mode of everything below the roots.

    Two equal pictures mean that nothing was written, exchanged, created or removed between
    them. A root that does not exist has no entries.
    """
    return {path: _identity(path) for root in roots for path in _walk(root)}


def contents(root: str) -> dict[str, bytes]:
    """Return the bytes of every file below the root, by relative path."""
    picture = {}
    for path in _walk(root):
        if stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, "rb") as file:
                picture[os.path.relpath(path, root)] = file.read()
    return picture


def _walk(root: str) -> Iterator[str]:
    if not os.path.lexists(root):
        return
    yield root
    for directory, directories, files in os.walk(root):
        for name in (*directories, *files):
            yield os.path.join(directory, name)


def _identity(path: str) -> Identity:
    status = os.lstat(path)
    return status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode
