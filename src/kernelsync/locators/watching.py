"""The directories to watch so that a change in a root is noticed."""

from __future__ import annotations

import os


def watch_root(path: str) -> tuple[str, ...]:
    """Return the root itself, or the nearest directory in which it would come to exist.

    A symlink is watched in its own directory too: removing it says nothing on its target.
    """
    if not os.path.isdir(path):
        return (_nearest(path),)
    if os.path.islink(path):
        return (path, os.path.dirname(path))
    return (path,)


def unique(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return all paths of the groups in order, each once."""
    return tuple(dict.fromkeys(path for group in groups for path in group))


def _nearest(path: str) -> str:
    place = os.path.dirname(path)
    while not os.path.isdir(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    return place
