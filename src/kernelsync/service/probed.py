"""Remembers what was probed, so that a hint about one environment does not cost a thousand."""

from __future__ import annotations

import os

from kernelsync.model.environment import Condition
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.watch.debounce import Due

    Identity = tuple[int, int, int] | None


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
        self._hints: _Hints | None = None
        self._doubted: set[str] = set()
        self._doubted_next: set[str] = set()

    def begin(self, due: Due) -> None:
        """Forget what a pass that is due is about; call before each pass."""
        self._next = {}
        self._hints = None
        self._doubted, self._doubted_next = self._doubted_next, set()
        if due.everything:
            self._answers, self._identities = {}, {}
            return
        hints = self._hints = _Hints(due.directories)
        moved = self._moved(hints)
        self._answers = {
            real: answer
            for real, answer in self._answers.items()
            if moved.isdisjoint(answer.points) and not hints.are_about(answer.environment)
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
        if hints.are_about(environment):
            return False
        # None is inside of it, so what is above a directory in it is above all of it.
        candidate = environment.candidate
        inside = f"{candidate.prefix}/"
        outside = [point for point in environment.watch_points if not point.startswith(inside)]
        return not any(map(hints.are_above, (candidate.prefix, candidate.real, *outside)))

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
        self._hints = None
        self._answers = self._next
        known = self._identities
        points = {point for answer in self._answers.values() for point in answer.points}
        self._identities = {
            point: known[point] if point in known else self._identify(point) for point in points
        }

    def _moved(self, hints: _Hints) -> frozenset[str]:
        """Return the directories below hints that are not what they were."""
        moved = frozenset(
            point
            for point, identity in self._identities.items()
            if hints.are_above(point) and identity != self._identify(point)
        )
        for point in moved:
            del self._identities[point]
        return moved


class _Hints:
    """What the hints of one pass are about; asking takes the same time however many there are."""

    def __init__(self, hints: frozenset[str]) -> None:
        self._hints = hints
        self._near = hints.union(map(os.path.dirname, hints))
        self._around: set[str] = set()
        for hint in hints:
            self._note_around(hint)
        self._known: dict[str, bool] = {}

    def are_about(self, environment: Environment) -> bool:
        """Whether one is about a directory of an environment, or about what is inside of it."""
        candidate = environment.candidate
        if candidate.prefix in self._around or candidate.real in self._around:
            return True
        return not self._near.isdisjoint(_points(environment))

    def are_above(self, point: str) -> bool:
        """Whether one is about a directory in which this one lies."""
        parent = point.rpartition("/")[0]  # dirname takes six times as long
        if not parent:
            return "/" in self._hints and point != "/"
        known = self._known.get(parent)
        if known is None:
            known = self._known[parent] = parent in self._hints or self.are_above(parent)
        return known

    def _note_around(self, hint: str) -> None:
        parent = os.path.dirname(hint)
        while parent not in self._around and parent != hint:
            self._around.add(parent)
            hint, parent = parent, os.path.dirname(parent)


def _points(environment: Environment) -> tuple[str, ...]:
    candidate = environment.candidate
    return (candidate.prefix, candidate.real, *environment.watch_points)


def _identity(path: str) -> Identity:
    """Return what tells a directory from one that takes its place; its entries count too."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns
