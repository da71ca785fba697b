"""One simulated history: chaos, then quiet, and in the quiet kernelspecs equal environments."""

from __future__ import annotations

from kernelsync.errors import SettingsError
from kernelsync.model.environment import Condition
from support.simulated.fates import FATES, find_base, find_root, make
from support.simulated.service import GRACE, RESCAN, Making, Service, once
from support.simulated.world import Crash, Violation, World
from support.values import HOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.simulated.entries import Entry
    from support.simulated.world import Env

PHASES = 2
_UPHEAVALS = 14
_AT_FIRST = 4
_CHAOS = 60.0
_SETTLING = 2.5
QUIET = RESCAN * 1.25 + GRACE + _SETTLING
"""Seconds after which all has been looked at twice, the second time after the grace."""
_LAST_LINES = 80
_FATES = [fate for fate, _ in FATES]
_WEIGHTS = [weight for _, weight in FATES]


class Simulation:
    """A history, told by its seed alone."""

    def __init__(self, seed: int, making: Making | None = None) -> None:
        self.seed = seed
        self.making = making or Making()
        self.world = World(seed)
        self.service: Service
        self.ended = False

    def run(self) -> World:
        """Live through it; a `Violation` tells the seed and what happened."""
        try:
            self._plan()
            while not self.ended:
                self._live()
        except Violation as violation:
            history = "\n".join(self.world.trace[-_LAST_LINES:])
            message = f"{violation}\nKERNELSYNC_SEED={self.seed} shows it again:\n{history}"
            raise Violation(message) from violation
        return self.world

    def _live(self) -> None:
        """Let one service live to its end."""
        self.world.is_locked = False
        try:
            self.service = Service(self.world, self.making)
        except SettingsError:
            # It does not start with wrong settings; somebody corrects them.
            self.world.is_settings_broken = False
            return
        self.world.say("the service starts")
        try:
            self.service.run()
        except Crash:
            self.world.listeners.clear()
            self.world.run_until(self.world.now + self.world.random.random() * 3)

    def _plan(self) -> None:
        random, time = self.world.random, self.world.now
        for _ in range(_AT_FIRST):
            make(self)
        for _ in range(PHASES):
            losing = random.choice((0.0, 0.3, 1.0))
            self.world.at(time, lambda losing=losing: self._begin(losing))
            for _ in range(_UPHEAVALS):
                (fate,) = random.choices(_FATES, _WEIGHTS)
                self.world.at(time + random.random() * _CHAOS, lambda fate=fate: fate(self))
            time += _CHAOS + 100.0
            self.world.at(time, self._heal)
            time += QUIET
            self.world.at(time, self._judge)
            time += 1.0
        self.world.at(time, self._end)

    def _begin(self, losing: float) -> None:
        self.world.losing = losing
        self.world.say(f"chaos; of all events {losing:.0%} go wrong")

    def _heal(self) -> None:
        """Let all be as it should be, whether anybody is told or not."""
        world = self.world
        world.say("all is healed")
        world.is_full, world.crash_in = False, None
        if world.is_settings_broken:
            world.is_settings_broken = False
            world.settings_version += 1
        world.running.clear()
        find_base(self)
        for root in world.roots.values():
            find_root(self, root)

    def _judge(self) -> None:
        """Compare kernelspecs with environments; what is held, somebody confirms."""
        if not self.service.sleep.asleep:
            self.world.after(0.05, self._judge)
            return
        self.world.say("all should be well")
        state = self.service.state
        if state is None or state.failure is not None:
            message = "the service has no state, or a failure"
            raise Violation(message)
        held = {each.name for each in state.held}
        self._check(held)
        if held:
            once(self.world, self.making, confirmed=True)
            self._check(set())

    def _check(self, held: set[str]) -> None:
        ours: dict[str, list[str]] = {}
        for name, entry in sorted(self.world.entries.items()):
            if entry.host == HOST and not entry.sacred and entry.mark is not None:
                ours.setdefault(entry.mark.prefix, []).append(name)
        for prefix, names in ours.items():
            self._check_kernels(self.world.envs.get(prefix), names, held)
        standing = {_program(each) for each in self.world.entries.values() if not _ours(each)}
        for prefix, env in sorted(self.world.envs.items()):
            stands = f"{prefix}/bin/python" in standing
            if self.world.is_wanted(env) and prefix not in ours and not stands:
                message = f"not convergent: {prefix} has no kernel"
                raise Violation(message)

    def _check_kernels(self, env: Env | None, names: list[str], held: set[str]) -> None:
        if env is not None and env.condition is Condition.NOT_READY:
            return
        if env is None or not self.world.is_wanted(env):
            if not held.issuperset(names):
                message = f"not convergent: {names} have no environment, and nobody says so"
                raise Violation(message)
            return
        # Others by which it was known before may be held, to be confirmed.
        current = [name for name in names if name not in held] or names
        if len(current) != 1:
            message = f"not convergent: {env.prefix} has the kernels {names}"
            raise Violation(message)
        metadata = self.world.entries[current[0]].document["metadata"]
        assert isinstance(metadata, dict)
        if metadata["python"] != env.version:
            message = f"not convergent: {current} says {metadata['python']}, not {env.version}"
            raise Violation(message)

    def _end(self) -> None:
        self.ended = True
        self.service.signals.stopping = True
        self.service.bell.call()


def _ours(entry: Entry) -> bool:
    return entry.host == HOST and not entry.sacred


def _program(entry: Entry) -> object:
    argv = entry.document["argv"]
    assert isinstance(argv, list)
    return argv[0]
