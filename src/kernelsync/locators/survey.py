"""One look at all sources: every environment once, and what each root's listing is worth."""

from __future__ import annotations

from kernelsync.locators import LOCATORS
from kernelsync.locators.base import NOTHING_KNOWN, Context
from kernelsync.locators.usable import difficulty, without_unusable
from kernelsync.model.environment import Candidate, Root, RootState
from kernelsync.model.settings import Source
from kernelsync.model.value import Value, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kernelsync.locators.base import Finding, Locator
    from kernelsync.model.kernelspec import Mark
    from kernelsync.model.problem import Problem
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings


class Survey(Value):
    """Everything that was found. No two candidates have the same real path."""

    candidates: tuple[Candidate, ...]
    roots: tuple[Root, ...]
    problems: tuple[Problem, ...]


def survey(
    settings: Settings,
    surroundings: Surroundings,
    requested: Iterable[Finding] = (),
    marks: Sequence[Mark] = (),
    as_before: Mapping[str, Candidate] = NOTHING_KNOWN,
) -> Survey:
    """Ask every locator that the settings enable, then add what was `requested`.

    `marks` are those of the installed kernels that are ours. The roots in them are searched
    too, where the settings leave the choice of roots to the locator (`Context.known_roots`).
    `as_before` are candidates that need no second look (`Context.as_before`).
    """
    separator = ":" if surroundings.platform != "win32" else ";"
    in_use = {mark.environment: mark.prefix for mark in marks}
    collected = _Collected(separator, in_use)
    for locator in _locators(settings, surroundings, marks, as_before):
        collected.take(locator.find(), named=_named(settings, locator.manager.name))
    collected.take(requested)
    return collected.survey()


def context_of(
    manager: str,
    settings: Settings,
    surroundings: Surroundings,
    known: Iterable[str] = (),
    as_before: Mapping[str, Candidate] = NOTHING_KNOWN,
) -> Context:
    """Return what the locator of a manager may know; `known` are roots of earlier passes."""
    return Context(
        environ=surroundings.environ,
        home=surroundings.home,
        platform=surroundings.platform,
        source=settings.sources.get(manager, Source(options={})),
        known_roots=tuple(root for root in known if is_path(root)),
        as_before=as_before,
    )


def watched(
    settings: Settings, surroundings: Surroundings, marks: Sequence[Mark] = ()
) -> tuple[str, ...]:
    """Return the directories to watch so that no locator misses an environment."""
    from kernelsync.locators.watching import unique  # noqa: PLC0415 - for the service alone

    locators = _locators(settings, surroundings, marks)
    return unique(*(locator.watch_points() for locator in locators))


def _locators(
    settings: Settings,
    surroundings: Surroundings,
    marks: Sequence[Mark],
    as_before: Mapping[str, Candidate] = NOTHING_KNOWN,
) -> Iterator[Locator]:
    known: dict[str, dict[str, None]] = {}
    for mark in marks:
        # What only the settings named is not searched once they no longer do.
        if not mark.requested and not mark.configured:
            known.setdefault(mark.manager, {})[mark.root] = None
    for locator in LOCATORS:
        name = locator.manager.name
        context = context_of(name, settings, surroundings, known.get(name, ()), as_before)
        if context.source.enabled:
            yield locator(context)


def _named(settings: Settings, manager: str) -> list[str]:
    """Return the places that the user named for a manager, each with a slash at its end."""
    source = settings.sources.get(manager)
    places: list[str] = []
    for value in source.options.values() if source is not None else ():
        if isinstance(value, str):
            places.append(f"{value.rstrip('/')}/")
        elif isinstance(value, tuple):
            places += [f"{place.rstrip('/')}/" for place in value]
    return places


def is_path(text: str) -> bool:
    """Return whether a mark's text can be a path at all: anybody can edit a kernel.json."""
    try:
        return text.startswith("/") and b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


class _Collected:
    """What the locators yielded so far, each environment under its real path."""

    def __init__(self, separator: str, in_use: Mapping[str, str]) -> None:
        self._separator = separator
        self._in_use = in_use
        self._candidates: dict[str, Candidate] = {}
        self._roots: dict[tuple[str, str], Root] = {}
        self._problems: dict[Problem, None] = {}

    def take(self, findings: Iterable[Finding], *, named: Sequence[str] = ()) -> None:
        """Sort in what a search yields; `named` are the places that the settings name."""
        for finding in findings:
            if isinstance(finding, Candidate):
                configured = bool(named) and f"{finding.root}/".startswith(tuple(named))
                self._candidate(replace(finding, configured=True) if configured else finding)
            elif isinstance(finding, Root):
                self._roots.setdefault((finding.path, finding.manager), finding)
            else:
                self._problems[finding] = None

    def survey(self) -> Survey:
        """Return all of it; a root with a problem below it counts as unreadable."""
        incomplete = {problem.root for problem in self._problems}
        roots = (
            replace(root, state=RootState.UNREADABLE, inode=None, empty=False)
            if root.state is RootState.READ and root.path in incomplete
            else root
            for root in self._roots.values()
        )
        return Survey(
            candidates=tuple(self._candidates.values()),
            roots=tuple(roots),
            problems=tuple(self._problems),
        )

    def _candidate(self, candidate: Candidate) -> None:
        problem = difficulty(candidate, self._separator)
        if problem is not None:
            self._problems[problem] = None
            return
        first = self._candidates.setdefault(candidate.real, candidate)
        if first is not candidate:
            # The path that a kernel starts already goes before the more specific one: what
            # links to an environment come and go must not change its name.
            if candidate.prefix == self._in_use.get(candidate.real) != first.prefix:
                first, candidate = candidate, first
            self._candidates[candidate.real] = _merged(first, candidate)
        elif candidate.aliases or candidate.project is not None:
            self._candidates[candidate.real] = without_unusable(candidate)


def _merged(first: Candidate, other: Candidate) -> Candidate:
    """Return the first with what the other adds: its paths, its project, that it was asked for."""
    other = without_unusable(other)
    paths = dict.fromkeys((*first.aliases, other.prefix, *other.aliases))
    return replace(
        first,
        aliases=tuple(path for path in paths if path != first.prefix),
        requested=first.requested or other.requested,
        project=first.project or other.project,
    )
