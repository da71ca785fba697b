"""`kernelsync status`: the service, the last pass, problems, held removals, running kernels."""

from __future__ import annotations

from kernelsync.cli.commands.remarks import left
from kernelsync.cli.commands.starting import built_by, start_of
from kernelsync.confinement import CONFINED
from kernelsync.errors import KernelsDirectoryError, SettingsError
from kernelsync.model.outcome import State as Standpoint
from kernelsync.model.plan import Hold, Remove, Update, names_to_create
from kernelsync.model.problem import Problem
from kernelsync.model.surroundings import HIDDEN
from kernelsync.model.value import Value
from kernelsync.pass_options import PassOptions
from kernelsync.service.running import memory_of, processes
from kernelsync.service.single_instance import is_running, last_pass, lock_path
from kernelsync.service.state import Held, read_state, state_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kernelsync.cli.commands.starting import BuiltBy, Start
    from kernelsync.cli.session import Session
    from kernelsync.model.kernelspec import KernelName
    from kernelsync.model.outcome import PassResult, Standing
    from kernelsync.model.plan import Action, Plan
    from kernelsync.service.running import Process
    from kernelsync.service.state import State

_OF_THE_SERVICE_ALONE = frozenset({HIDDEN, CONFINED, KernelsDirectoryError.code})
"""Problems that a process from a shell does not have, and so does not find."""


class RunningKernel(Value):
    """A kernel that runs now: its kernelspec's name if known, its environment, its process."""

    kernel: str | None
    environment: str
    process: Process


class StatusResult(Value):
    """How things stand.

    `state` is what the running service says, None if none runs; `memory` is its resident
    size in bytes. `last_pass` is when a service last looked at everything there is, in
    seconds since 1970. `standings` come from a look of our own, which needs no service,
    and so do `actions`: what a pass would do. `start` is how the service is started here, and
    `built_by` who builds the runtimes that it asks for. `unseen` says why there was no such
    look (None if there was): then `standings`, `running` and `actions` say nothing.
    """

    state: State | None
    memory: int | None
    last_pass: float | None
    standings: tuple[Standing, ...]
    held: tuple[Held, ...]
    running: tuple[RunningKernel, ...]
    problems: tuple[Problem, ...]
    start: Start
    built_by: BuiltBy | None = None
    actions: tuple[Action, ...] = ()
    unseen: str | None = None

    @property
    def kernels(self) -> tuple[Standing, ...]:
        """The environments that are kernels now."""
        coming = names_to_create(self.actions)
        return tuple(each for each in self._to_be if each.kernel not in coming)

    @property
    def unpublished(self) -> tuple[Standing, ...]:
        """The environments that are to be kernels, and wait for a pass that can write them."""
        coming = names_to_create(self.actions)
        return tuple(each for each in self._to_be if each.kernel in coming)

    @property
    def _to_be(self) -> Iterator[Standing]:
        return (each for each in self.standings if each.state is Standpoint.KERNEL)

    @property
    def left(self) -> tuple[Problem, ...]:
        """The kernels that are no longer ours to change; that is as somebody wanted it."""
        return tuple(left(self.actions))

    @property
    def exit_code(self) -> int:
        """1 with problems or held removals; a service that does not run is neither."""
        return 1 if self.problems or self.held else 0


def run(session: Session, *, come_what_may: bool = False) -> StatusResult:
    """Look at everything, and ask for the service's own knowledge if it runs.

    Raises:
        KernelsDirectoryError: kernelspecs cannot even be read; with `come_what_may`, that is one
            of the problems.
    """
    surroundings = session.surroundings
    path = lock_path(surroundings)
    state = read_state(state_path(surroundings)) if is_running(path) else None
    mistakes: tuple[Problem, ...] = ()
    view = None
    unseen = None
    try:
        view = session.reconciler.look(PassOptions())
    except SettingsError as error:
        mistakes = error.problems
        unseen = "the settings cannot be read"
    except KernelsDirectoryError as error:
        if not come_what_may:
            raise
        mistakes = (
            Problem(code=error.code, message=error.message, path=error.path, hint=error.hint),
        )
        unseen = "the kernels directory cannot be read"
    standings = () if view is None else view.standings
    return StatusResult(
        state=state,
        memory=None if state is None else memory_of(state.pid),
        last_pass=last_pass(path),
        standings=standings,
        held=tuple(_held(state, view)),
        running=tuple(_running(standings, processes(surroundings.uid))),
        problems=tuple(_problems(state, view, mistakes)),
        start=start_of(surroundings),
        built_by=built_by(state, surroundings),
        actions=() if view is None else view.plan.actions,
        unseen=unseen,
    )


def _held(state: State | None, view: PassResult | None) -> Iterator[Held]:
    """Yield what a pass would hold, and what the service holds for reasons of its own.

    The service speaks of its last pass: what is not installed any more, as another pass has
    removed it since, is held by nobody.
    """
    names = set()
    for action in () if view is None else view.plan.actions:
        if isinstance(action, Hold):
            names.add(action.installed.name)
            yield Held(name=action.installed.name, reason=action.reason, way_out=action.way_out)
    left = None if view is None else _ours(view.plan)
    for held in () if state is None else state.held:
        if held.name not in names and (left is None or held.name in left):
            yield held


def _ours(plan: Plan) -> frozenset[KernelName]:
    """Return the names of the kernels of ours that were found."""
    found = (each.installed for each in plan.actions if isinstance(each, Update | Remove))
    return frozenset((*plan.unchanged, *(kernel.name for kernel in found)))


def _problems(
    state: State | None, view: PassResult | None, mistakes: Iterable[Problem]
) -> Iterator[Problem]:
    """Yield each problem once; mistakes of the settings in the words of the service."""
    known: dict[object, Problem] = {}
    for problem in (
        *(mistakes if state is None or not state.mistakes else state.mistakes),
        *(() if state is None else state.watching.problems),
        *_of_service(state, complete=view is None),
        *(() if view is None else view.problems),
    ):
        known.setdefault((problem.code, problem.path, problem.message), problem)
    yield from known.values()


def _of_service(state: State | None, *, complete: bool) -> Iterator[Problem]:
    """Yield the service's problems: all, or those alone that a look from a shell cannot find."""
    for problem in () if state is None else state.problems:
        if complete or problem.code in _OF_THE_SERVICE_ALONE:
            yield problem


def _running(standings: Sequence[Standing], found: Sequence[Process]) -> Iterator[RunningKernel]:
    for process in found:
        if not process.is_kernel:
            continue
        for standing in standings:
            candidate = standing.environment.candidate
            is_its_own = process.python.startswith((f"{candidate.prefix}/", f"{candidate.real}/"))
            if is_its_own or (standing.kernel is not None and process.kernel == standing.kernel):
                kernel = process.kernel or standing.kernel
                yield RunningKernel(kernel=kernel, environment=candidate.prefix, process=process)
                break
