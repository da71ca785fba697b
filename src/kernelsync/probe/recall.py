"""Probing with a memory: what is as it was is not read again."""

from __future__ import annotations

import os

from kernelsync.model.value import Value
from kernelsync.probe.memory import fingerprint, looked_for, seal_of
from kernelsync.probe.outline import environment_of, number, placed, text, texts
from kernelsync.probe.permissions import Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.learning import Learner
    from kernelsync.probe.memory import Memory
    from kernelsync.probe.outline import Outline

    Row = tuple[int, int, str, str | None, str | None]

_ROW_SIZE = 5


class Ground(Value):
    """What all environments of one base rest on.

    `start` is where their interpreters' links lead first, `resolved` where the last one
    does, over `links` (pairs of a link and its target). `files` are paths with their `seal`;
    `judged` are paths that nobody else may be able to change, `directories` must be there.
    """

    start: str
    resolved: str
    links: tuple[tuple[str, ...], ...]
    files: tuple[str, ...]
    seal: int
    judged: tuple[str, ...]
    directories: tuple[str, ...]


class RecallingProber:
    """Probes environments in one pass, and answers from the memory where it can.

    An answer is recalled only if everything that it rests on is as it was. Who may write to
    the directories above and to the bases is judged anew in every pass. `now` is the wall
    clock at the beginning of the pass, in seconds since 1970. `is_quiet` says of an answer
    that nothing it rests on has changed since the last pass, which somebody has watched.
    `recalled` counts the answers from the memory.
    """

    def __init__(
        self,
        memory: Memory,
        surroundings: Surroundings,
        *,
        now: float,
        is_quiet: Callable[[Environment], bool] = lambda _: False,
    ) -> None:
        self.recalled = 0
        self._memory = memory
        self._surroundings = surroundings
        self._now = now
        self._is_quiet = is_quiet
        self._trust = Trust(surroundings.uid, surroundings.owners)
        self._outlines: dict[int, Outline | None] = {}
        self._kept: dict[str, object] = {}
        self._answers: dict[str, tuple[object, Environment]] = {}
        self._learner: Learner | None = None
        if not self._trust.agrees_on(memory.groups):
            memory.forget()

    def probe(self, candidate: Candidate) -> Environment:
        """Return what is known of a candidate; whatever is wrong with it is in the answer."""
        row = self._memory.rows.get(candidate.real)
        if row is not None:
            try:
                environment = self._recalled(candidate, row)
            except (OSError, TypeError, ValueError):
                # It cannot be told, or somebody wrote nonsense: the files decide.
                environment = None
            if environment is not None:
                self._kept[candidate.real] = row
                self.recalled += 1
                return environment
        return self._probed(candidate)

    def is_as_it_was(self, candidate: Candidate) -> bool:
        """Return whether the memory has an answer, and everything that it rests on is as it was."""
        row = self._memory.rows.get(candidate.real)
        try:
            outline = None if row is None else self._trusted(candidate, row_of(row))
            return outline is not None and seal_of(outline, candidate.real) == row_of(row)[1]
        except (OSError, TypeError, ValueError):
            return False

    def keep(self, candidate: Candidate) -> None:
        """Let the memory keep what it knows of a candidate that needs no look now."""
        row = self._memory.rows.get(candidate.real)
        if row is not None:
            self._kept[candidate.real] = row

    def keeps(self, environment: Environment) -> bool:
        """Return whether an answer of the last pass holds, if nothing inside has changed since.

        What it rests on outside is looked at. Then the memory goes on to have it.
        """
        candidate = environment.candidate
        row = self._memory.rows.get(candidate.real)
        try:
            if row is None or self._trusted(candidate, row_of(row)) is None:
                return False
        except (OSError, TypeError, ValueError):
            return False
        self._kept[candidate.real] = row
        self._answers[candidate.real] = row, environment
        return True

    def remembers(self, candidate: Candidate) -> bool:
        """Whether the memory is going to have the answer about a candidate."""
        learned = () if self._learner is None else self._learner.rows
        return candidate.real in self._kept or candidate.real in learned

    def finish(self) -> None:
        """Let the memory keep what was recalled and learned in this pass, and nothing else."""
        if self._learner is not None:
            self._kept.update(self._learner.rows)
            self._memory.groups.update(self._trust.groups())
        self._memory.rows, self._memory.answers = self._kept, self._answers

    def _recalled(self, candidate: Candidate, written: object) -> Environment | None:
        row = row_of(written)
        outline = self._trusted(candidate, row)
        if outline is None:
            return None
        environment = self._answer(candidate, written)
        if environment is None:
            project = candidate.project if row[3] is None else row[4]
            environment = environment_of(outline, candidate, project)
        if self._is_quiet(environment) or seal_of(outline, candidate.real) == row[1]:
            self._answers[candidate.real] = written, environment
            return environment
        return None

    def _answer(self, candidate: Candidate, written: object) -> Environment | None:
        """Return what a row came to in the last pass; the same row says the same of the same."""
        row, environment = self._memory.answers.get(candidate.real, (None, None))
        if row is not written or environment is None or environment.candidate != candidate:
            return None
        return environment

    def _trusted(self, candidate: Candidate, row: Row) -> Outline | None:
        """Return the outline of a row if it holds, unless the files behind the seal differ."""
        index, _, prefix, distribution, project = row
        if prefix != candidate.prefix or distribution != looked_for(candidate):
            return None
        outline = self._outline(index)
        if outline is None or outline.base is not candidate.base:
            return None
        if not self._is_safe(outline, candidate):
            return None
        if distribution is not None and project is not None and not os.path.isdir(project):
            return None
        return outline

    def _is_safe(self, outline: Outline, candidate: Candidate) -> bool:
        trust, prefix = self._trust, candidate.prefix
        if trust.fault_above(candidate.real) is not None:
            return False
        if prefix != candidate.real and trust.fault_all(prefix) is not None:
            return False
        return all(trust.fault_all(placed(path, prefix)) is None for path in outline.judged)

    def _outline(self, index: int) -> Outline | None:
        """Return an outline if what it shares with others is as it was."""
        if index not in self._outlines:
            self._outlines[index] = self._examined(index)
        return self._outlines[index]

    def _examined(self, index: int) -> Outline | None:
        outline = self._memory.outline(index)
        if outline is None:
            return None
        try:
            ground = _ground_of(self._memory.grounds[outline.ground])
            return outline if self._holds(ground) else None
        except (OSError, LookupError, TypeError, ValueError):
            return None

    def _holds(self, ground: Ground) -> bool:
        return (
            os.path.realpath(ground.start, strict=True) == ground.resolved
            and os.access(ground.resolved, os.X_OK)
            and all(os.readlink(link) == target for link, target in ground.links)
            and fingerprint("", ground.files, os.stat) == ground.seal
            and all(os.path.isdir(path) for path in ground.directories)
            and all(self._trust.fault_all(path) is None for path in ground.judged)
        )

    def _probed(self, candidate: Candidate) -> Environment:
        if self._learner is None:
            # Twenty modules, which a pass without changes does not need.
            from kernelsync.probe.learning import Learner  # noqa: PLC0415 - see above

            self._learner = Learner(
                self._memory, self._surroundings, now=self._now, trust=self._trust
            )
        return self._learner.probe(candidate)


def row_of(written: object) -> Row:
    """Return what is written, if it can be a row; otherwise `TypeError`."""
    if type(written) is not list or len(written) != _ROW_SIZE:
        raise TypeError
    index, seal, prefix, distribution, project = written
    if distribution is not None:
        text(distribution)
    if project is not None:
        text(project)
    return number(index), number(seal), text(prefix), distribution, project


def _ground_of(written: object) -> Ground:
    if type(written) is not dict:
        raise TypeError
    links = tuple(texts(pair) for pair in written.get("links", ()))
    if any(len(pair) != 2 for pair in links):  # noqa: PLR2004 - a link and its target
        raise ValueError
    return Ground(
        start=text(written.get("start")),
        resolved=text(written.get("resolved")),
        links=links,
        files=texts(written.get("files")),
        seal=number(written.get("seal")),
        judged=texts(written.get("judged")),
        directories=texts(written.get("directories")),
    )
