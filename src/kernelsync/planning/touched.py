"""Which environments a pass has to look into again, going by where something has changed.

Most passes of a service are about one environment into which something is being installed. All
that the last look has found of the others still holds.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from kernelsync.model.environment import Environment


def touched(
    hints: Collection[str],
    environments: Sequence[Environment],
    watched: Callable[[], Collection[str]],
) -> frozenset[str] | None:
    """Return the real paths of the environments that hints are about, None if it may be all.

    A hint is a directory in which something has changed, or what has changed in it. `environments`
    are those of the last look, and `watched` returns the directories in which locators look for
    more of them. What changes in one of these touches none of those that are known.
    """
    owners = _owners(environments)
    grounds = set(_grounds(environments))
    around = _around((*owners, *grounds))
    containers: Collection[str] | None = None
    found: set[str] = set()
    for hint in hints:
        above = _above(hint)
        if hint in around or hint in grounds or above in grounds:
            return None
        inside_of = set(_owners_of(hint, owners))
        if not inside_of:
            if containers is None:
                containers = {*watched(), *map(_above, owners)}
            if hint not in containers and above not in containers:
                return None
        found |= inside_of
    return frozenset(found)


def _owners(environments: Iterable[Environment]) -> dict[str, str]:
    """Return the real path of each environment, by all paths of its own."""
    owners: dict[str, str] = {}
    for environment in environments:
        candidate = environment.candidate
        owners[candidate.prefix] = owners[candidate.real] = candidate.real
    return owners


def _owners_of(hint: str, owners: Mapping[str, str]) -> Iterator[str]:
    """Yield the environments that a path is, or lies in."""
    while hint:
        if hint in owners:
            yield owners[hint]
        hint = _above(hint)


def _grounds(environments: Iterable[Environment]) -> Iterator[str]:
    """Yield what environments rest on elsewhere: bases, and what is being developed."""
    for environment in environments:
        candidate = environment.candidate
        inside = f"{candidate.prefix}/"
        for point in environment.watch_points:
            if not point.startswith(inside) and point not in (candidate.prefix, candidate.real):
                yield point


def _around(paths: Iterable[str]) -> set[str]:
    """Return all directories in which these lie."""
    around = {"/"}
    for path in paths:
        above = _above(path)
        while above and above not in around:
            around.add(above)
            above = _above(above)
    return around


def _above(path: str) -> str:
    return path.rpartition("/")[0]
