"""Probing what the memory does not know, and learning the answers that may be remembered."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import cached_property

from kernelsync.model.environment import Condition
from kernelsync.probe.draft import Draft
from kernelsync.probe.memory import fingerprint, looked_for, seal_of
from kernelsync.probe.outline import INTERPRETER, outline_of
from kernelsync.probe.probe import Prober

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.evidence import Evidence
    from kernelsync.probe.memory import Memory
    from kernelsync.probe.permissions import Trust

_REMEMBERED = frozenset({Condition.READY, Condition.NO_IPYKERNEL})
"""Answers that are about what is there; others are about what may change at any moment."""

_SETTLING = 2.0
"""Seconds in which two changes may get the same time stamp (FAT has the coarsest clock)."""


class Learner:
    """Probes in one pass, and makes `rows` for the memory, by real path."""

    def __init__(
        self, memory: Memory, surroundings: Surroundings, *, now: float, trust: Trust
    ) -> None:
        self.rows: dict[str, list[object]] = {}
        self._memory = memory
        self._surroundings = surroundings
        self._prober = Prober(surroundings, now=now, trust=trust)
        self._limit = (now - _SETTLING) * 1e9
        self._settled_grounds: dict[str, int | None] = {}

    @cached_property
    def _outlines(self) -> dict[str, int]:
        return _numbered(self._memory.outlines)

    @cached_property
    def _grounds(self) -> dict[str, int]:
        return _numbered(self._memory.grounds)

    def probe(self, candidate: Candidate) -> Environment:
        """Return what is known of a candidate, and learn it if that is possible."""
        draft = Draft(candidate)
        environment = self._prober.read(draft)
        if environment.condition in _REMEMBERED and self._surroundings.uid >= 0:
            # Something may change at this moment; the next pass will see what it became.
            with suppress(OSError, ValueError, RecursionError):
                self._learn(draft, environment)
        return environment

    def _learn(self, draft: Draft, environment: Environment) -> None:
        # While an installer is at work all the rest would be for nothing, again and again.
        if not self._is_settled((path for path, _ in draft.listings[:1]), os.stat):
            return
        from kernelsync.probe.evidence import evidence_of  # noqa: PLC0415 - not for most misses

        evidence = evidence_of(draft, environment, self._surroundings)
        if evidence is None:
            return
        candidate = environment.candidate
        ground = self._ground(evidence.ground)
        if ground is None:
            return
        written = _outline(environment, evidence, ground)
        outline = outline_of(written)
        # In this order: what changes in between is too young, what changes later differs.
        seal = seal_of(outline, candidate.real)
        own = [candidate.real + path for path in outline.own]
        prefix = candidate.prefix
        if self._is_settled(own, os.lstat) and self._is_settled(outline.others, os.stat):
            number = _number(written, self._memory.outlines, self._outlines)
            distribution = looked_for(candidate)
            project = environment.project if distribution is not None else None
            self.rows[candidate.real] = [number, seal, prefix, distribution, project]

    def _ground(self, facts: dict[str, object]) -> int | None:
        """Return the number of a ground, None while it is too young."""
        key = repr(facts)
        if key not in self._settled_grounds:
            files: list[str] = facts["files"]  # type: ignore[assignment] # as evidence makes it
            sealed = {**facts, "seal": fingerprint("", files, os.stat)}
            self._settled_grounds[key] = (
                _number(sealed, self._memory.grounds, self._grounds)
                if self._is_settled(files, os.stat)
                else None
            )
        return self._settled_grounds[key]

    def _is_settled(
        self,
        paths: Iterable[str],
        look: Callable[[str], os.stat_result],
    ) -> bool:
        """Whether the last change to all paths is long enough ago to be told from the next.

        A link would lead to evidence that is not looked at.
        """
        for path in paths:
            try:
                status = look(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            if max(status.st_mtime_ns, status.st_ctime_ns) >= self._limit:
                return False
            if stat.S_ISLNK(status.st_mode):
                return False
        return True


def _outline(environment: Environment, evidence: Evidence, ground: int) -> dict[str, object]:
    """Return the outline of an answer, in the form that `outline_of` reads."""
    candidate, interpreter = environment.candidate, environment.interpreter
    prefix = candidate.prefix

    def moved(path: str) -> str:
        """Take the prefix off a path."""
        below = path == prefix or path.startswith(f"{prefix}/")
        return f".{path.removeprefix(prefix)}" if below else path

    facts = [str(getattr(interpreter, field)) for field in INTERPRETER]
    return {
        "base": candidate.base,
        "condition": environment.condition.value,
        "ground": ground,
        "evidence": [moved(path) for path in evidence.paths],
        "judged": [moved(path) for path in evidence.judged],
        "reason": environment.reason,
        "interpreter": [moved(facts[0]), moved(facts[1]), *facts[2:]],
        "ipykernel": environment.ipykernel,
        "has_pip": environment.has_pip,
        "provided": [
            [
                kernel.name,
                moved(kernel.directory),
                kernel.document,
                [[logo.name, logo.size] for logo in kernel.logos],
            ]
            for kernel in environment.provided
        ],
        "watch_points": [moved(point) for point in environment.watch_points],
    }


def _numbered(table: list[object]) -> dict[str, int]:
    return {repr(each): number for number, each in enumerate(table)}


def _number(facts: object, table: list[object], numbers: dict[str, int]) -> int:
    """Return the number of an entry in a table, which gets it if it is new."""
    key = repr(facts)
    if key not in numbers:
        numbers[key] = len(table)
        table.append(facts)
    return numbers[key]
