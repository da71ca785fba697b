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
    """What hints have named, pass by pass, until it is an environment or gone.

    `directories_in` returns the paths of the directories in another one, the latest last.
    """

    def __init__(
        self,
        is_directory: Callable[[str], bool] = os.path.isdir,
        directories_in: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self._is_directory = is_directory
        self._directories_in = directories_in or _directories_in
        self._paths: dict[str, None] = {}

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
            inside = self._directories_in(hint) if hint in places else ()
            for path in (hint, *inside):
                if os.path.dirname(path) in places:
                    self._paths.pop(path, None)
                    self._paths[path] = None
        found = [
            path for path in self._paths if path not in environments and self._is_directory(path)
        ]
        self._paths = dict.fromkeys(found[-_MOST:])
        return tuple(f"{path}/{sign}" for path in self._paths for sign in _SIGNS)


def _directories_in(place: str) -> list[str]:
    try:
        with os.scandir(place) as entries:
            found = [(entry.stat().st_ctime, entry.path) for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [path for _, path in sorted(found)]
