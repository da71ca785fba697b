"""What is installed: every kernelspec on Jupyter's path, read quickly.

This runs in every pass, so it takes one system call for each kernelspec that has not changed,
and leaves the digest to `ownership.examine`.
"""

from __future__ import annotations

import errno
import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.codec import mark_object
from kernelsync.kernelspecs.documents import NOTHING, Documents
from kernelsync.kernelspecs.listing import open_once
from kernelsync.kernelspecs.ownership import claim
from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.documents import Read

_NO_KERNEL = frozenset({errno.ENOENT, errno.ENOTDIR})
_NOT_READ_BY_JUPYTER = _NO_KERNEL | {errno.ELOOP, errno.ENXIO}
_NOBODY = -2
"""Stands for us where nothing can be ours: below a symlink."""


def read_installed(
    store_directory: str,
    path_directories: Sequence[str],
    host: str,
    uid: int | None = None,
    documents: Documents | None = None,
) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
    """Return all kernelspecs: those of the store first, then those of Jupyter's path.

    `path_directories` may contain the store too, under any name. `uid` is the user who is
    "we", None for the one who runs this process. In the store everything that takes a name
    counts, as FOREIGN with an empty document: an empty directory, a file, a broken kernel.json.
    `documents` knows what earlier passes have read, None if nothing is known.
    A directory that does not exist has no kernelspecs. What cannot be read in the store is a
    problem, unless it belongs to somebody else.

    Raises:
        KernelsDirectoryError: the store exists, but cannot be listed.
    """
    reader = _Reader(
        documents or Documents({}, 0), host=host, uid=os.geteuid() if uid is None else uid
    )
    seen: set[tuple[int, int]] = set()
    kernels: list[InstalledKernel] = []
    problems = reader.problems
    try:
        kernels += reader.read_store(store_directory, seen)
    except FileNotFoundError:
        pass
    except OSError as error:
        message = f"the kernels directory {store_directory} cannot be read: {error.strerror}"
        hint = "make it a directory that you own, or name another one with --kernels-dir"
        raise KernelsDirectoryError(message, path=store_directory, hint=hint) from error
    for directory in path_directories:
        try:
            kernels += reader.read_other(directory, seen)
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


class _Reader:
    """Reads directories of kernelspecs as the user `uid` of a host; `problems` are those met."""

    def __init__(self, documents: Documents, *, host: str, uid: int) -> None:
        self.problems: list[Problem] = []
        self._documents = documents
        self._host = host
        self._me = uid

    def read_store(self, path: str, seen: set[tuple[int, int]]) -> list[InstalledKernel]:
        """Return everything in the directory that kernelsync writes to."""
        directory = open_once(path, seen)
        if directory is None:
            return []
        try:
            with os.scandir(directory) as entries:
                names = sorted((entry.name, entry.is_symlink()) for entry in entries)
            return [
                self._read_kernel(directory, path, name, _NOBODY if is_link else self._me)
                for name, is_link in names
            ]
        finally:
            os.close(directory)

    def read_other(self, path: str, seen: set[tuple[int, int]]) -> list[InstalledKernel]:
        """Return the kernelspecs of a directory that is only read.

        Ours may be there too, from before another directory was named: they are nobody else's.
        """
        directory = open_once(path, seen)
        if directory is None:
            return []
        kernels = []
        try:
            for name in sorted(os.listdir(directory)):
                try:
                    found = self._documents.read(directory, path, name)
                except OSError as error:
                    if error.errno in _NO_KERNEL:
                        continue
                    found = NOTHING
                kernels.append(self._kernel(found, path, name, self._me, in_store=False))
        finally:
            os.close(directory)
        return kernels

    def _read_kernel(self, directory: int, path: str, name: str, me: int) -> InstalledKernel:
        try:
            found = self._documents.read(directory, path, name)
        except OSError as error:
            kernel = self._kernel(NOTHING, path, name, me, in_store=True)
            if error.errno not in _NOT_READ_BY_JUPYTER and self._could_be_mine(directory, name):
                from kernelsync.kernelspecs.problems import not_read  # noqa: PLC0415 - hardly ever

                self.problems.append(not_read(f"{path}/{name}", error))
                return replace(kernel, ownership=Ownership.UNREADABLE)
            return kernel
        return self._documents.kernel(
            f"{path}/{name}", me, lambda: self._kernel(found, path, name, me, in_store=True)
        )

    def _could_be_mine(self, directory: int, name: str) -> bool:
        try:
            return os.stat(name, dir_fd=directory, follow_symlinks=False).st_uid == self._me
        except OSError:
            return True

    def _kernel(
        self, found: Read, path: str, name: str, me: int, *, in_store: bool
    ) -> InstalledKernel:
        document, files, owner = found
        written = mark_object(document) if owner == me else None
        ownership, mark = claim(written, self._host)
        return InstalledKernel(
            name=KernelName(name.lower()),
            directory=f"{path}/{name}",
            in_store=in_store,
            ownership=ownership,
            document=document,
            files=files if in_store and mark is not None else {},
            mark=mark,
        )
