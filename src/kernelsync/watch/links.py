"""Follows symlinks one by one, to name each place at which a path may come to lead elsewhere.

What a path leads to in the end hides the links in between: `~/.venvs` may lead to
`/opt/current/venvs`, and it is `/opt/current` that changes with every release.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

_MOST = 40
"""As many links the kernel follows (path_resolution(7)); more are a loop."""


def links_on_the_way(path: str) -> tuple[str, ...]:
    """Return every symlink that is read on the way to where an absolute path leads.

    The directories above each are real ones. What is missing, or cannot be read, is no link.
    """
    links: list[str] = []
    at, ahead = "", path.split(os.sep)[::-1]
    while ahead and len(links) < _MOST:
        name = ahead.pop()
        if name in ("", os.curdir):
            continue
        if name == os.pardir:
            at = at.rpartition(os.sep)[0]
            continue
        step = f"{at}{os.sep}{name}"
        target = target_of(step)
        if target is None:
            at = step
            continue
        links.append(step)
        at = "" if target.startswith(os.sep) else at
        ahead += target.split(os.sep)[::-1]
    return tuple(dict.fromkeys(links))


def stations(path: str) -> tuple[str, ...]:
    """Return where a path leads as its own links say it, one after the other; none if it is none.

    Links in the directories above are left as they are written: who watches a directory
    watches them, too.
    """
    found: dict[str, None] = {}
    while (target := target_of(path)) is not None:
        above = os.path.dirname(path)
        if not target.startswith(os.sep):
            # What climbs out of a directory climbs out of the real one.
            above = os.path.realpath(above)
        path = os.path.normpath(os.path.join(above, target))
        if path in found or len(found) == _MOST:
            break
        found[path] = None
    return tuple(found)


def target_of(path: str) -> str | None:
    """Return what a symlink says; None for what is none, or cannot be read."""
    try:
        return os.readlink(path)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


class Listed:
    """Tells links from directories; one listing answers for all that lie in a `crowded` one."""

    def __init__(self, crowded: Container[str]) -> None:
        self._crowded = crowded
        self._links: dict[str, frozenset[str]] = {}
        self._plain: dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Whether it is a symlink."""
        place = path.rpartition(os.sep)[0]
        if place not in self._crowded:
            return os.path.islink(path)
        links = self._links.get(place)
        if links is None:
            links = self._links[place] = _links_in(place)
        return path in links

    def is_straight(self, link: str) -> bool:
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
