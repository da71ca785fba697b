"""The simulated world: environments, roots, kernelspecs, and a clock that events move."""

from __future__ import annotations

import heapq
import itertools
from random import Random

from kernelsync.model.environment import Condition
from kernelsync.model.value import Value
from support.values import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from support.simulated.entries import Entry

ROOTS = (f"{HOME}/.virtualenvs", f"{HOME}/.venvs", f"{HOME}/envs")
_NESTED = 3
_SHORT = 0.04


class Violation(BaseException):
    """An invariant does not hold."""


class Crash(BaseException):
    """The process ends here."""


class Env(Value):
    """An environment as it really is, whoever can see it; `has_base`: so has its Python."""

    prefix: str
    root: str
    condition: Condition = Condition.READY
    version: str = "3.12.1"
    has_base: bool = True

    @property
    def can_run(self) -> bool:
        """Whether it really could be a kernel, once all disks are back."""
        return self.condition is Condition.READY and self.has_base


class Root:
    """A root: `state` is "here", or how it is out of sight; `bare`: without a file of its own."""

    def __init__(self, path: str, inode: int, *, bare: bool) -> None:
        self.path = path
        self.inode = inode
        self.bare = bare
        self.state = "here"


class World:
    """Everything that is, and everything that will happen; all chance comes from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing secret
        self.now = 1000.0
        self.skew = 0.0
        self.roots = {
            path: Root(path, 100 + number, bare=self.random.random() < 0.5)
            for number, path in enumerate(ROOTS)
        }
        self.envs: dict[str, Env] = {}
        self.entries: dict[str, Entry] = {}
        self.running: dict[str, int] = {}
        self.excluded: set[str] = set()
        self.is_settings_broken = False
        self.settings_version = 0
        self.template = "{name}"
        self.is_full = False
        self.is_base_away = False
        self.is_locked = False
        self.losing = 0.0
        self.crash_in: int | None = None
        self.listeners: list[Callable[[str], None]] = []
        self.trace: list[str] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._depth = 0

    def say(self, text: str) -> None:
        """Write down what happens."""
        self.trace.append(f"{self.now - 1000:9.3f} {text}")

    def at(self, time: float, event: Callable[[], None]) -> None:
        """Have something happen at a time."""
        heapq.heappush(self._events, (time, next(self._numbers), event))

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Have something happen in so many seconds."""
        self.at(self.now + seconds, event)

    def run_until(self, time: float, is_woken: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, and all that happens meanwhile; end early if somebody is woken."""
        while not is_woken() and self._events and self._events[0][0] <= time:
            when, _, event = heapq.heappop(self._events)
            self.now = max(self.now, when)
            event()
        if not is_woken() and time != float("inf"):
            self.now = max(self.now, time)

    def interleave(self, who: str) -> None:
        """Let others act in the middle of a pass; or end the process here."""
        if who == "service" and self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                self.crash_in = None
                self.say("crash in the middle of a pass")
                raise Crash
        if self._depth < _NESTED and self.random.random() < 0.1:
            self._depth += 1
            try:
                self.run_until(self.now + self.random.random() * _SHORT)
            finally:
                self._depth -= 1

    def changed(self, path: str) -> None:
        """Tell whoever watches that something changed in a directory."""
        for listener in self.listeners:
            listener(path)

    def new_inode(self) -> int:
        """Return a number that no directory had before."""
        return 1000 + next(self._numbers)

    def is_visible(self, prefix: str) -> bool:
        """Whether somebody who looks there now sees the environment."""
        env = self.envs.get(prefix)
        return env is not None and self.roots[env.root].state == "here"

    def some_root(self) -> Root:
        """Return one of the roots, in whatever state it is."""
        return self.roots[self.random.choice(ROOTS)]

    def some_env(self) -> Env | None:
        """Return an environment that somebody can get at now."""
        found = [env for prefix, env in sorted(self.envs.items()) if self.is_visible(prefix)]
        return self.random.choice(found) if found else None

    def is_wanted(self, env: Env) -> bool:
        """Whether an environment is to be a kernel, once all disks are back."""
        return env.can_run and env.prefix.rpartition("/")[2] not in self.excluded
