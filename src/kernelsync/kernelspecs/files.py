"""Files and directories by descriptor, so that a swapped symlink leads nowhere."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

FILE_LIMIT = 4 * 1024 * 1024
"""The largest logo that is read or written, in bytes."""
DIRECTORY_MODE = 0o700
FILE_MODE = 0o600

READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Never through a symlink, and never waiting for the writer of a FIFO."""
_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Some file systems have nothing to sync in a directory.
_NO_SYNC = frozenset({errno.EINVAL, errno.EBADF, errno.EOPNOTSUPP})
_NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class File(Value):
    """A small file: what makes it the same "byte for byte".

    `mode` are its permission bits; `modified` is its time in nanoseconds, None for "now".
    """

    name: str
    content: bytes
    mode: int = FILE_MODE
    modified: int | None = None


def open_directory(parent: int, name: str) -> int:
    """Open a directory below another one; a symlink is an error."""
    return os.open(name, _DIRECTORY_FLAGS, dir_fd=parent)


def make_directory(parent: int, name: str) -> int:
    """Make a directory that must not exist yet, for this user alone, and open it."""
    os.mkdir(name, DIRECTORY_MODE, dir_fd=parent)
    return open_directory(parent, name)


def read_file(directory: int, name: str, limit: int = FILE_LIMIT) -> File:
    """Read a regular file.

    Raises:
        OSError: it cannot be read, is not a regular file (EINVAL) or is larger than the
            limit (EFBIG).
    """
    descriptor = os.open(name, READ_FLAGS, dir_fd=directory)
    try:
        return _read_open(descriptor, name, limit)
    finally:
        os.close(descriptor)


def read_source(path: str, limit: int = FILE_LIMIT) -> bytes:
    """Read a regular file anywhere, also through symlinks; errors as in `read_file`.

    Installers link the files of an environment into their caches, so a link is no attack.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return _read_open(descriptor, path, limit).content
    finally:
        os.close(descriptor)


def _read_open(descriptor: int, name: str, limit: int) -> File:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", name)
    pieces: list[bytes] = []
    left = limit + 1
    while left and (piece := os.read(descriptor, min(left, status.st_size + 1))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise OSError(errno.EFBIG, f"larger than {limit} bytes", name)
    return File(
        name=name,
        content=b"".join(pieces),
        mode=stat.S_IMODE(status.st_mode),
        modified=status.st_mtime_ns,
    )


def read_files(directory: int) -> tuple[File, ...]:
    """Read every file of a directory, sorted by name; errors as in `read_file`."""
    return tuple(read_file(directory, name) for name in sorted(os.listdir(directory)))


def write_file(directory: int, file: File, name: str | None = None) -> None:
    """Write a file that must not exist yet, durably; `name` if it is to have another one."""
    descriptor = _written(directory, file, name or file.name)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class NewDirectory:
    """A new directory with these files, written and not durable yet; a context manager.

    The files are on their way to the disk, so of several such directories the first `sync`
    takes most of the time of all.
    """

    def __init__(self, parent: int, name: str, files: Iterable[File]) -> None:
        self._descriptors = [make_directory(parent, name)]
        try:
            for file in files:
                self._descriptors.append(_written(self._descriptors[0], file, file.name))
                _begin_to_write_out(self._descriptors[-1])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        for descriptor in self._descriptors:
            os.close(descriptor)

    def sync(self) -> int:
        """Make it durable with all its files, and return its inode."""
        directory, *files = self._descriptors
        for descriptor in files:
            os.fsync(descriptor)
        sync(directory)
        return os.fstat(directory).st_ino


def write_files(parent: int, name: str, files: Iterable[File]) -> int:
    """Write a new directory with these files, durably, and return its inode."""
    with NewDirectory(parent, name, files) as new:
        return new.sync()


def _written(directory: int, file: File, name: str) -> int:
    """Return the descriptor of a file that was written, not durably yet."""
    descriptor = os.open(name, _NEW_FLAGS, FILE_MODE, dir_fd=directory)
    try:
        left = memoryview(file.content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fchmod(descriptor, file.mode)
        if file.modified is not None:
            os.utime(descriptor, ns=(file.modified, file.modified))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _begin_to_write_out(descriptor: int) -> None:
    """Have Linux place a file on the disk without waiting for it.

    Of several files the first fsync then makes durable what each would otherwise take a commit
    of its own for. It is advice, and changes nothing else.
    """
    with suppress(AttributeError, OSError):  # not on macOS
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def sync(*directories: int) -> None:
    """Make what was moved in these directories durable, where the file system can."""
    for directory in directories:
        try:
            os.fsync(directory)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise


def replace_file(directory: int, file: File) -> None:
    """Write a file in one step, whether it exists or not."""
    fresh = f".{file.name}.new"
    remove_tree(directory, fresh)
    write_file(directory, file, fresh)
    os.rename(fresh, file.name, src_dir_fd=directory, dst_dir_fd=directory)


def remove_file(directory: int, name: str) -> None:
    """Remove a file, if it is there."""
    try:
        os.unlink(name, dir_fd=directory)
    except FileNotFoundError:
        return


def remove_tree(parent: int, name: str) -> None:
    """Remove a file, or a directory with all that is in it, if it is there."""
    try:
        directory = open_directory(parent, name)
    except FileNotFoundError:
        return
    except OSError as error:
        # With O_NOFOLLOW a symlink is ELOOP on some systems; both mean "no directory".
        if error.errno not in {errno.ENOTDIR, errno.ELOOP}:
            raise
        remove_file(parent, name)
        return
    try:
        for child in os.listdir(directory):
            remove_tree(directory, child)
    finally:
        os.close(directory)
    os.rmdir(name, dir_fd=parent)


def inode_of(parent: int, name: str) -> int | None:
    """Return the inode of an entry, not following a symlink; None if there is none."""
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False).st_ino
    except FileNotFoundError:
        return None
