"""Says what a pass brought: one log line for each change, and a problem when it comes or goes."""

from __future__ import annotations

import logging
import time
from collections import Counter

from kernelsync import __version__
from kernelsync.model.outcome import State as Standpoint
from kernelsync.model.plan import Create, Forget, Hold, Remove, Update, names_to_create
from kernelsync.model.value import replace
from kernelsync.service.state import Held, State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kernelsync.model.outcome import PassResult
    from kernelsync.model.plan import Action
    from kernelsync.model.problem import Problem
    from kernelsync.service.settings_file import SettingsFile
    from kernelsync.service.state import Watching

    Told = Mapping[tuple[str, str | None], str]

_MOST_LINES = 10
"""Problems that are told at once: a disk that is gone holds all kernels of it, a line each."""
_logger = logging.getLogger(__name__)


class Report:
    """Compares each pass with the one before; an idle day says nothing.

    `pid` is this process, `started` when it began, in seconds since 1970.
    """

    def __init__(self, *, pid: int, started: float) -> None:
        self._pid = pid
        self._started = started
        self._told: Told = {}
        self._left: Told = {}
        self._done: list[str] = []
        self._changed: float | None = None

    def of_pass(self, result: PassResult, file: SettingsFile) -> State:
        """Take note of what was done, and return the state that it comes to; `complete` it."""
        for action in _done(result):
            self._changed = time.time()
            self._done.append(_change(action))
        self._left = dict(_forgotten(result))
        basis = file.basis
        return State(
            pid=self._pid,
            started=self._started,
            release=__version__,
            settings=basis.settings.path,
            kernels_directory=basis.kernels_directory,
            changed=self._changed,
            environments=len(result.standings),
            kernels=_counts(result),
            problems=result.problems,
            held=tuple(_holds(result)),
            mistakes=file.mistakes,
        )

    def complete(self, state: State, watching: Watching) -> State:
        """Log what is new, and return the state with how it is watched."""
        for line in self._done:
            _logger.info("%s", line)
        self._done = []
        self._tell(
            {
                **_by_key((*state.mistakes, *state.problems, *watching.problems)),
                **{("held", each.name): _sentence(each) for each in state.held},
                **self._left,
            }
        )
        return replace(state, watching=watching)

    def _tell(self, now: Told) -> None:
        begun = [text for key, text in now.items() if key not in self._told]
        over = [text for key, text in self._told.items() if key not in now]
        for line in (*_shortened(begun), *_shortened([f"no longer: {text}" for text in over])):
            _logger.warning("%s", line)
        self._told = now


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; of very many some, and where to see all."""
    yield from lines[:_MOST_LINES]
    more = len(lines) - _MOST_LINES
    if more > 0:
        yield f"and {more} more; 'kernelsync status' shows how things are"


def summary(state: State) -> str:
    """Return the state as one line, for `systemctl status`."""
    count = sum(state.kernels.values())
    noun = "kernel" if count == 1 else "kernels"
    parts = [f"{count} {noun} of {state.environments} environments"]
    if state.mistakes:
        parts.append(state.mistakes[0].message)
    if state.failure is not None:
        parts.append(f"passes fail ({state.failure})")
    if state.problems:
        parts.append(f"problems: {len(state.problems)}")
    if state.held:
        parts.append(f"held removals: {len(state.held)}")
    if state.watching.problems:
        parts.append("watching is degraded")
    return "; ".join(parts)


def _done(result: PassResult) -> Iterator[Create | Update | Remove]:
    for outcome in result.outcomes:
        if outcome.problem is None and isinstance(outcome.action, Create | Update | Remove):
            yield outcome.action


def _change(action: Create | Update | Remove) -> str:
    match action:
        case Create():
            return f"created kernel '{action.spec.name}' for {action.spec.mark.prefix}"
        case Update():
            return f"updated kernel '{action.spec.name}': {action.reason}"
        case Remove():
            return f"removed kernel '{action.installed.name}': {action.reason}"


def _holds(result: PassResult) -> Iterator[Held]:
    actions = [each.action for each in result.outcomes] or result.plan.actions
    for action in actions:
        if isinstance(action, Hold):
            name = action.installed.name
            yield Held(name=name, reason=action.reason, way_out=action.way_out)


def _forgotten(result: PassResult) -> Iterator[tuple[tuple[str, str], str]]:
    for action in result.plan.actions:
        if isinstance(action, Forget):
            name = action.installed.name
            yield ("forgotten", name), f"kernel '{name}': {action.reason}"


def _sentence(held: Held) -> str:
    return f"kernel '{held.name}' stays: {held.reason}; {held.way_out}"


def _by_key(problems: Iterable[Problem]) -> dict[tuple[str, str | None], str]:
    """Return a line for each problem under what makes it the same one in the next pass.

    Messages about watching count directories: another number is no other problem.
    """
    return {
        (each.code, each.message if each.path is None and _is_singular(each) else each.path): (
            each.message if each.hint is None else f"{each.message}; {each.hint}"
        )
        for each in problems
    }


def _is_singular(problem: Problem) -> bool:
    return not problem.code.startswith("watch-")


def _counts(result: PassResult) -> dict[str, int]:
    """Return the number of kernels by manager, without those that could not be written."""
    undone = names_to_create(_undone(result))
    managers = (
        standing.environment.candidate.manager.name
        for standing in result.standings
        if standing.state is Standpoint.KERNEL and standing.kernel not in undone
    )
    return dict(sorted(Counter(managers).items()))


def _undone(result: PassResult) -> Iterator[Action]:
    """Yield what a pass could not do: all, where the directory cannot be written at all."""
    if not result.outcomes:
        yield from result.plan.actions
    for outcome in result.outcomes:
        if outcome.problem is not None:
            yield outcome.action
