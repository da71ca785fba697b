"""Remembers what was probed, so that a hint about one environment does not cost a thousand."""

from __future__ import annotations

import os

from kernelsync.model.environment import Condition
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.watch.debounce import Due

    Identity = tuple[int, int, int] | None

_MOST_HINTS = 50
"""With more hints than this, comparing costs more than probing."""


class _Answer(Value):
    """What was found, and the directories in which a change could change it."""

    environment: Environment
    points: tuple[str, ...]


class Probed:
    """The environments of the last pass, less those that the hints since then are about.

    A hint names a directory in which something changed, or what changed in it. It may lie above
    an environment: then the directories below it count as touched if they are not the same any
    more. A pass over everything believes nothing of this.
    """

    def __init__(self, identify: Callable[[str], Identity] | None = None) -> None:
        """`identify` tells a directory from one that takes its place."""
        self._identify = identify or _identity
        self._answers: dict[str, _Answer] = {}
        self._next: dict[str, _Answer] = {}
        self._identities: dict[str, Identity] = {}
        self._hints: frozenset[str] | None = None
        self._doubted: set[str] = set()
        self._doubted_next: set[str] = set()
        self._above: tuple[str, ...] = ()

    def begin(self, due: Due) -> None:
        """Forget what a pass that is due is about; call before each pass."""
        self._next = {}
        self._hints = None
        self._doubted, self._doubted_next = self._doubted_next, set()
        hints = _few(due.directories)
        if due.everything or len(hints) > _MOST_HINTS:
            self._answers, self._identities = {}, {}
            return
        self._hints = hints | _parents(hints)
        self._above = _below(hints)
        touched = self._hints | self._moved(hints)
        self._answers = {
            real: answer
            for real, answer in self._answers.items()
            if touched.isdisjoint(answer.points) and not _is_about(hints, answer.environment)
        }

    def recall(self, candidate: Candidate) -> Environment | None:
        """Return what is known of a candidate, None if it is to be probed."""
        answer = self._answers.get(candidate.real)
        if answer is None or answer.environment.candidate != candidate:
            return None
        self._next[candidate.real] = answer
        return answer.environment

    def is_quiet(self, environment: Environment) -> bool:
        """Whether no hint is about what lies in these directories, or above them.

        Then an answer of the last pass holds without another look at its files. In a pass over
        everything, none is quiet.
        """
        hints = self._hints
        if hints is None or environment.candidate.real in self._doubted:
            return False
        points = _points(environment)
        if not hints.isdisjoint(points) or _is_about(hints, environment):
            return False
        above = self._above
        return not any(point.startswith(above) for point in points)

    def learn(self, environment: Environment) -> None:
        """Remember what was probed, unless time alone can change it."""
        if environment.condition is Condition.NOT_READY:
            return
        candidate = environment.candidate
        self._next[candidate.real] = _Answer(environment=environment, points=_points(environment))

    def forget(self, real: str) -> None:
        """Believe nothing of one environment in the next look at it, by its real path."""
        self._answers.pop(real, None)
        self._next.pop(real, None)
        self._doubted.add(real)
        self._doubted_next.add(real)

    def end(self) -> None:
        """Keep what this pass has found; call after each that came to its end."""
        self._answers = self._next
        known = self._identities
        points = {point for answer in self._answers.values() for point in answer.points}
        self._identities = {
            point: known[point] if point in known else self._identify(point) for point in points
        }

    def _moved(self, hints: Iterable[str]) -> frozenset[str]:
        """Return the directories below hints that are not what they were."""
        above = _below(hints)
        moved = frozenset(
            point
            for point, identity in self._identities.items()
            if point.startswith(above) and identity != self._identify(point)
        )
        for point in moved:
            del self._identities[point]
        return moved


def _few(hints: frozenset[str]) -> frozenset[str]:
    """Return the hints, or the directories that they are in where that makes too many fewer."""
    return hints if len(hints) <= _MOST_HINTS else _parents(hints)


def _parents(hints: Iterable[str]) -> frozenset[str]:
    return frozenset(map(os.path.dirname, hints))


def _below(hints: Iterable[str]) -> tuple[str, ...]:
    """Return how all paths below these directories begin."""
    return tuple([f"{hint.rstrip('/')}/" for hint in hints])


def _points(environment: Environment) -> tuple[str, ...]:
    candidate = environment.candidate
    return (candidate.prefix, candidate.real, *environment.watch_points)


def _is_about(hints: frozenset[str], environment: Environment) -> bool:
    """Whether one of the hints is about the inside of an environment."""
    candidate = environment.candidate
    inside = (f"{candidate.prefix}/", f"{candidate.real}/")
    return any(hint.startswith(inside) for hint in hints)


def _identity(path: str) -> Identity:
    """Return what tells a directory from one that takes its place; its entries count too."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns
