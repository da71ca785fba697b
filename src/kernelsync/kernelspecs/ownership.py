"""Whose kernelspec a directory holds."""

from __future__ import annotations

import errno
import os

from kernelsync.kernelspecs.codec import DOCUMENT, is_unchanged, mark_object, parse
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.mark_format import MARK_VERSION, mark_from_json, mark_version
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.kernelspecs.files import File
    from kernelsync.model.kernelspec import Mark

_NO_DIRECTORY = frozenset({errno.ENOTDIR, errno.ELOOP})
# A directory or FIFO, a symlink, a huge file: we write none of these beside kernel.json.
_NOT_WRITTEN_BY_US = frozenset({errno.EINVAL, errno.ELOOP, errno.EFBIG, errno.ENXIO})


class Examined(Value):
    """A kernelspec as it was found; `files` and `inode` are those of the directory."""

    ownership: Ownership
    files: tuple[File, ...] = ()
    inode: int = 0


def claim(written: Mapping[str, object] | None, host: str) -> tuple[Ownership, Mark | None]:
    """Return what the object in `metadata.kernelsync` says, and the mark where it is one.

    It cannot say OURS or EDITED: that takes the digest.
    """
    if written is None:
        return Ownership.FOREIGN, None
    mark = mark_from_json(written)
    if (mark_version(written) or 0) > MARK_VERSION:
        return Ownership.NEWER, mark
    if mark is None:
        return Ownership.FOREIGN, None
    return (Ownership.CLAIMED if mark.host == host else Ownership.OTHER_HOST), mark


def examine(parent: int, name: str, *, host: str, uid: int) -> Examined:
    """Return whose the kernelspec `name` in the directory `parent` is, by all of its bytes.

    A symlink, another user's directory and anything without our mark is FOREIGN. Ours with a
    file too many, too few or different is EDITED.

    Raises:
        OSError: it cannot be read, so nobody can say; `FileNotFoundError` if it is gone.
    """
    from kernelsync.kernelspecs.files import open_directory  # noqa: PLC0415 - few passes change one

    try:
        directory = open_directory(parent, name)
    except OSError as error:
        if error.errno in _NO_DIRECTORY:
            return Examined(ownership=Ownership.FOREIGN)
        raise
    try:
        return _examine_open(directory, name, host, uid)
    finally:
        os.close(directory)


def _examine_open(directory: int, name: str, host: str, uid: int) -> Examined:
    from kernelsync.kernelspecs.files import read_files  # noqa: PLC0415 - as above

    status = os.fstat(directory)
    if status.st_uid != uid:
        return Examined(ownership=Ownership.FOREIGN)
    try:
        files = read_files(directory)
    except OSError as error:
        if error.errno in _NOT_WRITTEN_BY_US:
            return Examined(ownership=Ownership.EDITED)
        raise
    document = next((file.content for file in files if file.name == DOCUMENT), b"")
    ownership, _ = claim(mark_object(parse(document)), host)
    if ownership is Ownership.CLAIMED:
        ownership = Ownership.OURS if is_unchanged(name, files) else Ownership.EDITED
    return Examined(ownership=ownership, files=files, inode=status.st_ino)
