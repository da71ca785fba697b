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
"""Directories that are remembered; of more, the latest, and first those that hints have named."""
_SIGNS = ("pyvenv.cfg", "bin/python")
"""What makes a directory an environment (`kernelsync.locators.presence`)."""


def signs_in(path: str) -> tuple[str, ...]:
    """Return the files that would make a directory an environment, any of them."""
    return tuple(f"{path}/{sign}" for sign in _SIGNS)


def _directories_in(place: str) -> list[str]:
    try:
        with os.scandir(place) as entries:
            found = [(entry, _changed(entry)) for entry in entries]
    except OSError:
        return []
    directories = [(changed, entry.path) for entry, changed in found if changed is not None]
    return [path for _, path in sorted(directories)]


def _changed(entry: os.DirEntry[str]) -> float | None:
    """Return when a directory was changed; None for what is none, or cannot be told."""
    try:
        return entry.stat().st_ctime if entry.is_dir() else None
    except OSError:  # a link that leads to itself
        return None


class Newcomers:
    """What has come, pass by pass, until it is an environment or gone.

    `directories_in` returns the paths of the directories in another one, the latest last.
    """

    def __init__(
        self,
        is_directory: Callable[[str], bool] = os.path.isdir,
        directories_in: Callable[[str], Iterable[str]] = _directories_in,
    ) -> None:
        self._is_directory = is_directory
        self._directories_in = directories_in
        self._named: dict[str, None] = {}
        self._beside: dict[str, None] = {}

    def points(
        self, hints: Iterable[str], environments: Collection[str], containers: Collection[str]
    ) -> tuple[str, ...]:
        """Return what to await after a pass: in each, the files that would make it one.

        `hints` are those of the pass, `environments` the prefixes that it found, `containers`
        where environments come to be. A hint that names one of these says that it is new
        itself, or cannot say what came: then all that is in it may be.
        """
        places = {path for path in containers if path not in environments}
        for hint in hints:
            if os.path.dirname(hint) in places:
                _put_last(self._named, hint)
            if hint in places:
                for path in self._directories_in(hint):
                    _put_last(self._beside, path)
        self._named = self._awaited(self._named, environments, _MOST)
        self._beside = self._awaited(self._beside, environments, _MOST - len(self._named))
        paths = {**self._beside, **self._named}
        return tuple(sign for path in paths for sign in signs_in(path))

    def _awaited(
        self, paths: Iterable[str], environments: Collection[str], most: int
    ) -> dict[str, None]:
        """Return the latest that are no environments, and still there."""
        found = [path for path in paths if path not in environments and self._is_directory(path)]
        return dict.fromkeys(found[max(0, len(found) - most) :])


def _put_last(paths: dict[str, None], path: str) -> None:
    paths.pop(path, None)
    paths[path] = None
