"""Copies of directories that have rested, to be put in place again and again.

A pass remembers what has rested for two seconds, and reads it only once. So it makes the same
calls each time only if what it finds is always that old; that holds for the directories above too.
"""

from __future__ import annotations

import collections
import os
import shutil
import time

from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_RESTED = 2.1
_AT_FIRST, _MOST = 2, 16


class Copies:
    """Copies of some directories as they are now; `places` say for each where to keep them."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._count = 0
        self._ready: collections.deque[tuple[float, int]] = collections.deque()
        for path, place in places.items():
            shutil.copytree(path, f"{place}/original", symlinks=True)
        for _ in range(_AT_FIRST):
            self._copy()

    def put(self) -> None:
        """Put what is in rested copies into the directories, in the place of what is there."""
        made, number = self._ready.popleft()
        # More than are taken, until there are so many that nobody waits.
        for _ in range(min(2, _MOST - len(self._ready))):
            self._copy()
        wait_until(lambda: time.monotonic() > made + _RESTED)
        for path, place in self._places.items():
            _clear(path)
            for name in os.listdir(f"{place}/{number}"):
                os.rename(f"{place}/{number}/{name}", f"{path}/{name}")
            os.rmdir(f"{place}/{number}")

    def _copy(self) -> None:
        self._count += 1
        for place in self._places.values():
            shutil.copytree(f"{place}/original", f"{place}/{self._count}", symlinks=True)
        self._ready.append((time.monotonic(), self._count))


def _clear(directory: str) -> None:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)
