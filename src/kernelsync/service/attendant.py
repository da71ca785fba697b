"""The service's part in each of its passes: it remembers, lets removals wait, and may stop."""

from __future__ import annotations

from kernelsync.model.plan import Hold, Remove
from kernelsync.pass_options import Attendance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.plan import Plan
    from kernelsync.service.probed import Probed
    from kernelsync.service.removals import Removals
    from kernelsync.watch.debounce import Due


class Stopped(BaseException):
    """The service is to end, and this pass with it; nothing is left half done."""


class Attendant(Attendance):
    """Takes part in the passes of the service; see `kernelsync.pass_options.Attendance`."""

    def __init__(
        self, due: Due, probed: Probed, removals: Removals, is_stopping: Callable[[], bool]
    ) -> None:
        self._due = due
        self._probed = probed
        self._removals = removals
        self._is_stopping = is_stopping

    def hints(self) -> frozenset[str] | None:
        """Return what the pass is about, None if it is about everything."""
        return None if self._due.everything else self._due.directories

    def recall(self, candidate: Candidate) -> Environment | None:
        """Return what is known of a candidate that no hint is about."""
        self.interrupt()
        return self._probed.recall(candidate)

    def is_quiet(self, environment: Environment) -> bool:
        """Whether no hint is about an environment, so that what was known of it still holds."""
        self.interrupt()
        return self._probed.is_quiet(environment)

    def learn(self, environment: Environment) -> None:
        """Remember what was probed."""
        self._probed.learn(environment)

    def review(self, plan: Plan) -> Plan:
        """Return the plan with those removals alone that are due.

        No removal rests on what an earlier pass saw: whatever would go, or is held, is looked
        at again in the next pass.
        """
        for action in plan.actions:
            if isinstance(action, Remove | Hold) and action.installed.mark is not None:
                self._probed.forget(action.installed.mark.environment)
        return self._removals.review(plan)

    def interrupt(self) -> None:
        """End the pass if the service is to end."""
        if self._is_stopping():
            raise Stopped
