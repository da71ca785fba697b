"""Reading small files that somebody else wrote: nothing here blocks, follows on or overflows.

A named pipe is opened without waiting and then refused, as is everything else that is not a
regular file; more than the limit is never read. What is absent, or closed to us, is as good as not
there; but where the disk does not answer, nobody can say, and that is an `OSError` everywhere here.
"""

from __future__ import annotations

import errno
import os
import stat

from kernelsync.errors import NO_ANSWER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeVar

    _T = TypeVar("_T")

SMALL = 64 * 1024
"""The most bytes that are read of a text file, such as pyvenv.cfg."""

MEDIUM = 256 * 1024
"""The most bytes that are read of a JSON document or an image."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read(path: str, limit: int = SMALL) -> tuple[bytes, os.stat_result]:
    """Return the contents of a regular file, and its status.

    Raises:
        OSError: It is absent, cannot be read, is no regular file, or is over the limit
            (in bytes); `strerror` says which.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        if status.st_size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit // 1024} KiB", path)
        # No more than there is: a buffer of the limit's size would cost more than the rest.
        return os.read(descriptor, status.st_size), status
    finally:
        os.close(descriptor)


def read_text(path: str, limit: int = SMALL) -> str | None:
    """Return a file's text, or None where there is no such file that can be read."""
    try:
        return read(path, limit)[0].decode("utf-8", "surrogateescape")
    except (OSError, ValueError) as error:
        _require_answer(error, path)
        return None


def read_start(path: str, size: int) -> bytes:
    """Return the first bytes of a regular file of any length; none if it cannot be read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        _require_answer(error, path)
        return b""
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, size) if regular else b""
    except OSError as error:
        _require_answer(error, path)
        return b""
    finally:
        os.close(descriptor)


def read_pieces(path: str, asks: Generator[tuple[int, int], bytes, _T]) -> _T:
    """Read the pieces of a regular file that are asked for, and return what is made of them.

    `asks` yields an offset and a size, and is sent the bytes that are there: fewer at the end
    of the file, none if it cannot be read. A piece has at most `SMALL` bytes.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        _require_answer(error, path)
        descriptor = -1
    try:
        readable = descriptor >= 0 and stat.S_ISREG(os.fstat(descriptor).st_mode)
        piece = None
        while True:
            offset, size = next(asks) if piece is None else asks.send(piece)
            piece = _piece(descriptor, offset, size) if readable else b""
    except StopIteration as end:
        made: _T = end.value
        return made
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _piece(descriptor: int, offset: int, size: int) -> bytes:
    try:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, min(size, SMALL))
    except OverflowError:
        return b""
    except OSError as error:
        if error.errno in NO_ANSWER:
            raise
        return b""


def status_of(path: str) -> os.stat_result | None:
    """Return what a path leads to, or None where that is nothing that we can reach."""
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:
        _require_answer(error, path)
        return None


def exists(path: str) -> bool:
    """Whether the path leads to anything; half the price of asking to what."""
    try:
        # Without a reason; so whoever is told "no" asks again for one.
        return os.access(path, os.F_OK) or status_of(path) is not None
    except ValueError:
        return False


def is_file(path: str) -> bool:
    """Whether the path leads to a regular file."""
    status = status_of(path)
    return status is not None and stat.S_ISREG(status.st_mode)


def is_directory(path: str) -> bool:
    """Whether the path leads to a directory."""
    status = status_of(path)
    return status is not None and stat.S_ISDIR(status.st_mode)


def names_in(path: str) -> list[str]:
    """Return the names in a directory, none where it cannot be listed."""
    try:
        return os.listdir(path)
    except (OSError, ValueError) as error:
        _require_answer(error, path)
        return []


def _require_answer(error: OSError | ValueError, path: str) -> None:
    """Raise an error that says nothing about what is there, with the path that was asked for."""
    if isinstance(error, OSError) and error.errno in NO_ANSWER:
        raise OSError(error.errno, error.strerror, path) from error
