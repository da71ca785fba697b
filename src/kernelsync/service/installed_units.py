"""Which units the systemd of this user has, by their files: nobody is asked, nothing is run."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.surroundings import Surroundings

_OF_THE_SYSTEM = ("/usr/local/lib/systemd/user", "/usr/lib/systemd/user", "/lib/systemd/user")
_DATA_DIRECTORIES = "/usr/local/share:/usr/share"


def has_manager(surroundings: Surroundings) -> bool:
    """Return whether there is a systemd for this user."""
    if surroundings.platform != "linux":
        return False
    return os.path.exists(os.path.join(_runtime_directory(surroundings), "systemd", "private"))


def is_installed(surroundings: Surroundings, name: str) -> bool:
    """Return whether there is a unit of that name which is not masked.

    The first directory that has one decides (systemd.unit(5), "Unit File Load Path"); an empty
    file, or a link to /dev/null, masks those in the directories after it.
    """
    for directory in _unit_directories(surroundings):
        path = os.path.join(directory, name)
        if os.path.lexists(path):
            return os.path.isfile(path) and os.path.getsize(path) > 0
    return False


def _unit_directories(surroundings: Surroundings) -> Iterator[str]:
    """Yield where a user's systemd looks for units, the first that counts first.

    The manager has not the XDG variables of a shell: it looks in the usual places.
    """
    yield os.path.join(surroundings.home, ".config", "systemd", "user")
    yield "/etc/systemd/user"
    yield os.path.join(_runtime_directory(surroundings), "systemd", "user")
    yield "/run/systemd/user"
    yield os.path.join(surroundings.home, ".local", "share", "systemd", "user")
    for directory in _DATA_DIRECTORIES.split(":"):
        yield os.path.join(directory, "systemd", "user")
    yield from _OF_THE_SYSTEM


def _runtime_directory(surroundings: Surroundings) -> str:
    return surroundings.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{surroundings.uid}"
