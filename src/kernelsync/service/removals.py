"""Decides when a removal that is certain may be made: not too soon, and under nobody's feet."""

from __future__ import annotations

from kernelsync.model.plan import Cause, Hold, Plan, Remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kernelsync.model.kernelspec import InstalledKernel, KernelName
    from kernelsync.model.outcome import Outcome
    from kernelsync.model.plan import Action
    from kernelsync.watch.debounce import Debounce

    InUse = Callable[[Sequence[InstalledKernel]], Sequence[int | None]]
    """Tells for each kernel which process still needs it."""


class Removals:
    """Reviews the plan of each pass, knowing those before.

    What is gone, or may no longer be a kernel, must have been so in all passes over the time
    of grace: tools delete environments to create them again, and settings are saved half
    done. A kernel that only has another name now does not wait.
    """

    def __init__(self, debounce: Debounce, in_use: InUse, *, clock: Callable[[], float]) -> None:
        self._debounce = debounce
        self._in_use = in_use
        self._clock = clock

    def review(self, plan: Plan) -> Plan:
        """Return the plan without what must wait, and with a hold for what is in use."""
        waiting = [
            action
            for action in plan.actions
            if isinstance(action, Remove) and action.cause is not Cause.RENAMED
        ]
        gone = frozenset(_environment(each.installed) for each in waiting)
        ripe = self._debounce.absent(gone, self._clock())
        if not waiting:
            return plan
        due = [each for each in waiting if _environment(each.installed) in ripe]
        users = self._in_use([each.installed for each in due]) if due else ()
        judged: dict[KernelName, Action | None] = {each.installed.name: None for each in waiting}
        for each, user in zip(due, users, strict=True):
            judged[each.installed.name] = each if user is None else _held(each, user)
        early = (name for name, action in judged.items() if action is None)
        return Plan(
            actions=tuple(_judged(plan.actions, judged)),
            unchanged=tuple(sorted((*plan.unchanged, *early))),
        )


def let_go(debounce: Debounce, outcomes: Sequence[Outcome]) -> None:
    """Take note of what was removed: a kernel that comes back waits for its grace again."""
    debounce.removed(
        _environment(outcome.action.installed)
        for outcome in outcomes
        if outcome.problem is None and isinstance(outcome.action, Remove)
    )


def _judged(
    actions: Sequence[Action], judged: Mapping[KernelName, Action | None]
) -> Iterator[Action]:
    for action in actions:
        if isinstance(action, Remove):
            verdict = judged.get(action.installed.name, action)
            if verdict is not None:
                yield verdict
        else:
            yield action


def _environment(kernel: InstalledKernel) -> str:
    return kernel.directory if kernel.mark is None else kernel.mark.environment


def _held(remove: Remove, pid: int) -> Hold:
    return Hold(
        installed=remove.installed,
        reason=f"{remove.reason}, but process {pid} still uses it",
        way_out="it goes within 75 s after that process has ended",
    )
