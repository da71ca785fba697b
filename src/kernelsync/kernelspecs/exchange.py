"""The two steps that no reader can see half of: move to a free name, and exchange.

Both are flags of renameat2(2) (Linux 3.15; the wrapper is in glibc 2.28). Python has no call
for it, so it goes through ctypes, which is imported with the first change only.
"""

from __future__ import annotations

import errno
import os

_NOREPLACE = 1
_EXCHANGE = 2

_UNSUPPORTED = frozenset(
    {
        errno.EINVAL,  # the file system does not know the flag (FUSE, NFS)
        errno.ENOSYS,  # the kernel or the C library does not know the call
        errno.EOPNOTSUPP,
        errno.EXDEV,  # `kernels` is a mount of its own, also one on the same device
    }
)


def move_to_free_name(source: int, destination: int, name: str) -> None:
    """Move an entry from one directory to another, where the name must be free.

    Raises:
        FileExistsError: the name is taken, if only by an empty directory or a dangling link.
        OSError: `is_unsupported` tells whether to go another way.
    """
    _renameat2(source, destination, name, _NOREPLACE)


def exchange(source: int, destination: int, name: str) -> None:
    """Exchange the entries that have this name in two directories; errors as above."""
    _renameat2(source, destination, name, _EXCHANGE)


def is_unsupported(error: OSError) -> bool:
    """Return whether an error means that this file system cannot do it in one step."""
    return error.errno in _UNSUPPORTED


def _renameat2(source: int, destination: int, name: str, flags: int) -> None:
    # Some builds of Python have no ctypes, and some C libraries no renameat2.
    try:
        import ctypes  # noqa: PLC0415 - a third of Python's start, and only writing needs it

        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, AttributeError) as error:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name) from error
    path = os.fsencode(name)
    if call(source, path, destination, path, flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
