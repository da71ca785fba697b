"""Which directories lie below one that is watched anyway, so that the way to it is not theirs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

BARE, TOPMOST, INNER = range(3)
"""What covers a directory: none that is watched, one with none above it, or any other."""


class Covers:
    """Tells for each path the nearest directory above it that is `watched`."""

    def __init__(self, watched: Container[str]) -> None:
        self._watched = watched
        self._known: dict[str, int] = {}

    def over(self, path: str) -> int:
        """Return what covers an absolute path; the same for all that lies in one directory."""
        parent = path.rpartition(os.sep)[0]  # dirname takes six times as long
        cover = self._known.get(parent)
        if cover is None:
            cover = self._known[parent] = self._over_entries_of(parent)
        return cover

    def _over_entries_of(self, place: str) -> int:
        if not place:
            return INNER if os.sep in self._watched else BARE
        above = self.over(place)
        if place not in self._watched:
            return above
        return TOPMOST if above is BARE else INNER

    def below_topmost(self, path: str) -> list[str]:
        """Return the way from a topmost directory to a path below it, none below any other."""
        steps = []
        while self.over(path) is TOPMOST:
            steps.append(path)
            path = path.rpartition(os.sep)[0]
        return steps[::-1]
