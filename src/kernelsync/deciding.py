"""Deciding what should be done about what was seen; it writes nothing."""

from __future__ import annotations

from kernelsync.model.kernelspec import Ownership
from kernelsync.model.plan import Remove
from kernelsync.model.value import Value
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff, differing
from kernelsync.planning.reuse import Reuse
from kernelsync.standstill import may_borrow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.store import KernelStore
    from kernelsync.machine import Machine
    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.plan import Plan
    from kernelsync.model.problem import Problem
    from kernelsync.model.runtime import Runtimes
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.planning.desired import Desired
    from kernelsync.view import View


class Decision(Value):
    """What was decided, and on what grounds.

    `closely` are the problems of looking closely at what would change.
    """

    view: View
    runtimes: Runtimes | None
    desired: Desired
    plan: Plan
    closely: tuple[Problem, ...]


class Decider:
    """Plans for the passes under the same settings; remembers how it came to its last plan."""

    def __init__(
        self,
        settings: Settings,
        surroundings: Surroundings,
        *,
        store: KernelStore,
        machine: Machine,
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._store = store
        self._machine = machine
        self._reuse = Reuse()

    def decide(self, view: View, *, confirmed: bool, last: Decision | None = None) -> Decision:
        """Return what is to be done; that is as in the `last` decision if nothing has changed."""
        runtimes = self._runtimes(view.environments)
        if last is not None and view == last.view and runtimes == last.runtimes:
            return last
        desired, plan, closely = self._planned(view, runtimes)
        return Decision(
            view=view,
            runtimes=runtimes,
            desired=desired,
            plan=self._guarded(plan, view.found.roots, confirmed=confirmed),
            closely=closely,
        )

    def _planned(
        self, view: View, runtimes: Runtimes | None
    ) -> tuple[Desired, Plan, tuple[Problem, ...]]:
        """Plan; then look closely at what would change, and plan again if somebody edited it.

        What cannot be read closely is a problem.
        """
        installed, roots = view.installed, view.found.roots
        while True:
            desired = desire(
                view.environments,
                self._settings,
                self._surroundings,
                installed,
                roots,
                runtimes=runtimes,
                reuse=self._reuse,
            )
            plan = diff(desired, self._settings, roots)
            unproven = differing(plan)
            if not unproven:
                return desired, plan, _unreadable(installed)
            installed = tuple(
                self._store.verify(kernel) if kernel.directory in unproven else kernel
                for kernel in installed
            )

    def _runtimes(self, environments: Sequence[Environment]) -> Runtimes | None:
        """Return the runtimes, None where nobody could need one."""
        needed = any(map(may_borrow, environments))
        return self._machine.runtimes(self._surroundings) if needed else None

    def _guarded(self, plan: Plan, roots: Sequence[Root], *, confirmed: bool) -> Plan:
        if not any(isinstance(action, Remove) for action in plan.actions):
            return plan
        return self._machine.guard(plan, roots, confirmed=confirmed)


def _unreadable(installed: Sequence[InstalledKernel]) -> tuple[Problem, ...]:
    # Without a mark it could not be read at all, and the store has told that.
    left = [each for each in installed if each.ownership is Ownership.UNREADABLE and each.mark]
    if not left:
        return ()
    from kernelsync.kernelspecs.problems import not_read  # noqa: PLC0415 - hardly ever needed

    return tuple(not_read(kernel.directory) for kernel in left)
