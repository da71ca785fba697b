"""What passes see of the simulated world."""

from __future__ import annotations

from kernelsync.locators.survey import Survey
from kernelsync.machine import Machine
from kernelsync.model.environment import Absence, Condition, RootState
from kernelsync.model.plan import Cause, Remove
from kernelsync.model.problem import Problem
from kernelsync.pass_options import Attendance
from kernelsync.planning.guard import guard, places_to_look
from support.simulated.world import ROOTS
from support.values import HOME, VENV, WORKON, candidate, environment, interpreter, root, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.environment import Candidate, Environment, Root, Trace
    from kernelsync.model.plan import Plan
    from support.simulated.world import Env, World

_MANAGERS = {ROOTS[0]: WORKON, ROOTS[1]: VENV, ROOTS[2]: VENV}
_known: dict[tuple[Env, bool], Environment] = {}


class Sight(Machine):
    """The eyes of one reconciler; remembers what was true when it looked.

    `seen` are the environments that were there in the last survey, whether it could see them
    or not; `useless_since` tells since when all surveys agree that a prefix
    is to have no kernel.
    """

    def __init__(self, world: World, who: str, useless_since: dict[str, float]) -> None:
        self.world = world
        self.excluded = frozenset(world.excluded)
        self.who = who
        self.seen: dict[str, Env] = {}
        self.useless_since = useless_since
        self.leaving: dict[str, int] = {}
        self.memory: dict[str, Environment] = {}

    def survey(self, *_: object) -> Survey:  # type: ignore[override] # needs none of them
        """Look for environments in all roots."""
        world = self.world
        world.interleave(self.who)
        self.seen = dict(world.envs)
        self.leaving = {}
        found = [
            _candidate(env)
            for prefix, env in sorted(world.envs.items())
            if world.is_visible(prefix) or self._is_half_seen(env)
        ]
        self._take_note({each.prefix for each in found})
        roots = tuple(self._root(path) for path in ROOTS)
        return Survey(candidates=tuple(found), roots=roots, problems=tuple(self._problems(roots)))

    def watched(self, *_: object) -> tuple[str, ...]:  # type: ignore[override] # as above
        """Return the roots."""
        return ROOTS

    def prober(self, *known: object) -> Prober:  # type: ignore[override] # a double
        """Return what looks into each environment of one pass."""
        attendance = known[-1]
        assert isinstance(attendance, Attendance)
        return Prober(self, attendance)

    def runtimes(self, *_: object) -> None:
        """Return none."""

    def guard(self, plan: Plan, roots: Sequence[Root], *, confirmed: bool) -> Plan:
        """Hold back what is not certain, by the real guard."""
        for action in plan.actions:
            if isinstance(action, Remove) and action.cause is Cause.GONE and action.installed.mark:
                place = action.installed.mark.root
                self.leaving[place] = self.leaving.get(place, 0) + 1
        traces = [self._trace(place) for place in places_to_look(plan)]
        return guard(plan, roots, traces, confirmed=confirmed)

    def _take_note(self, visible: set[str]) -> None:
        """Remember which kernels have lost their environments."""
        for entry in self.world.entries.values():
            if entry.mark is not None and entry.mark.prefix not in visible:
                self.note(entry.mark.prefix, None)

    def note(self, prefix: str, env: Env | None) -> None:
        """Remember since when nobody has seen that an environment needs its kernel."""
        if env is not None and self._keeps_its_kernel(env):
            self.useless_since.pop(prefix, None)
        else:
            self.useless_since.setdefault(prefix, self.world.now)

    def _keeps_its_kernel(self, env: Env) -> bool:
        if env.prefix.rpartition("/")[2] in self.excluded:
            return False
        if env.condition is Condition.NOT_READY:
            return True
        return env.can_run and not self.world.is_base_away

    def _is_half_seen(self, env: Env) -> bool:
        """Of a root that is half readable, every second environment is seen."""
        is_half = self.world.roots[env.root].state == "half unreadable"
        return is_half and len(env.prefix) % 2 == 0

    def _root(self, path: str) -> Root:
        real = self.world.roots[path]
        facts = {"manager": _MANAGERS[path].name}
        match real.state:
            case "absent":
                return root(path, state=RootState.ABSENT, inode=None, **facts)
            case "unreadable" | "half unreadable":
                return root(path, state=RootState.UNREADABLE, inode=None, **facts)
            case "covered":
                return root(path, inode=7, empty=True, **facts)
            case "emptied":
                return root(path, inode=real.inode, empty=True, **facts)
            case "swapped":
                return root(path, inode=8, **facts)
            case _:
                return root(path, inode=real.inode, empty=self._is_empty(path), **facts)

    def _is_empty(self, path: str) -> bool:
        has_any = any(env.root == path for env in self.world.envs.values())
        return self.world.roots[path].bare and not has_any

    def _problems(self, roots: Sequence[Root]) -> list[Problem]:
        return [
            Problem(code="root-unreadable", message=f"{each.path}: no", root=each.path)
            for each in roots
            if each.state is RootState.UNREADABLE
        ]

    def _trace(self, place: str) -> Trace:
        if place.startswith("/usr/lib/pythons"):
            return trace(place, ancestor="/usr", missing=5 if self.world.is_base_away else 3)
        if place in ROOTS:
            return self._trace_of_root(place)
        path = place.rpartition("/")[0]
        seen = self._root(path)
        if seen.state is RootState.UNREADABLE:
            return trace(place, Absence.UNREADABLE)
        if seen.state is RootState.ABSENT:
            return trace(place, ancestor=HOME, missing=2)
        absence = Absence.PRESENT if self.world.is_visible(place) else Absence.GONE
        return trace(
            place, absence, ancestor_empty=seen.empty, ancestor_inode=seen.inode, missing=1
        )

    def _trace_of_root(self, path: str) -> Trace:
        match self._root(path).state:
            case RootState.READ:
                return trace(path, Absence.PRESENT)
            case RootState.ABSENT:
                return trace(path)
            case _:
                return trace(path, Absence.UNREADABLE)


class Prober:
    """Looks into environments."""

    def __init__(self, sight: Sight, attendance: Attendance) -> None:
        self._sight = sight
        self._attendance = attendance

    def probe(self, found: Candidate) -> Environment:
        """Return what is there by now, or what is remembered of what is quiet."""
        memory = self._sight.memory
        known = memory.get(found.prefix)
        if known is not None and self._attendance.is_quiet(known):
            return known
        environment = self._look(found)
        memory.pop(found.prefix, None)
        if environment.condition in (Condition.READY, Condition.NO_IPYKERNEL):
            memory[found.prefix] = environment
        return environment

    def remembers(self, found: Candidate) -> bool:
        """Whether the memory has the answer."""
        return found.prefix in self._sight.memory

    def _look(self, found: Candidate) -> Environment:
        world = self._sight.world
        world.interleave(self._sight.who)
        env = world.envs.get(found.prefix)
        self._sight.note(found.prefix, env)
        if env is None:
            return environment(
                found.prefix,
                condition=Condition.BROKEN,
                reason="gone meanwhile",
                interpreter=None,
                ipykernel=None,
                provided=(),
                manager=found.manager,
            )
        self._sight.seen[found.prefix] = env
        key = (env, world.is_base_away)
        if key not in _known:
            _known[key] = _environment(*key)
        return _known[key]

    def keep(self, _found: Candidate) -> None:
        """Remember nothing."""

    def keeps(self, _environment: Environment) -> bool:
        """Return whether what environments rest on is as it was."""
        return not self._sight.world.is_base_away

    def finish(self) -> None:
        """Remember nothing."""


def _candidate(env: Env) -> Candidate:
    return candidate(env.prefix, manager=_MANAGERS[env.root])


def _environment(env: Env, is_base_away: bool) -> Environment:  # noqa: FBT001 - see `_known`
    facts: dict[str, object] = {"manager": _MANAGERS[env.root], "watch_points": (env.prefix,)}
    condition = env.condition
    if (is_base_away or not env.has_base) and condition is Condition.READY:
        condition = Condition.BROKEN
        facts["interpreter"] = interpreter(env.prefix, env.version, stdlib="")
    if condition is not Condition.READY:
        facts |= {"ipykernel": None, "provided": (), "reason": condition.value}
    return environment(env.prefix, version=env.version, condition=condition, **facts)
