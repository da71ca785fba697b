"""The store: the one directory of kernelspecs that kernelsync writes to.

What only writing needs is imported with the first change; most passes change nothing.
"""

from __future__ import annotations

import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.glance import glance
from kernelsync.kernelspecs.layout import STAGING, TRASH, leftovers, out_of_time, state_path
from kernelsync.kernelspecs.ownership import examine
from kernelsync.kernelspecs.read import read_installed
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.documents import Documents
    from kernelsync.kernelspecs.trash import TrashEntry
    from kernelsync.kernelspecs.undo import Restored
    from kernelsync.kernelspecs.workplace import Workplace
    from kernelsync.kernelspecs.writer import Writer
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import Outcome
    from kernelsync.model.problem import Problem

_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class KernelStore:
    """Kernelspecs in one directory: read freely, written under the lock.

    `host` is this machine's id; `uid` the user who is "we", None for whoever runs this. A pass
    takes the lock and then calls `sweep`, `read`, `verify` for what it would change and, only
    if there is something to write, `prepare`.
    """

    def __init__(self, kernels_directory: str, host: str, uid: int | None = None) -> None:
        self.directory = kernels_directory.rstrip("/") or "/"
        self._host = host
        self._uid = uid

    def read(
        self, path_directories: Sequence[str] = (), documents: Documents | None = None
    ) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
        """Return the kernels of the store and of Jupyter's path; see `read_installed`."""
        return read_installed(self.directory, path_directories, self._host, self._uid, documents)

    def glance(self, path_directories: Sequence[str]) -> list[str] | None:
        """Return a seal of each of these kernels, None where that takes a closer look."""
        return glance(self.directory, path_directories)

    def verify(self, kernel: InstalledKernel) -> InstalledKernel:
        """Return a CLAIMED kernel of the store as OURS, EDITED or UNREADABLE, by its digest.

        What is gone is not ours to change either: EDITED. A kernel that is not CLAIMED comes
        back as it is.
        """
        if kernel.ownership is not Ownership.CLAIMED:
            return kernel
        found = self._ownership(kernel)
        if found not in {Ownership.OURS, Ownership.UNREADABLE}:
            found = Ownership.EDITED
        return replace(kernel, ownership=found)

    def is_untidy(self, now: float) -> bool:
        """Return whether `sweep` would find anything; reads only, and needs no lock.

        Raises:
            KernelsDirectoryError: that cannot be seen.
        """
        if leftovers(self._names(STAGING), self._host):
            return True
        return any(out_of_time(self._names(TRASH), now))

    def sweep(self, now: float) -> tuple[Problem, ...]:
        """Settle what an interrupted pass left, and purge what is due in the trash.

        Writes nothing, and makes nothing, if there is neither. `now` in seconds of the epoch.

        Raises:
            KernelsDirectoryError: there is something, but the directory cannot be written.
        """
        if not self.is_untidy(now):
            return ()
        with self._open(now) as work:
            from kernelsync.kernelspecs.sweep import sweep  # noqa: PLC0415 - only writing needs it

            return sweep(work)

    def prepare(self, now: float) -> Writer:
        """Return a writer for one batch of changes, after making the directories it needs.

        Leftovers are swept; those that remain do not stand in its way.

        Raises:
            KernelsDirectoryError: kernelspecs cannot be written at all.
        """
        from kernelsync.kernelspecs.sweep import sweep  # noqa: PLC0415 - only writing needs it
        from kernelsync.kernelspecs.writer import Writer  # noqa: PLC0415 - only writing needs it

        work = self._open(now)
        try:
            sweep(work)
        except BaseException:
            work.close()
            raise
        return Writer(work)

    def clean(self, now: float) -> tuple[Outcome, ...]:
        """Move every kernelspec that is OURS to the trash, and say which others stay.

        Those with our mark that are not OURS (edited, another host's, a later version's) are
        in the result as a `Forget`, with a problem if they cannot be read; other people's are
        not mentioned.

        Raises:
            KernelsDirectoryError: there are some, but the directory cannot be written.
        """
        from kernelsync.kernelspecs.clean import clean  # noqa: PLC0415 - only writing needs it

        return clean(self._verified(), lambda: self.prepare(now))

    def to_clean(self) -> tuple[Outcome, ...]:
        """Return what `clean` would do; reads only, and needs no lock."""
        from kernelsync.kernelspecs.clean import planned  # noqa: PLC0415 - as above

        return planned(self._verified())

    def trash(self) -> tuple[TrashEntry, ...]:
        """Return what is in the trash, the last first; needs no lock.

        Raises:
            KernelsDirectoryError: some of it cannot be read.
        """
        from kernelsync.kernelspecs.trash import list_trash  # noqa: PLC0415 - undo alone needs it

        path = state_path(self.directory, TRASH)
        try:
            trash = os.open(path, _DIRECTORY_FLAGS | os.O_NOFOLLOW)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            return list_trash(trash, path, self._host)
        finally:
            os.close(trash)

    def undo(self, now: float) -> tuple[Restored, ...]:
        """Bring back what the last pass that removed or updated anything took away.

        Empty if there is nothing. The next pass does not know of it: tell
        `undo.WHAT_IS_NEXT` with every success.

        Raises:
            KernelsDirectoryError: there is something, but the directory cannot be written.
        """
        from kernelsync.kernelspecs.undo import last_batch, undo_last  # noqa: PLC0415 - as above

        self.sweep(now)
        if not last_batch(self.trash()):
            return ()
        with self._open(now) as work:
            return undo_last(work)

    def _verified(self) -> list[InstalledKernel]:
        return [self.verify(kernel) for kernel in self.read()[0]]

    def _ownership(self, kernel: InstalledKernel) -> Ownership:
        path, _, name = kernel.directory.rpartition("/")
        try:
            parent = os.open(path, _DIRECTORY_FLAGS)
            try:
                return examine(parent, name, host=self._host, uid=self._me).ownership
            finally:
                os.close(parent)
        except (FileNotFoundError, NotADirectoryError):
            return Ownership.EDITED
        except OSError:
            return Ownership.UNREADABLE

    @property
    def _me(self) -> int:
        return os.geteuid() if self._uid is None else self._uid

    def _names(self, name: str) -> list[str]:
        path = state_path(self.directory, name)
        try:
            return os.listdir(path)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _unreadable(path, error) from error

    def _open(self, now: float) -> Workplace:
        from kernelsync.kernelspecs.workplace import (  # noqa: PLC0415 - only writing needs it
            open_workplace,
        )

        return open_workplace(self.directory, host=self._host, uid=self._me, now=now)


def _unreadable(path: str, error: OSError) -> KernelsDirectoryError:
    message = f"{path} cannot be read: {error.strerror}"
    hint = f"make {os.path.dirname(path)} a directory that you own and can read"
    return KernelsDirectoryError(message, path=path, hint=hint)
