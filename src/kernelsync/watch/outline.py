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
from kernelsync.watch.cover import BARE, INNER, TOPMOST, Covers
from kernelsync.watch.links import Listed, links_on_the_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_INODE_BITS = 64


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
    drawing = _Drawing(directories, routes=routes)
    for path in drawing.wanted:
        drawing.add(path)
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
    def __init__(self, directories: Collection[str], *, routes: bool) -> None:
        self._routes = routes
        self.wanted = dict.fromkeys(path.rstrip(os.sep) or os.sep for path in directories)
        self._identities: dict[str, int] = {}
        self._names: dict[str, set[str]] = {}
        self._routed: set[str] = set()
        self._followed: set[str] = set()
        self._covers = Covers(self.wanted)
        self._links = Listed(self.wanted)

    def add(self, path: str) -> None:
        """Watch a directory, or what may make it come."""
        identity = identity_of(path)
        if identity is None:
            for way in _ways(path):
                self._lead_to(self._await(way))
            return
        self._identities[path] = identity
        cover = self._covers.over(path)
        if cover is INNER or not self._routes:
            return
        if cover is TOPMOST:
            self._bridge(path)
            return
        for way in _ways(path):
            self._lead_to(way)

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

    def _lead_to(self, path: str) -> None:
        """Watch what may move a directory, or a link, to elsewhere."""
        if not self._routes:
            return
        if os.path.islink(path) or not self._is_covered(path):
            self._route(path)
        else:
            self._bridge(path)

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
        """Whether a directory above was asked for: then the way to that one is enough."""
        return self._covers.over(path) is not BARE

    def _bridge(self, path: str) -> None:
        """Watch what lies between the topmost directory asked for and this one: it may be moved.

        The first symlink there is followed. Below other directories are environments and
        kernelspecs by the thousand, too many for a look at each.
        """
        for step in self._covers.below_topmost(path):
            if self._links.has(step):
                if step not in self._followed:
                    self._follow(step)
                return
            if step != path:
                self._count(step)

    def _follow(self, link: str) -> None:
        """Watch the name of every symlink on the way to where this one leads, and that way."""
        self._followed.add(link)
        if os.path.dirname(link) in self.wanted and self._links.is_straight(link):
            return
        for each in links_on_the_way(link):
            self._route(each)
        real = os.path.realpath(link)
        if not self._is_covered(real):
            self._route(real)


def _ways(path: str) -> tuple[str, ...]:
    """Return the path, the links on its way, and the one that it leads to: each may change."""
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return (path,)
    return (path,) if real == path else (path, *links_on_the_way(path), real)
