"""`kernelsync undo`: bring back what the last removal or update took away."""

from __future__ import annotations

import time

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.kernelspecs.trash import TrashEntry
    from kernelsync.kernelspecs.undo import Restored
    from kernelsync.model.problem import Problem


class UndoResult(Value):
    """What came back (`restored`), or with `--list` what is in the trash (`entries`)."""

    restored: tuple[Restored, ...]
    entries: tuple[TrashEntry, ...]
    only_list: bool

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why some of it could not be brought back."""
        return tuple(each.problem for each in self.restored if each.problem is not None)

    @property
    def exit_code(self) -> int:
        """1 if something could not be brought back."""
        return 1 if self.problems else 0


def run(session: Session, *, only_list: bool) -> UndoResult:
    """Bring back the last batch, or show the trash, the last first.

    Raises:
        KernelsDirectoryError: the directory for kernelspecs cannot be written.
    """
    if only_list:
        return UndoResult(restored=(), entries=session.store.trash(), only_list=True)
    if not session.store.trash():
        return UndoResult(restored=(), entries=(), only_list=False)
    session.confine()
    with session.lock():
        restored = session.store.undo(time.time())
    return UndoResult(restored=restored, entries=(), only_list=False)
