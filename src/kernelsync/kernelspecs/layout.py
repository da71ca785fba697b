"""Names beside `kernels`: the directories of ours, and what is in them."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

STATE = ".kernelsync"
STAGING = "staging"
TRASH = "trash"

KEPT_SECONDS = 30 * 24 * 3600
"""How long a kernelspec stays in the trash, at least."""
_BELIEVED_SECONDS = 7 * 24 * 3600
"""How long after that it may go: whatever seems older than that may come of a wrong clock."""
_AHEAD_SECONDS = 24 * 3600
"""How far another host's clock may be ahead of ours."""


def state_path(kernels_directory: str, name: str) -> str:
    """Return the path of `STAGING` or `TRASH` for a directory of kernelspecs."""
    return f"{os.path.dirname(kernels_directory)}/{STATE}/{name}"


def new_identifier(now: float, host: str) -> str:
    """Return a name that nobody else takes: `<seconds>-<host>-<random>`.

    The host is part of it because hosts with one home directory share these directories, but
    not the lock: each may clear away only what it left behind itself.
    """
    return f"{int(now)}-{host}-{os.urandom(6).hex()}"


def leftovers(identifiers: Sequence[str], host: str) -> list[str]:
    """Return what an interrupted pass of this host left, by the names in staging.

    Whoever holds the lock has nothing in hand yet, so all of this host's are leftovers.
    """
    parts = [(identifier, _parts(identifier)) for identifier in identifiers]
    return [identifier for identifier, made in parts if made is not None and made[1] == host]


def out_of_time(identifiers: Sequence[str], now: float) -> tuple[list[str], list[str]]:
    """Return what has been in the trash for long enough, and what nobody can tell that of.

    Passes see each entry soon after its time has come. One that is long past it was either
    left alone for weeks, or a clock has jumped; so it has if an entry is not there yet. Which
    clock was wrong, that of then or that of now, nobody knows.
    """
    due: list[str] = []
    undated: list[str] = []
    for identifier in identifiers:
        made = _parts(identifier)
        age = 0.0 if made is None else now - made[0]
        if not -_AHEAD_SECONDS <= age <= KEPT_SECONDS + _BELIEVED_SECONDS:
            undated.append(identifier)
        elif age > KEPT_SECONDS:
            due.append(identifier)
    return due, undated


def dated(identifier: str, now: float) -> str:
    """Return the name that lets an entry of the trash stay from now on for the whole time."""
    return f"{int(now)}-{identifier.partition('-')[2]}"


def _parts(identifier: str) -> tuple[int, str] | None:
    """Return time and host; None for a name of other making, which is left alone."""
    seconds, _, rest = identifier.partition("-")
    host, _, random = rest.rpartition("-")
    if not (seconds.isascii() and seconds.isdigit() and host and random):
        return None
    return int(seconds), host
