"""`kernelsync clean`: remove every kernelspec that kernelsync owns."""

from __future__ import annotations

import time

from kernelsync.model.outcome import problems_of
from kernelsync.model.plan import Forget, Remove
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.model.kernelspec import KernelName
    from kernelsync.model.outcome import Outcome
    from kernelsync.model.problem import Problem


class CleanResult(Value):
    """What became of each kernelspec with our mark, or (`only_plan`) would."""

    outcomes: tuple[Outcome, ...]
    only_plan: bool = False

    @property
    def removed(self) -> tuple[KernelName, ...]:
        """The kernels that went to the trash, or would."""
        return tuple(
            each.action.installed.name
            for each in self.outcomes
            if isinstance(each.action, Remove) and each.problem is None
        )

    @property
    def kept(self) -> tuple[tuple[KernelName, str], ...]:
        """The kernels with our mark that are not ours to remove, each with the reason."""
        return tuple(
            (each.action.installed.name, each.action.reason)
            for each in self.outcomes
            if isinstance(each.action, Forget) and each.problem is None
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why some could not be removed."""
        return problems_of(self.outcomes)

    @property
    def exit_code(self) -> int:
        """1 if something of ours is still there."""
        return 1 if self.problems else 0


def run(session: Session, *, only_plan: bool = False) -> CleanResult:
    """Move everything that is ours, and unedited, to the trash, or only say what that would be.

    Raises:
        KernelsDirectoryError: there is something, but the directory cannot be written.
    """
    if only_plan:
        return CleanResult(outcomes=session.store.to_clean(), only_plan=True)
    kernels, unread = session.store.read()
    if not unread and not any(kernel.mark is not None for kernel in kernels):
        return CleanResult(outcomes=())
    session.confine()
    with session.lock():
        return CleanResult(outcomes=session.store.clean(time.time()))
