"""Keeps one watcher working: replaces a dead one, checks the others, rescans all the same."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.watch.protocol import NEVER, Health

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kernelsync.model.problem import Problem
    from kernelsync.watch.protocol import Wake, Watcher


class Rounds(Value):
    """How often, in seconds.

    `rescan` is the time between two looks at everything, give or take the fraction `spread`, so
    that many services on one network disk do not all look at once. `check` is the time between
    two checks of a watcher that cannot announce by itself what ends. A dead watcher is
    replaced at once, but not before `first_pause` after the last replacement; that
    doubles up to `longest_pause`, and is forgotten after as long without a fault.
    """

    rescan: float = 60.0
    spread: float = 0.25
    check: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Supervisor:
    """Owns the watcher of a service, and wakes on its own account.

    `make` gives a new watcher, `random` a number from 0 to 1. `now` is always a time of the one
    clock of the caller, who calls `tick` whenever `next_deadline` has come and after each wake.
    `replaced` counts the watchers that died, `last_fault` says why the last one did.
    """

    def __init__(
        self,
        make: Callable[[Wake], Watcher],
        wake: Wake,
        *,
        rounds: Rounds,
        random: Callable[[], float],
    ) -> None:
        self._make = make
        self._wake = wake
        self._rounds = rounds
        self._random = random
        self._backoff = Backoff(rounds.first_pause, rounds.longest_pause)
        self.replaced = 0
        self.last_fault: Problem | None = None
        self._watcher: Watcher | None = None
        self._directories: tuple[str, ...] = ()
        self._replace_at: float | None = None
        self._rescan_at = self._check_at = 0.0

    def update(self, directories: Collection[str], now: float, looked: float = NEVER) -> None:
        """Watch these directories from now on; the first time starts watching at all.

        `looked` is when the look began that found them, in seconds since 1970.
        """
        # Those that it has already, so that these do not move about in the memory for ever.
        known = {path: path for path in self._directories}
        self._directories = tuple([known.get(path, path) for path in directories])
        if self._watcher is None:
            self._watcher = self._make(self._wake)
            self._rescan_at = now + self._until_rescan()
        self._check_at = now + self._rounds.check
        self._watcher.update(self._directories, looked)

    def tick(self, now: float) -> None:
        """Do what is due: rescan, check, replace."""
        if self._watcher is None:
            return
        if now >= self._rescan_at:
            self._rescan_at = now + self._until_rescan()
            self._wake(None)
        if now >= self._check_at and not self._watcher.health().announces:
            self._check_at = now + self._rounds.check
            self._watcher.check()
        if not self._watcher.health().alive:
            self._replace(self._watcher, now)

    def next_deadline(self) -> float | None:
        """Return when `tick` is to be called next at the latest; None before the first update."""
        if self._watcher is None:
            return None
        if self._replace_at is not None:
            return min(self._replace_at, self._rescan_at)
        if self._watcher.health().announces:
            return self._rescan_at
        return min(self._check_at, self._rescan_at)

    def health(self) -> Health:
        """Return the health of the watcher; not alive before the first update."""
        return Health(alive=False, watches=0) if self._watcher is None else self._watcher.health()

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _replace(self, dead: Watcher, now: float) -> None:
        if self._replace_at is None:
            self._replace_at = self._backoff.next_attempt(now)
        if now < self._replace_at:
            return
        self._replace_at = None
        self.replaced += 1
        self.last_fault = next(iter(dead.health().problems), None)
        dead.close()
        self._watcher = self._make(self._wake)
        self._watcher.update(self._directories)
        self._wake(None)

    def _until_rescan(self) -> float:
        spread = self._rounds.spread
        return self._rounds.rescan * (1 - spread + 2 * spread * self._random())


class Backoff:
    """Attempts that come further and further apart while they follow one another closely."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._pause = 0.0
        self._last = float("-inf")

    def next_attempt(self, now: float) -> float:
        """Return when the next attempt may be made, and count it as made then."""
        if now >= self._last + self._pause + self._longest:
            self._pause = 0.0
        self._last = max(now, self._last + self._pause)
        self._pause = min(max(self._first, 2 * self._pause), self._longest)
        return self._last
