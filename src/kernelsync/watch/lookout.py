"""The one place where a service waits: for a hint that has settled, a deadline, or a call."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.watch.bell import Bell
    from kernelsync.watch.debounce import Debounce, Due
    from kernelsync.watch.supervisor import Supervisor

_POLITE = 1.0
"""Seconds for which the supervisor waits at most while hints settle, and have their pass."""


class Lookout:
    """Brings bell, debounce and supervisor together, on one clock, in the caller's thread.

    The service's loop is: `wait`, a pass, then `debounce.unready` and `debounce.absent` with
    what it found, and `supervisor.update` with the directories to watch. No other thread may
    use debounce and supervisor.
    """

    def __init__(
        self,
        bell: Bell,
        debounce: Debounce,
        supervisor: Supervisor,
        *,
        clock: Callable[[], float],
    ) -> None:
        self.bell = bell
        self.debounce = debounce
        self.supervisor = supervisor
        self.clock = clock

    def wait(self, until: float | None = None) -> Due | None:
        """Return the pass that is due, as soon as there is one.

        None after `bell.call`, and when the time `until` has come with no pass due.
        """
        while True:
            self._collect()
            now, rounds_at = self.clock(), self._rounds_at()
            if rounds_at is None or now >= rounds_at or not self.debounce.settling:
                self.supervisor.tick(now)
                self._collect()
            due = self.debounce.due(self.clock())
            if due is not None:
                return due
            if until is not None and self.clock() >= until:
                return None
            debounce = self.debounce
            if self.bell.wait(
                self._seconds(until), settling=debounce.settling, dozing=debounce.dozing
            ):
                return None

    def close(self) -> None:
        """Stop watching and waiting."""
        self.supervisor.close()
        self.bell.close()

    def _collect(self) -> None:
        for idle in (False, True):
            rung = self.bell.take(idle=idle)
            if rung is not None:
                for path in rung.paths:
                    self.debounce.hint(path, rung.first, rung.last, idle=idle)

    def _rounds_at(self) -> float | None:
        """Return when the supervisor is to act: a look at everything lets what presses go first."""
        deadline = self.supervisor.next_deadline()
        if deadline is None or not self.debounce.settling:
            return deadline
        return deadline + _POLITE

    def _seconds(self, until: float | None) -> float | None:
        times = (self.debounce.next_deadline(), self._rounds_at(), until)
        deadline = min((time for time in times if time is not None), default=None)
        return None if deadline is None else max(0.0, deadline - self.clock())
