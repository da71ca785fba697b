"""The file in which a pass leaves for the next one what it read: a cache, like a `.pyc` file.

It is in Python's own `marshal` form, as those are. Reading JSON would need the module `json`,
whose import alone costs 0.8 starts of Python where a whole pass may cost three, and takes
five times as long. As with a `.pyc` file, nobody is to write here but the user and the same
Python: what others could write to, what another Python or another version of this program
wrote (the header), and what does not have its checksum is refused. The contents are still
checked where they are used.
"""

from __future__ import annotations

import marshal
import os
import stat
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = b"kernelsync memory 2\n"
_CHECKSUM = 4
_START = len(_MAGIC) + _CHECKSUM
_LARGEST = 64 * 1024 * 1024
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_READ_FLAGS = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
_DIRECTORY_MODE = 0o700
_FILE_MODE = 0o600


def file_name(kernels_directory: str) -> str:
    """Return the name of the file in the cache directory.

    There is one for each directory of kernelspecs: what is known of one says nothing about
    another, and they may be used in turn.
    """
    return f"memory-{crc32(kernels_directory.encode('utf-8', 'surrogatepass')):08x}.bin"


def load(path: str, header: Mapping[str, object], uid: int) -> dict[str, object]:
    """Return what is written; empty if there is nothing that can be trusted and understood.

    `header` is what it must have been written with; `uid` must own the file.
    """
    try:
        contents = _read(path, uid)
        if contents[:_START] != _start(contents[_START:]):
            return {}
        written = marshal.loads(contents[_START:])  # noqa: S302 - only ours, see above
    except (OSError, ValueError, EOFError, TypeError, MemoryError):
        return {}
    if type(written) is not dict or written.get("header") != header:
        return {}
    return written


def save(path: str, header: Mapping[str, object], contents: Mapping[str, object]) -> bool:
    """Write the contents, whole or not at all, and return whether that was possible.

    They can be made again, so they are not flushed to the disk: what a power cut leaves has
    another checksum.
    """
    temporary = f"{path}.{os.getpid()}.new"
    try:
        payload = marshal.dumps({"header": header, **contents})
        os.makedirs(os.path.dirname(path), _DIRECTORY_MODE, exist_ok=True)
        _write(temporary, _start(payload) + payload)
        os.replace(temporary, path)
    except (OSError, ValueError):
        _drop(temporary)
        return False
    return True


def packed(part: dict[str, object]) -> bytes:
    """Return a part of the contents in a form that costs nothing to load until it is used."""
    return marshal.dumps(part)


def unpacked(part: bytes) -> object:
    """Return a part as it was packed; None if that cannot be told."""
    try:
        return marshal.loads(part)  # noqa: S302 - only ours, see above
    except (ValueError, EOFError, TypeError, MemoryError):
        return None


def _start(payload: bytes) -> bytes:
    return _MAGIC + crc32(payload).to_bytes(_CHECKSUM, "little")


def _read(path: str, uid: int) -> bytes:
    descriptor = os.open(path, _READ_FLAGS)
    try:
        status = os.fstat(descriptor)
        ours = status.st_uid == uid and not status.st_mode & _OTHERS_WRITE
        if not stat.S_ISREG(status.st_mode) or not ours or status.st_size > _LARGEST:
            raise ValueError
        return os.read(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _write(path: str, contents: bytes) -> None:
    _drop(path)
    descriptor = os.open(path, _WRITE_FLAGS, _FILE_MODE)
    try:
        left = memoryview(contents)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _drop(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
