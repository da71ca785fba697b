"""The kernel.json of every kernelspec, read only if it has changed since an earlier pass.

Everything that the system keeps about a file but its times of reading tells whether it has
changed: the time of change (ctime) moves with contents, mode, owner and name, and nobody can
set it back. What is known of a file that is to be changed or removed does not count: that
is read again, and compared with its digest (`ownership.examine`).
"""

from __future__ import annotations

import os
import stat

from kernelsync.kernelspecs.codec import DOCUMENT, mark_object, parse, take_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kernelsync.model.kernelspec import InstalledKernel

    Document = dict[str, object]
    Known = dict[str, object]
    Read = tuple[Document, Mapping[str, int], int]
    """A document without our two keys, the names and sizes beside it, and its owner."""
    Kernels = dict[str, tuple[object, int, InstalledKernel]]
    """By directory: what is known of it, who "we" are, and what that came to."""

DOCUMENT_LIMIT = 256 * 1024
"""The largest kernel.json that is read, in bytes."""
_WORTH_KNOWING = 16 * 1024
"""The largest that is kept, in bytes: ours have less than one tenth of this."""
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_NOBODY = -1
"""Stands for the owner of a kernel.json behind a symlink, which is never us."""
_SETTLING = 2.0
"""Seconds in which two changes may get the same time stamp (FAT has the coarsest clock)."""


NOTHING: Read = ({}, {}, _NOBODY)
"""What stands for a kernel.json that cannot be read."""


class Documents:
    """Reads documents in one pass; those of `known` are not read if they did not change.

    `known` has, by the kernelspec's directory, a list of the file's seal, the document and
    the files. `now` is the wall clock at the beginning of the pass, in seconds since 1970.
    `kept` is what the next pass may know, in the same form: what changed just before `now`
    is left out, because a second change could leave the same times. `made` is what the last
    pass made of the very same objects, and `kernels` what this one did.
    """

    def __init__(self, known: Known, now: float, made: Kernels | None = None) -> None:
        self.kept: Known = {}
        self.kernels: Kernels = {}
        self._known = known
        self._made = made or {}
        self._texts: dict[str, str] = {}
        self._limit = (now - _SETTLING) * 1e9

    def read(self, parent: int, path: str, name: str) -> Read:
        """Return the document in the directory `name` of `parent`; `path` is the parent's.

        It is empty where Jupyter could not read it, where it is too large or no regular
        file. What Jupyter could read through a symlink is read, but owned by nobody.

        Raises:
            OSError: there is none, or it cannot be read.
        """
        file, directory = f"{name}/{DOCUMENT}", f"{path}/{name}"
        status = os.lstat(file, dir_fd=parent)
        if stat.S_ISLNK(status.st_mode):
            return _read(parent, file, 0)[0]
        known = self._known.get(directory)
        if type(known) is list and len(known) == 3 and known[0] == seal(status):  # noqa: PLR2004 - seal, document, files
            _, document, files = known
            if type(document) is dict and type(files) is dict:
                self.kept[directory] = known
                return document, files, status.st_uid
        found, status = _read(parent, file, os.O_NOFOLLOW)
        if self._is_to_be_kept(status):
            self.kept[directory] = [seal(status), self._shared(found[0]), found[1]]
        return found

    def kernel(
        self, directory: str, me: int, make: Callable[[], InstalledKernel]
    ) -> InstalledKernel:
        """Return what was just read as a kernel of the store, as the user `me`."""
        known = self.kept.get(directory)
        if known is None:
            return make()
        made = self._made.get(directory)
        if made is None or made[0] is not known or made[1] != me:
            made = known, me, make()
        self.kernels[directory] = made
        return made[2]

    def _is_to_be_kept(self, status: os.stat_result) -> bool:
        latest = max(status.st_mtime_ns, status.st_ctime_ns)
        return latest < self._limit and status.st_size <= _WORTH_KNOWING

    def _shared(self, value: object) -> object:
        """Return a JSON value with one object for all equal texts: it is written only once."""
        if type(value) is str:
            return self._texts.setdefault(value, value)
        if type(value) is list:
            return [self._shared(each) for each in value]
        if type(value) is dict:
            return {self._shared(key): self._shared(each) for key, each in value.items()}
        return value


def seal(status: os.stat_result) -> int:
    """Return a number that changes when the file does."""
    return hash((*status[:7], status.st_mtime_ns, status.st_ctime_ns))


def _read(parent: int, file: str, flags: int) -> tuple[Read, os.stat_result]:
    """Return what is in a file, and the status that it had before; 0 as flag follows links."""
    descriptor = os.open(file, _FLAGS | flags, dir_fd=parent)
    try:
        status = os.fstat(descriptor)
        if status.st_size > DOCUMENT_LIMIT or not stat.S_ISREG(status.st_mode):
            return NOTHING, status
        document = parse(os.read(descriptor, status.st_size + 1))
    finally:
        os.close(descriptor)
    written = mark_object(document)
    files = {} if written is None else take_files(written)
    owner = status.st_uid if flags else _NOBODY
    return (document, files, owner), status
