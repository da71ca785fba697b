"""Draws, from the directories asked for, the existing ones to watch and what counts in each.

Beside the directories themselves these are the nearest existing parent of one that is missing,
where the next name counts; and those on the way from `/` to the topmost ones, because no event
reaches a directory when one above it is renamed, or when a symlink on the way changes; where
links lead to links, each of them is on the way.
"""

from __future__ import annotations

import os
import stat

from kernelsync.model.value import Value
from kernelsync.watch.links import links_on_the_way, target_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_INODE_BITS = 64

_NOTHING, _TOPMOST, _INNER = range(3)
"""What covers a directory: none that was asked for, one with none above it, or any other."""


class Outline(Value):
    """Directories to watch, each with its identity, those asked for first.

    `partial` has the names that count in directories that were not asked for themselves; none
    at all where only the directory itself counts, should it be moved. In all others every
    entry counts.
    """

    identities: Mapping[str, int]
    partial: Mapping[str, frozenset[str]]


def draw(directories: Collection[str], *, routes: bool = True) -> Outline:
    """Return what to watch now for these directories; without `routes`, not the way to them."""
    drawing = _Drawing(directories)
    for path in drawing.wanted:
        drawing.add(path, routes=routes)
    return drawing.finished()


def identity_of(path: str) -> int | None:
    """Return what tells this directory from all others that exist now; None if there is none.

    Device and inode in one number, which takes less room than a tuple of two.
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None
    if not stat.S_ISDIR(found.st_mode):
        return None
    return found.st_dev << _INODE_BITS | found.st_ino % (1 << _INODE_BITS)


def device_of(identity: int) -> int:
    """Return the device (`st_dev`) within an identity."""
    return identity >> _INODE_BITS


class _Drawing:
    def __init__(self, directories: Collection[str]) -> None:
        self.wanted = dict.fromkeys(path.rstrip(os.sep) or os.sep for path in directories)
        self._identities: dict[str, int] = {}
        self._names: dict[str, set[str]] = {}
        self._routed: set[str] = set()
        self._followed: set[str] = set()
        self._covers: dict[str, int] = {}
        self._links: dict[str, frozenset[str]] = {}
        self._plain: dict[str, bool] = {}

    def add(self, path: str, *, routes: bool) -> None:
        identity = identity_of(path)
        if identity is not None:
            self._identities[path] = identity
            if not routes or self._is_covered(path):
                return
        for way in _ways(path):
            start = way if identity is not None else self._await(way)
            if routes and (os.path.islink(start) or not self._is_covered(start)):
                self._route(start)

    def finished(self) -> Outline:
        for place in self._names:
            identity = identity_of(place)
            if identity is not None:
                self._identities[place] = identity
        partial = {place: frozenset(names) for place, names in self._names.items()}
        return Outline(identities=self._identities, partial=partial)

    def _await(self, path: str) -> str:
        """Return the nearest directory that exists, in which the next name now counts."""
        while (parent := os.path.dirname(path)) != path:
            if identity_of(parent) is not None:
                self._count(parent, os.path.basename(path))
                return parent
            path = parent
        return path

    def _route(self, path: str) -> None:
        """Watch every directory on the way to this one, and the name of every symlink on it."""
        while path not in self._routed and (parent := os.path.dirname(path)) != path:
            self._routed.add(path)
            self._count(parent, *([os.path.basename(path)] if os.path.islink(path) else []))
            path = parent

    def _count(self, place: str, *names: str) -> None:
        if place not in self.wanted:
            self._names.setdefault(place, set()).update(names)

    def _is_covered(self, path: str) -> bool:
        """Whether a directory above was asked for: then the way to that one is enough.

        Where that one is the topmost of them, symlinks below it are followed here. Below others
        are environments and kernelspecs by the thousand, too many for a look at each.
        """
        parent = path.rpartition(os.sep)[0]  # dirname takes six times as long
        cover = self._covers.get(parent)
        if cover is None:
            cover = self._covers[parent] = self._cover_in(parent)
        if cover is _TOPMOST and path not in self._followed and self._is_link(path, parent):
            self._follow(path)
        return cover is not _NOTHING

    def _cover_in(self, place: str) -> int:
        """Return what covers the entries of a directory: the nearest above that was asked for."""
        if not place:
            return _INNER if os.sep in self.wanted else _NOTHING
        is_covered = self._is_covered(place)
        if place in self.wanted:
            return _INNER if is_covered else _TOPMOST
        return _INNER if place in self._followed else self._covers[place.rpartition(os.sep)[0]]

    def _is_link(self, path: str, parent: str) -> bool:
        """Whether it is a symlink; one listing answers for all that lie in a directory."""
        if parent not in self.wanted:
            return os.path.islink(path)
        links = self._links.get(parent)
        if links is None:
            links = self._links[parent] = _links_in(parent)
        return path in links

    def _follow(self, link: str) -> None:
        """Watch the name of every symlink on the way to where this one leads, and that way."""
        self._followed.add(link)
        if os.path.dirname(link) in self.wanted and self._is_straight(link):
            return
        for each in links_on_the_way(link):
            self._route(each)
        real = os.path.realpath(link)
        if not self._is_covered(real):
            self._route(real)

    def _is_straight(self, link: str) -> bool:
        """Whether no other symlink is on its way: so are environments by the thousand linked."""
        target = target_of(link) or ""
        place = target.rpartition(os.sep)[0]
        if place not in self._plain:
            self._plain[place] = place != "" and os.path.realpath(place) == place
        return self._plain[place] and not os.path.islink(target)


def _links_in(place: str) -> frozenset[str]:
    try:
        with os.scandir(place) as entries:
            return frozenset(entry.path for entry in entries if entry.is_symlink())
    except OSError:
        return frozenset()


def _ways(path: str) -> tuple[str, ...]:
    """Return the path, the links on its way, and the one that it leads to: each may change."""
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return (path,)
    return (path,) if real == path else (path, *links_on_the_way(path), real)
