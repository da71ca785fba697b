"""Outcomes: what became of a pass, action by action, with the problems on the way."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import KernelName, Mark
    from kernelsync.model.plan import Action, Plan
    from kernelsync.model.problem import Problem
    from kernelsync.model.runtime import Runtime


class State(StrEnum):
    """Where an environment stands; these words are in the JSON output."""

    KERNEL = "kernel"
    EXCLUDED = "excluded"
    NO_IPYKERNEL = "no-ipykernel"
    NOT_READY = "not-ready"
    BROKEN = "broken"
    FOREIGN = "foreign"


class Rule(Value):
    """The rule that decided about an environment.

    `text` is the rule as written in the settings, or the name of a built-in one; `line` is
    its line in the settings file, None for built-in rules.
    """

    text: str
    line: int | None = None


class Standing(Value):
    """One environment's place in the result: a kernel or not, and why.

    `runtime` is the one that its kernel borrows ipykernel from, None if it has its own;
    `offer` is the X.Y of the one that would make it a kernel, were it there.
    """

    environment: Environment
    state: State
    reason: str
    rule: Rule | None = None
    kernel: KernelName | None = None
    display_name: str | None = None
    runtime: Runtime | None = None
    offer: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its kernel stays published although nobody lends it ipykernel any more."""
        return self.state is State.NO_IPYKERNEL and self.kernel is not None


class Outcome(Value):
    """What became of one action. `problem` is None when it was done."""

    action: Action
    problem: Problem | None = None


class Tally(Value):
    """How many environments there are, and how many of them lack ipykernel.

    To `offered` of these a runtime would lend it, were it there.
    """

    environments: int
    lacking: int
    offered: int = 0


def tally_of(standings: Sequence[Standing]) -> Tally:
    """Count environments by their standings."""
    lacking = [standing for standing in standings if standing.state is State.NO_IPYKERNEL]
    offered = sum(1 for standing in lacking if standing.offer)
    return Tally(environments=len(standings), lacking=len(lacking), offered=offered)


class PassResult(Value):
    """Everything that one pass saw, decided and did.

    `outcomes` is empty in a dry run; `marks` are those of the kernels of ours that it found.
    Where all is as it was in an earlier pass, `standings` and `marks` may be left out, and
    only `tally` counts the environments.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    standings: tuple[Standing, ...]
    tally: Tally
    roots: tuple[Root, ...]
    problems: tuple[Problem, ...]
    marks: tuple[Mark, ...] = ()


def problems_of(outcomes: Sequence[Outcome]) -> tuple[Problem, ...]:
    """Return the problems of the actions that failed."""
    return tuple(outcome.problem for outcome in outcomes if outcome.problem is not None)
