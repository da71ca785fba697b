"""What a real watcher hears of changes, up to the moment of asking."""

from __future__ import annotations

import os
import sys

from kernelsync.watch.choice import watcher_for
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Ear:
    """Watches directories, and collects the hints about them."""

    def __init__(self, directory: str) -> None:
        """`directory` is for marks; it must not be there yet."""
        self._directory = directory
        os.makedirs(directory)
        self._hints: list[str | None] = []
        self._marks = 0
        self._watcher = watcher_for(sys.platform, self._hear)

    def follow(self, directories: Iterable[str]) -> None:
        """Watch these directories from now on."""
        self._watcher.update(tuple(dict.fromkeys((*directories, self._directory))))

    def hints(self) -> frozenset[str] | None:
        """Return all hints since the last time, None if they are about everything."""
        # The system keeps the order: once this is heard, all before it has been.
        self._marks += 1
        mark = f"{self._directory}/{self._marks}"
        os.mkdir(mark)
        wait_until(lambda: mark in self._hints)
        heard = self._hints[: self._hints.index(mark)]
        del self._hints[: len(heard) + 1]
        places = {str(hint) for hint in heard if hint is not None}
        if len(places) < len(set(heard)):
            return None
        return frozenset(place for place in places if not place.startswith(self._directory))

    def close(self) -> None:
        """Hear nothing any more."""
        self._watcher.close()

    def _hear(self, path: str | None, /) -> None:
        self._hints.append(path)
