"""Sees to it that file owners mean something, before kernels are judged by them."""

from __future__ import annotations

import os

from kernelsync.errors import UsageError

_OVERFLOW = "/proc/sys/kernel/overflowuid"


def refuse_unknown_owners(uid: int, root: str = "/", overflow_file: str = _OVERFLOW) -> None:
    """Refuse to run where even the owner of `/` is unknown.

    In a user namespace with only this user in it (systemd's PrivateUsers=, which since
    version 253 also comes with ProtectSystem= and the like) all other owners look alike,
    root and strangers (user_namespaces(7), overflowuid). Every environment would seem to
    belong to somebody else, and lose its kernel.

    Raises:
        UsageError: it is so.
    """
    try:
        with open(overflow_file, encoding="ascii") as file:
            overflow = int(file.read())
        owner = os.stat(root).st_uid
    except (OSError, ValueError):
        return
    if owner == overflow != uid:
        message = f"the owners of files cannot be told here: even {root} belongs to nobody"
        hint = (
            "remove PrivateUsers=, ProtectSystem= and other directives about mounts from the unit"
        )
        raise UsageError(message, hint=hint)
