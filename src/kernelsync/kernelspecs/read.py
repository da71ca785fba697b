"""What is installed: every kernelspec on Jupyter's path, read quickly.

This runs in every pass, so it takes four system calls for each kernelspec (open, fstat, read,
close) and leaves the digest to `ownership.examine`.
"""

from __future__ import annotations

import errno
import os
import stat

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.codec import DOCUMENT, mark_object, parse, take_files
from kernelsync.kernelspecs.files import DOCUMENT_LIMIT, READ_FLAGS
from kernelsync.kernelspecs.ownership import claim
from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.outcome import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLLOW_FLAGS = READ_FLAGS & ~os.O_NOFOLLOW
_NO_KERNEL = frozenset({errno.ENOENT, errno.ENOTDIR})
_LINK = -1
"""Stands for the owner of a kernel.json behind a symlink, which is never us."""
_NOBODY = -2
"""Stands for us where nothing can be ours: below a symlink."""


def read_installed(
    store_directory: str, path_directories: Sequence[str], host: str, uid: int | None = None
) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
    """Return all kernelspecs: those of the store first, then those of Jupyter's path.

    `path_directories` may contain the store too, under any name. `uid` is the user who is
    "we", None for the one who runs this process. In the store everything that takes a name
    counts, as FOREIGN with an empty document: an empty directory, a file, a broken kernel.json.
    A directory that does not exist has no kernelspecs.

    Raises:
        KernelsDirectoryError: the store exists, but cannot be listed.
    """
    me = os.geteuid() if uid is None else uid
    seen: set[tuple[int, int]] = set()
    kernels: list[InstalledKernel] = []
    problems: list[Problem] = []
    try:
        kernels += _read_store(store_directory, seen, host, me)
    except FileNotFoundError:
        pass
    except OSError as error:
        message = f"the kernels directory {store_directory} cannot be read: {error.strerror}"
        hint = "make it a directory that you own, or name another one with --kernels-dir"
        raise KernelsDirectoryError(message, path=store_directory, hint=hint) from error
    for directory in path_directories:
        try:
            kernels += _read_other(directory, seen)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            problems.append(_unreadable(directory, error))
    return tuple(kernels), tuple(problems)


def _unreadable(directory: str, error: OSError) -> Problem:
    return Problem(
        code="kernels-unreadable",
        message=f"the kernelspecs in {directory} cannot be listed: {error.strerror}",
        path=directory,
        hint="a kernelspec there with the name of one of ours would hide it; check with "
        "'jupyter kernelspec list'",
    )


def _open(directory: str, seen: set[tuple[int, int]]) -> int | None:
    """Open a directory, unless the same one was read before under another name."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    identity = status.st_dev, status.st_ino
    if identity in seen:
        os.close(descriptor)
        return None
    seen.add(identity)
    return descriptor


def _read_store(path: str, seen: set[tuple[int, int]], host: str, me: int) -> list[InstalledKernel]:
    directory = _open(path, seen)
    if directory is None:
        return []
    try:
        with os.scandir(directory) as entries:
            names = sorted((entry.name, entry.is_symlink()) for entry in entries)
        return [
            _read_kernel(directory, path, name, host, _NOBODY if is_link else me)
            for name, is_link in names
        ]
    finally:
        os.close(directory)


def _read_kernel(directory: int, path: str, name: str, host: str, me: int) -> InstalledKernel:
    try:
        content, owner = _read_document(directory, name)
    except OSError:
        content, owner = b"", _LINK
    document = parse(content)
    written = mark_object(document) if owner == me else None
    ownership, mark = claim(written, host)
    return InstalledKernel(
        name=KernelName(name.lower()),
        directory=f"{path}/{name}",
        in_store=True,
        ownership=ownership,
        document=document,
        files={} if written is None or mark is None else take_files(written),
        mark=mark,
    )


def _read_other(path: str, seen: set[tuple[int, int]]) -> list[InstalledKernel]:
    directory = _open(path, seen)
    if directory is None:
        return []
    kernels = []
    try:
        for name in sorted(os.listdir(directory)):
            try:
                content, _ = _read_document(directory, name)
            except OSError as error:
                if error.errno in _NO_KERNEL:
                    continue
                content = b""
            kernels.append(
                InstalledKernel(
                    name=KernelName(name.lower()),
                    directory=f"{path}/{name}",
                    in_store=False,
                    ownership=Ownership.FOREIGN,
                    document=parse(content),
                    files={},
                )
            )
    finally:
        os.close(directory)
    return kernels


def _read_document(directory: int, name: str) -> tuple[bytes, int]:
    """Return the bytes of a kernel.json and its owner.

    What Jupyter could read through a symlink is read, but owned by nobody (`_LINK`). What is
    too large or no regular file is empty.
    """
    path = f"{name}/{DOCUMENT}"
    try:
        descriptor, is_link = os.open(path, READ_FLAGS, dir_fd=directory), False
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        descriptor, is_link = os.open(path, _FOLLOW_FLAGS, dir_fd=directory), True
    try:
        status = os.fstat(descriptor)
        size = status.st_size
        if size > DOCUMENT_LIMIT or not stat.S_ISREG(status.st_mode):
            return b"", _LINK
        content = os.read(descriptor, size + 1)
    finally:
        os.close(descriptor)
    return content, _LINK if is_link else status.st_uid
