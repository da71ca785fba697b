"""The real service over the simulated world: started, killed, started again, and judged."""

from __future__ import annotations

import contextlib
import functools
import logging

from kernelsync.errors import SettingsError
from kernelsync.model.plan import Cause
from kernelsync.model.problem import Problem
from kernelsync.model.settings import MissingIpykernel, Pattern
from kernelsync.model.value import Value
from kernelsync.pass_options import Attendance, PassOptions
from kernelsync.reconcile import Reconciler
from kernelsync.service.brief import Places
from kernelsync.service.daemon import Daemon
from kernelsync.service.echoes import Echoes
from kernelsync.service.frugal import Housekeeping
from kernelsync.service.newcomers import Newcomers
from kernelsync.service.notify import Notify
from kernelsync.service.parts import Parts
from kernelsync.service.probed import Probed
from kernelsync.service.runtime_requests import RuntimeRequests
from kernelsync.service.settings_file import SettingsFile
from kernelsync.service.watchtower import Watchtower
from kernelsync.watch.bell import Bell
from kernelsync.watch.debounce import Debounce, Patience
from kernelsync.watch.lookout import Lookout
from kernelsync.watch.supervisor import Rounds, Supervisor
from support.simulated.entries import Store
from support.simulated.sight import Sight
from support.simulated.watching import Sleep, Watcher
from support.simulated.world import ROOTS, Violation
from support.values import HOST, STORE, settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import PassResult
    from kernelsync.model.plan import Remove
    from kernelsync.model.settings import ServiceSettings, Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.state import State
    from kernelsync.watch.protocol import Wake
    from support.simulated.world import World

GRACE = 5.0
RESCAN = 60.0


class Making(Value):
    """Which collaborators a simulated service gets; negative controls give others."""

    patience: Patience = Patience(grace=GRACE)
    rounds: Rounds = Rounds(rescan=RESCAN)
    sight: Callable[[World, str, dict[str, float]], Sight] = Sight
    store: Callable[..., Store] = Store


class Basis:
    """What passes are made from."""

    settings_path = "/nowhere/config.yaml"
    kernels_directory = STORE

    def __init__(
        self,
        world: World,
        making: Making,
        who: str,
        useless_since: dict[str, float],
        host: str = HOST,
    ) -> None:
        if world.is_settings_broken:
            raise SettingsError((Problem(code="settings", message="half saved"),), path="")
        self.surroundings = surroundings(host=host)
        self.settings: Settings = settings(
            exclude=tuple(Pattern(text=name, name=name) for name in sorted(world.excluded)),
            name=world.template,
            missing_ipykernel=MissingIpykernel.SKIP,
        )
        self.sight = making.sight(world, who, useless_since)
        self.store = making.store(world, host, who, self._check)
        self._world = world
        self._who = who
        self.in_use: frozenset[str] = frozenset()
        self.reconciler = Reconciler(
            self.settings,
            self.surroundings,
            store=self.store,  # type: ignore[arg-type] # what a pass uses of it
            jupyter_path=(STORE,),
            clock=lambda: world.now + world.skew,
            machine=self.sight,
        )

    def _check(self, remove: Remove) -> None:
        """Judge a removal that was just made by what is really so."""
        mark = remove.installed.mark
        assert mark is not None
        if remove.cause is Cause.RENAMED:
            return
        name, prefix = remove.installed.name, mark.prefix
        env = self.sight.seen.get(prefix)
        state = self._world.roots[mark.root].state
        # One environment may be the only one, and go: nobody could tell.
        is_alone = state == "emptied" and self.sight.leaving.get(mark.root, 0) == 1
        is_wanted = (
            env is not None and env.can_run and prefix.rpartition("/")[2] not in self.sight.excluded
        )
        if is_wanted and not is_alone and self._world.envs.get(prefix) == env:
            message = f"never en masse: '{name}' goes, but {prefix} is there ({state})"
            raise Violation(message)
        if self._who == "service":
            self._check_patience(name, prefix)

    def _check_patience(self, name: str, prefix: str) -> None:
        if prefix in self.in_use:
            message = f"'{name}' goes under a running kernel"
            raise Violation(message)
        since = self.sight.useless_since.get(prefix, self._world.now)
        if self._world.now - since < GRACE - 1e-6:
            message = f"too soon: '{name}' goes {self._world.now - since:.2f} s after {prefix}"
            raise Violation(message)


class Asked:
    """The signals of a simulated service."""

    def __init__(self) -> None:
        self.stopping = False
        self.exit_code = 0
        self.reload = False

    def install(self) -> None:
        """Take over nothing."""

    def is_stopping(self) -> bool:
        """Whether the service was asked to stop."""
        return self.stopping

    def take_reload(self) -> bool:
        """Whether a reload was asked for since the last call."""
        asked, self.reload = self.reload, False
        return asked


class Service:
    """One life of the service, from its start to its end or crash."""

    def __init__(self, world: World, making: Making) -> None:
        self.world = world
        self.making = making
        self.signals = Asked()
        self.useless_since: dict[str, float] = {}
        self.state: State | None = None
        self.sleep = Sleep(world)
        self.bell = Bell(lambda: world.now, sleeping=self.sleep)
        self.watcher: Watcher | None = None
        self.file = SettingsFile(self._basis, lambda _path: world.settings_version)

    def run(self) -> None:
        """Live; ends by a signal, or by `Crash`."""
        parts = Parts(
            clock=lambda: self.world.now,
            tower=Watchtower(self.file.basis.settings.service, self._lookout),
            signals=self.signals,
            probed=Probed(lambda _path: None),
            echoes=Echoes(self._looks_of),
            # Here what comes is an environment at once.
            newcomers=Newcomers(lambda _path: False, lambda _path: ()),
            state_file=self,
            requests=RuntimeRequests(lambda: self.world.now),
            in_use=self._in_use,
            lock=lambda interrupt: functools.partial(self._lock, interrupt),
            touch=lambda: None,
            places=self._places,
            housekeeping=Idle(),
        )
        Daemon(self.file, Notify({}, 1), parts).run()

    def write(self, state: State) -> None:
        """Take the state that is left for `status`."""
        self.state = state

    def _basis(self) -> Basis:
        return Basis(self.world, self.making, "service", self.useless_since)

    def _lookout(self, _settings: ServiceSettings) -> Lookout:
        clock = self.bell._clock  # noqa: SLF001 - the one clock
        supervisor = Supervisor(
            self._watch, self.bell.ring, rounds=self.making.rounds, random=self.world.random.random
        )
        return Lookout(self.bell, Debounce(self.making.patience), supervisor, clock=clock)

    def _watch(self, wake: Wake) -> Watcher:
        self.watcher = Watcher(self.world, wake)
        return self.watcher

    def _in_use(self, kernels: Sequence[InstalledKernel]) -> list[int | None]:
        running = self.world.running
        self.file.basis.in_use = frozenset(running)  # type: ignore[attr-defined] # our Basis
        return [running.get(each.mark.prefix) if each.mark else None for each in kernels]

    def _looks_of(self, path: str) -> tuple[object, ...]:
        entries = self.world.entries
        return tuple(sorted(entries)) if path == STORE else (entries.get(path.rpartition("/")[2]),)

    @contextlib.contextmanager
    def _lock(self, interrupt: Callable[[], None]) -> Iterator[None]:
        interrupt()
        self.world.is_locked = True
        try:
            yield
        finally:
            self.world.is_locked = False

    def _places(
        self, result: PassResult, _settings: Settings, _surroundings: Surroundings
    ) -> Places:
        prefixes = (each.environment.candidate.prefix for each in result.standings)
        return Places(all=(*ROOTS, *prefixes), containers=frozenset(ROOTS))


class Idle(Housekeeping):
    """Gives nothing back: a simulation has many lives to live in one process."""

    def give_back(self, environments: int) -> None:
        """Leave the garbage to chance."""


class Once(Attendance):
    """Attends a pass of `once`, so that it is planned in any case."""


def once(world: World, making: Making, *, host: str = HOST, confirmed: bool = False) -> None:
    """Carry out one pass of a command, on this host or another one."""
    if world.is_settings_broken or (host == HOST and world.is_locked):
        return
    who = "once" if host == HOST else "the other host"
    basis = Basis(world, making, who, {}, host)
    basis.store.confirmed = confirmed
    options = PassOptions(attendance=Once(), confirmed=confirmed)
    basis.reconciler.run(options, contextlib.nullcontext)


class Bugs(logging.Handler):
    """Makes a violation of every pass that fails, and keeps the log quiet."""

    def emit(self, record: logging.LogRecord) -> None:
        """Fail, if this tells of an exception."""
        if record.exc_info and record.exc_info[1] is not None:
            message = f"a pass fails: {record.exc_info[1]!r}"
            raise Violation(message) from record.exc_info[1]
