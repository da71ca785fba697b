"""Remembers directories that have come to where environments are, and are none yet.

`mkdir app && python -m venv app`: nobody watches a directory that is no environment, and its
container says nothing of what happens inside of it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_MOST = 32
"""Directories that are remembered; of more, the latest."""
_SIGNS = ("pyvenv.cfg", "bin/python")
"""What makes a directory an environment (`kernelsync.locators.presence`)."""


class Newcomers:
    """What hints have named, pass by pass, until it is an environment or gone."""

    def __init__(self, is_directory: Callable[[str], bool] = os.path.isdir) -> None:
        self._is_directory = is_directory
        self._paths: dict[str, None] = {}

    def points(
        self, hints: Iterable[str], environments: Collection[str], watched: Collection[str]
    ) -> tuple[str, ...]:
        """Return what to await after a pass: in each, the files that would make it one.

        `hints` are those of the pass, `environments` the prefixes that it found, `watched` the
        directories in which every entry counts.
        """
        for path in hints:
            if os.path.dirname(path) in watched and not _is_within(path, environments):
                self._paths.pop(path, None)
                self._paths[path] = None
        found = [
            path
            for path in self._paths
            if not _is_within(path, environments) and self._is_directory(path)
        ]
        self._paths = dict.fromkeys(found[-_MOST:])
        return tuple(f"{path}/{sign}" for path in self._paths for sign in _SIGNS)


def _is_within(path: str, environments: Collection[str]) -> bool:
    """Whether a path is an environment, or in one."""
    while path not in environments:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True
