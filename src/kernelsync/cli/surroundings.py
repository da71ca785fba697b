"""The one place that reads the process's environment, user and machine."""

from __future__ import annotations

import os
import sys

from kernelsync.errors import RefusedError
from kernelsync.kernelspecs.host import host_id
from kernelsync.model.surroundings import Owners, Surroundings

_USER_MAP = "/proc/self/uid_map"
_EVERYBODY = [b"0", b"0", b"4294967295"]


def read_surroundings() -> Surroundings:
    """Describe the world around this process.

    Raises:
        RefusedError: root would work in somebody else's home directory (as under
            `sudo -E`), where the files it writes could no longer be changed by their owner;
            or file names are not in UTF-8, as kernel.json must be.
    """
    if os.name == "posix" and sys.getfilesystemencoding().lower() not in {"utf-8", "utf8"}:
        message = f"the locale's encoding is {sys.getfilesystemencoding()}, not UTF-8"
        # Names would be published in another spelling than Jupyter reads.
        raise RefusedError(message, hint="set PYTHONUTF8=1, or a locale with UTF-8")
    home = os.path.abspath(os.path.expanduser("~"))
    uid = os.geteuid() if hasattr(os, "geteuid") else -1
    _refuse_foreign_home(home, uid)
    return Surroundings(
        environ=dict(os.environ),
        home=home,
        uid=uid,
        host=host_id(),
        platform=sys.platform,
        prefix=sys.prefix,
        owners=_owners(home),
    )


def _owners(home: str) -> Owners:
    if not sys.platform.startswith("linux") or _is_usual(_USER_MAP):
        return Owners()
    # In a user namespace only, where some owners are hidden.
    from kernelsync.namespace import owners_here  # noqa: PLC0415 - as above

    return owners_here(os.environ, home)


def _is_usual(path: str) -> bool:
    """Whether no owner is hidden, by the one line that a system's own namespace has."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(64).split() == _EVERYBODY
    except OSError:
        return False


def _refuse_foreign_home(home: str, uid: int) -> None:
    """Refuse root in another user's home.

    Other users are not refused: the system's permissions already stop them, and images that
    run under a random user id (OpenShift) have a home that belongs to a fixed one.
    """
    if uid != 0:
        return
    try:
        owner = os.stat(home).st_uid
    except OSError:
        return
    if owner != 0:
        message = f"running as root, but the home directory belongs to user {owner}"
        hint = "run kernelsync as that user, without sudo"
        raise RefusedError(message, path=home, hint=hint)
