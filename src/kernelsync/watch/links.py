"""Follows symlinks one by one, to name each place at which a path may come to lead elsewhere.

What a path leads to in the end hides the links in between: `~/.venvs` may lead to
`/opt/current/venvs`, and it is `/opt/current` that changes with every release.
"""

from __future__ import annotations

import os

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
