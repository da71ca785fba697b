"""Decides when a pass is due, from hints and from what the last pass left open; pure.

Time comes in as seconds of any clock that never goes back.
"""

from __future__ import annotations

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MOST = 2000
"""Different hints that are remembered; beyond, everything is to be looked at."""


class Patience(Value):
    """How long to wait for what, in seconds.

    A pass starts when no hint has come for `settle`, or at last `cap` after the first. (uv makes
    an environment in 1 ms, pip takes its metadata away for 90 ms.) For hints that may wait
    these are `idle_settle` and `idle_cap`: pip and uv write one package after the other, and
    few of them have to do with kernels. `rechecks` are the times
    after which an environment that is not ready is looked at again although no event says so,
    each after the one before; then they double, until at `longest` it is left to the
    rescan. `grace` is how long something must be gone before its removal is due.
    """

    settle: float = 0.1
    cap: float = 0.5
    idle_settle: float = 8.0
    idle_cap: float = 30.0
    rechecks: tuple[float, ...] = (0.1, 0.25, 1.0)
    longest: float = 60.0
    grace: float = 5.0


class Due(Value):
    """A pass that is to start now: over these directories, or `everything`."""

    everything: bool = False
    directories: frozenset[str] = frozenset()


class Debounce:
    """Turns a burst of hints into one pass, and never forgets one.

    The loop calls `hint` for each hint, `due` when `next_deadline` has come, and `unready`,
    `awaited` and `absent` in or after every pass that looked at everything.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._hints: set[str] = set()
        self._everything = False
        self._first: float | None = None
        self._pressing: float | None = None
        self._last = 0.0
        self._unready: dict[str, _Recheck] = {}
        self._awaited: tuple[str, ...] = ()
        self._absent: dict[str, _Absence] = {}

    @property
    def settling(self) -> bool:
        """Whether hints are waiting, so that more of them need not be known at once."""
        return self._pressing is not None

    @property
    def dozing(self) -> bool:
        """Whether only hints that may wait are waiting, so that more like them need not be known.

        With an environment that something is awaited in, any hint may be about that one, and press.
        """
        is_awaiting = self._unready or self._awaited
        return self._first is not None and not self.settling and not is_awaiting

    def hint(
        self, path: str | None, first: float, last: float | None = None, *, idle: bool = False
    ) -> None:
        """Take note that something may have changed in this directory; None: anywhere.

        `first` and `last` are the times of the first and last hint like this. An `idle` one may
        wait, unless it is about an environment in which something is awaited, or one that presses
        is there.
        """
        last = first if last is None else last
        self._first = _earlier(first, self._first)
        self._last = max(last, self._last)
        if not idle:
            self._pressing = _earlier(first, self._pressing)
        if path is None or len(self._hints) >= _MOST:
            self._everything = True
            return
        self._hints.add(path)
        for environment, recheck in self._unready.items():
            if _is_within(path, environment):
                recheck.tries, recheck.at = 0, last + self._patience.rechecks[0]
                self._pressing = _earlier(first, self._pressing)
        if any(_is_within(path, environment) for environment in self._awaited):
            self._pressing = _earlier(first, self._pressing)

    def awaited(self, environments: Iterable[str]) -> None:
        """Take note of all in which any change may make a kernel, as the pass just found."""
        self._awaited = tuple(environments)

    def unready(self, environments: Iterable[str], now: float) -> None:
        """Take note of all environments that are not ready yet, as the pass just found."""
        before, self._unready = self._unready, {}
        for environment in environments:
            recheck = before.get(environment)
            if recheck is None:
                recheck = _Recheck(now + self._patience.rechecks[0])
            elif recheck.at is None:
                recheck.tries += 1
                delay = self._delay(recheck.tries)
                recheck.at = None if delay is None else now + delay
            self._unready[environment] = recheck

    def absent(self, environments: Collection[str], now: float) -> frozenset[str]:
        """Take note of all that is gone, as the pass found; return what is gone for `grace`.

        Whatever is not named has come back: its absence starts anew next time.
        """
        before = self._absent
        self._absent = {path: before.get(path) or _Absence(now) for path in environments}
        return frozenset(
            path
            for path, absence in self._absent.items()
            if now >= absence.since + self._patience.grace
        )

    def removed(self, environments: Iterable[str]) -> None:
        """Take note that all was done about the absence of these."""
        for environment in environments:
            self._absent.pop(environment, None)

    def next_deadline(self) -> float | None:
        """Return when `due` is to be asked next; None: not before another hint."""
        times = [recheck.at for recheck in self._unready.values() if recheck.at is not None]
        times.extend(
            absence.since + self._patience.grace
            for absence in self._absent.values()
            if not absence.told
        )
        if self._first is not None:
            times.append(self._settled_at(self._first))
        return min(times, default=None)

    def due(self, now: float) -> Due | None:
        """Return the pass that is due now, None if there is none; each is returned once."""
        directories: set[str] = set()
        everything = False
        if self._first is not None and now >= self._settled_at(self._first):
            everything, directories = self._everything, self._hints
            self._everything, self._hints = False, set()
            self._first = self._pressing = None
        for environment, recheck in self._unready.items():
            if recheck.at is not None and now >= recheck.at:
                recheck.at = None
                directories.add(environment)
        for environment, absence in self._absent.items():
            if not absence.told and now >= absence.since + self._patience.grace:
                absence.told = True
                directories.add(environment)
        if everything or directories:
            return Due(everything=everything, directories=frozenset(directories))
        return None

    def _settled_at(self, first: float) -> float:
        patience = self._patience
        idle = min(self._last + patience.idle_settle, first + patience.idle_cap)
        if self._pressing is None:
            return idle
        return min(idle, self._last + patience.settle, self._pressing + patience.cap)

    def _delay(self, tries: int) -> float | None:
        steps = self._patience.rechecks
        if tries < len(steps):
            return steps[tries]
        delay = steps[-1] * float(2 ** (tries - len(steps) + 1))
        return delay if delay < self._patience.longest else None


class _Recheck:
    """When to look at an environment again; `at` is None once it was due, until the next pass."""

    __slots__ = ("at", "tries")

    def __init__(self, at: float) -> None:
        self.at: float | None = at
        self.tries = 0


class _Absence:
    __slots__ = ("since", "told")

    def __init__(self, since: float) -> None:
        self.since = since
        self.told = False


def _earlier(first: float, known: float | None) -> float:
    return first if known is None else min(first, known)


def _is_within(path: str, environment: str) -> bool:
    return path == environment or path.startswith(environment + "/")
