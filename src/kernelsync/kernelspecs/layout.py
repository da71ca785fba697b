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
"""How long a kernelspec stays in the trash."""


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


def due(identifiers: Sequence[str], now: float) -> list[str]:
    """Return what has been in the trash for long enough, by the names there.

    Entries from the future stay: a clock was wrong, and which one nobody knows.
    """
    parts = [(identifier, _parts(identifier)) for identifier in identifiers]
    return [
        identifier
        for identifier, made in parts
        if made is not None and now - made[0] > KEPT_SECONDS
    ]


def _parts(identifier: str) -> tuple[int, str] | None:
    """Return time and host; None for a name of other making, which is left alone."""
    seconds, _, rest = identifier.partition("-")
    host, _, random = rest.rpartition("-")
    if not (seconds.isascii() and seconds.isdigit() and host and random):
        return None
    return int(seconds), host
