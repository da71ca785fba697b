"""The directories that a batch of changes works in, held open."""

from __future__ import annotations

import errno
import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.files import (
    DIRECTORY_MODE,
    File,
    open_directory,
    sync,
    write_file,
)
from kernelsync.kernelspecs.layout import STAGING, STATE, TRASH, new_identifier
from kernelsync.model.value import Value

README = File(
    name="README",
    content=b"""This directory belongs to kernelsync, which keeps Jupyter's kernelspecs in step with
your Python environments. It stands beside `kernels`, because Jupyter and VS Code would take
whatever is in there for kernelspecs.

staging  kernelspecs that are being written; empty unless kernelsync is at work
trash    kernelspecs that were removed or replaced, kept for 30 days; `kernelsync undo`
         brings the last ones back

It may be removed while kernelsync is not running; what is in the trash is lost then.
""",
)
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_READ_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Workplace(Value):
    """One batch of changes: where, for whom, and when.

    `kernels`, `staging` and `trash` are descriptors of open directories. `now` is the time of
    the batch in seconds of the epoch. `batch` names it; undo takes back a whole one.
    """

    kernels: int
    staging: int
    trash: int
    path: str
    host: str
    uid: int
    now: float
    batch: str

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the directories."""
        _close([self.kernels, self.staging, self.trash])


def open_workplace(kernels_directory: str, *, host: str, uid: int, now: float) -> Workplace:
    """Open the directories, and make those that do not exist yet.

    Raises:
        KernelsDirectoryError: one of them cannot be made or written, or is not ours.
    """
    descriptors: list[int] = []
    try:
        os.makedirs(kernels_directory, mode=DIRECTORY_MODE, exist_ok=True)
        kernels = _open_kernels(kernels_directory, uid)
        descriptors.append(kernels)
        _require_writable(kernels, kernels_directory)
        # Not "..": beside the name, even where `kernels` itself is a symlink.
        beside = os.open(os.path.dirname(kernels_directory), _READ_FLAGS)
        descriptors.append(beside)
        state = _own_directory(beside, STATE, uid)
        descriptors.append(state)
        _write_readme(state)
        staging = _own_directory(state, STAGING, uid)
        descriptors.append(staging)
        trash = _own_directory(state, TRASH, uid)
    except OSError as error:
        _close(descriptors)
        raise _unwritable(kernels_directory, error) from error
    _close([beside, state])
    return Workplace(
        kernels=kernels,
        staging=staging,
        trash=trash,
        path=kernels_directory,
        host=host,
        uid=uid,
        now=now,
        batch=new_identifier(now, host),
    )


def _open_kernels(path: str, uid: int) -> int:
    """Open the directory, also behind a link; but the link must be ours, or root's.

    Somebody else who can write to the directory above would lead us anywhere with one.
    """
    try:
        return os.open(path, _READ_FLAGS | os.O_NOFOLLOW)
    except OSError:
        if not os.path.islink(path):
            raise
    owner, target = _link(path)
    if owner not in (0, uid):
        raise PermissionError(errno.EPERM, "it is a link of another user", path)
    return os.open(os.path.join(os.path.dirname(path), target), _READ_FLAGS)


def _link(path: str) -> tuple[int, str]:
    """Return whose link this is, and where it leads; both of the same link, where Linux helps."""
    if not hasattr(os, "O_PATH"):
        return os.lstat(path).st_uid, os.readlink(path)
    link = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return os.fstat(link).st_uid, os.readlink("", dir_fd=link)
    finally:
        os.close(link)


def _require_writable(kernels: int, path: str) -> None:
    """Fail now, with one message, rather than once for each kernelspec."""
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=kernels):
        code = errno.EROFS if os.fstatvfs(kernels).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(code, os.strerror(code), path)


def _own_directory(parent: int, name: str, uid: int) -> int:
    try:
        os.mkdir(name, DIRECTORY_MODE, dir_fd=parent)
    except FileExistsError:
        pass
    else:
        sync(parent)
    directory = open_directory(parent, name)
    if os.fstat(directory).st_uid != uid:
        os.close(directory)
        raise PermissionError(errno.EPERM, f"{name} belongs to another user", name)
    return directory


def _write_readme(state: int) -> None:
    try:
        write_file(state, README)
    except FileExistsError:
        return
    except OSError:
        # It only explains; a full disk is for the action to report.
        return


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _unwritable(path: str, error: OSError) -> KernelsDirectoryError:
    message = f"kernelspecs cannot be written to {path}: {error.strerror}"
    hint = "make it and the directory above it writable for you, or choose another with "
    return KernelsDirectoryError(message, path=path, hint=f"{hint}--kernels-dir")
