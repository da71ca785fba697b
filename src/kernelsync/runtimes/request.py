"""The request for runtimes: the service, which has no network, leaves it for the one that has.

Serving any request renews the launcher and what stands in for pip, so one without runtimes
asks for these alone.
"""

from __future__ import annotations

import contextlib
import json
import os

from kernelsync.model.runtime import parts_of
from kernelsync.places import state_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.surroundings import Surroundings

NAME = "runtime-request.json"
_SCHEMA = 1
_LARGEST = 65536
_MOST = 100
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def request_path(surroundings: Surroundings) -> str:
    """Return where the request is, or would be."""
    return os.path.join(state_directory(surroundings), NAME)


def write_request(surroundings: Surroundings, keys: Iterable[str]) -> bool:
    """Ask for runtimes, by their keys, in one step; False if just these are asked for already.

    Raises:
        OSError: it cannot be written.
    """
    wanted = sorted(set(keys))
    if wanted == _read(surroundings):
        return False
    path = request_path(surroundings)
    fresh = f"{path}.{os.getpid()}.new"
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    try:
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump({"schema": _SCHEMA, "runtimes": wanted}, file)
            file.write("\n")
        os.replace(fresh, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(fresh)
        raise
    return True


def read_request(surroundings: Surroundings) -> list[str]:
    """Return the keys that are asked for, none where nobody asks or it cannot be understood."""
    return _read(surroundings) or []


def _read(surroundings: Surroundings) -> list[str] | None:
    """Return the keys that are asked for, None where nothing is or it cannot be understood."""
    try:
        with open(os.open(request_path(surroundings), _FLAGS), "rb") as file:
            document = json.loads(file.read(_LARGEST))
        if document["schema"] != _SCHEMA:
            return None
        keys = document["runtimes"]
        known = (key for key in keys if isinstance(key, str) and parts_of(key)[0])
        return sorted(set(known))[:_MOST]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def take_request(surroundings: Surroundings) -> list[str]:
    """Return the keys that are asked for, and take the request back, whatever becomes of it.

    One that stays would start the unit that serves it over and over.
    """
    keys = read_request(surroundings)
    forget_request(surroundings)
    return keys


def forget_request(surroundings: Surroundings) -> None:
    """Take the request back, if there is one."""
    with contextlib.suppress(OSError):
        os.unlink(request_path(surroundings))
