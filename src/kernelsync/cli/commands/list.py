"""`kernelsync list`: environments and their kernels."""

from __future__ import annotations

from kernelsync.cli.commands.remarks import held, left
from kernelsync.model.natural import natural
from kernelsync.model.outcome import State
from kernelsync.model.plan import names_to_create
from kernelsync.model.value import Value, replace
from kernelsync.pass_options import PassOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.model.outcome import Standing
    from kernelsync.model.problem import Problem


PENDING = "it is not published yet: 'kernelsync once' does that"


class ListResult(Value):
    """Environments in the order of their names; `hidden` counts the excluded ones."""

    standings: tuple[Standing, ...]
    hidden: int
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """1 if something could not be read or is broken."""
        return 1 if self.problems else 0


def run(session: Session, *, everything: bool) -> ListResult:
    """Look at all environments; `everything` includes those that the rules leave out."""
    view = session.reconciler.look(PassOptions())
    pending = names_to_create(view.plan.actions)
    shown = [
        replace(standing, reason=PENDING) if standing.kernel in pending else standing
        for standing in view.standings
        if everything or standing.state is not State.EXCLUDED
    ]
    shown.sort(key=_order)
    return ListResult(
        standings=tuple(shown),
        hidden=len(view.standings) - len(shown),
        problems=(*view.problems, *held(view.plan.actions), *left(view.plan.actions)),
    )


def _order(standing: Standing) -> tuple[object, ...]:
    candidate = standing.environment.candidate
    name = standing.kernel or candidate.name
    return (standing.state is not State.KERNEL, natural(name), name, candidate.real)
