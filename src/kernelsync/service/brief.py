"""What is left of a pass once it is over: all that telling, watching and waiting need of it."""

from __future__ import annotations

import os

from kernelsync.locators.survey import is_path, watched
from kernelsync.model.environment import Condition
from kernelsync.model.outcome import State as Standpoint
from kernelsync.model.plan import Create, Forget, Hold, Update
from kernelsync.model.value import Value
from kernelsync.service.newcomers import signs_in
from kernelsync.watch.links import stations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kernelsync.model.environment import Candidate
    from kernelsync.model.outcome import PassResult
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.state import State

_BETWEEN = "\0"
"""The one character that no path contains."""


class Brief(Value):
    """A pass in brief.

    `state` has all but the watching; `places` are to be watched (`packed`), `unready` are the
    prefixes of the environments that are not ready, `awaited` of those in which ipykernel lacks
    something, `missing` the keys of runtimes it lacked, None if it found all as it was.
    """

    state: State
    places: str
    unready: tuple[str, ...]
    awaited: tuple[str, ...]
    missing: frozenset[str] | None


class Places(Value):
    """The directories in which a change could make another pass do something.

    `containers` are those of `all` in which environments come to be: in the roots, below them,
    and where there are some. The others are inside of environments, on the way to them, or
    where a root may come to be.
    """

    all: tuple[str, ...]
    containers: frozenset[str]


def packed(places: Iterable[str]) -> str:
    """Return paths as one text, which leaves no gaps in the memory where they were made."""
    return _BETWEEN.join(places)


def unpacked(places: str) -> list[str]:
    """Return the paths of such a text."""
    return places.split(_BETWEEN) if places else []


def unready(result: PassResult) -> tuple[str, ...]:
    """Return the prefixes of the environments that are not ready."""
    return tuple(
        standing.environment.candidate.prefix
        for standing in result.standings
        if standing.state is Standpoint.NOT_READY
        and standing.environment.condition is Condition.NOT_READY
    )


def awaited(result: PassResult) -> tuple[str, ...]:
    """Return the prefixes of the environments that have ipykernel, but not all that it needs."""
    return tuple(
        standing.environment.candidate.prefix
        for standing in result.standings
        if standing.environment.condition is Condition.NO_IPYKERNEL
        and standing.environment.ipykernel is not None
        and standing.state is not Standpoint.EXCLUDED
    )


def environments_of(result: PassResult) -> frozenset[str]:
    """Return the prefixes of all environments that were found."""
    return frozenset(standing.environment.candidate.prefix for standing in result.standings)


def places_to_watch(result: PassResult, settings: Settings, surroundings: Surroundings) -> Places:
    """Return what is to be watched after a pass, but for the kernels."""
    environments = [standing.environment for standing in result.standings]
    searched = watched(settings, surroundings, result.marks)
    around = dict.fromkeys(os.path.dirname(each.candidate.prefix) for each in environments)
    roots = tuple(f"{root.path.rstrip('/')}/" for root in result.roots)
    containers = (*around, *(place for place in searched if f"{place}/".startswith(roots)))
    places = dict.fromkeys((*searched, *around))
    for environment in environments:
        places.update(dict.fromkeys(environment.watch_points))
        candidate = environment.candidate
        if candidate.prefix != candidate.real:
            places.update(dict.fromkeys(_between(candidate)))
    places.update(dict.fromkeys(_signs_of_lost(result)))
    return Places(all=tuple(places), containers=frozenset(containers))


def _signs_of_lost(result: PassResult) -> Iterator[str]:
    """Yield what would make an environment of a place of which there is a kernel still.

    It may be made anew step by step where nobody watches for new ones.
    """
    found = environments_of(result)
    for mark in result.marks:
        if mark.prefix not in found and is_path(mark.prefix):
            yield from signs_in(mark.prefix)


def _between(candidate: Candidate) -> Iterator[str]:
    """Yield what a link to an environment leads to before it comes to the environment.

    A single link leads there straight: what is watched already tells of its going.
    """
    for station in stations(candidate.prefix):
        if station == candidate.real:
            return
        yield station


def kernels_to_watch(result: PassResult, directory: str) -> tuple[str, ...]:
    """Return where somebody could remove or edit a kernelspec of ours: there, and in each.

    Our own changes come back as hints, too. The pass that they cause finds nothing to do.
    """
    names = dict.fromkeys(result.plan.unchanged)
    for action in result.plan.actions:
        match action:
            case Create() | Update():
                names[action.spec.name] = None
            case Hold() | Forget():
                names[action.installed.name] = None
            case _:
                pass
    return (directory, *(f"{directory.rstrip('/')}/{name}" for name in names))
