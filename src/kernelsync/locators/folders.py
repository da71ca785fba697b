"""The name of an environment that lies in its project's folder."""

from __future__ import annotations

import os

ENVIRONMENT_NAMES = frozenset({".venv", "venv", "env"})
"""The names under which a tree is searched for environments."""

_GENERIC = ENVIRONMENT_NAMES | {".env", ".virtualenv", "virtualenv"}


def name_of(prefix: str) -> tuple[str, str | None]:
    """Return an environment's name, and its project's folder if that is where the name is from.

    `.venv` and the like say nothing, so these are called as the folder they are in, unless
    that is the top of the file system, as with `/venv` in a container.
    """
    folder, own = os.path.split(prefix)
    project = os.path.basename(folder)
    if own in _GENERIC and project:
        return project, folder
    return own.lstrip(".") or own, None
