"""Carries out a plan in its order; new kernelspecs that follow one another are made together."""

from __future__ import annotations

from kernelsync.model.outcome import Outcome, problems_of
from kernelsync.model.plan import Create, Remove
from kernelsync.planning.guard import postponed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelsync.kernelspecs.writer import Writer
    from kernelsync.model.plan import Action, Plan

_MOST_TOGETHER = 16
"""New kernelspecs that wait for each other: readers see them some 20 ms later than they could."""


def carry_out(plan: Plan, writer: Writer, interrupt: Callable[[], None]) -> tuple[Outcome, ...]:
    """Return what became of each action; nothing is removed after something was not written.

    `interrupt` is called before each step, and may raise.
    """
    left = list(plan.actions)
    outcomes: list[Outcome] = []
    while left:
        interrupt()
        first = left[0]
        creations = _creations(left)
        del left[: max(1, len(creations))]
        if creations:
            outcomes += writer.create(creations, more=bool(_creations(left)))
        elif isinstance(first, Remove) and problems_of(outcomes):
            outcomes.append(Outcome(action=postponed(first)))
        else:
            outcomes.append(writer.apply(first))
    return tuple(outcomes)


def _creations(actions: Sequence[Action]) -> list[Create]:
    """Return the creations that the actions begin with, as many as are made together."""
    found: list[Create] = []
    for action in actions[:_MOST_TOGETHER]:
        if not isinstance(action, Create):
            break
        found.append(action)
    return found
