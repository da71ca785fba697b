"""What is left where an environment used to be: nothing, the environment, or no answer."""

from __future__ import annotations

import errno
import os
import stat

from kernelsync.model.environment import Absence, Trace

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})


def look_for(prefix: str) -> Trace:
    """Look at a prefix, and at what is above it if it is gone.

    Links on the way are followed first: below a link to a disk that is not mounted, the
    nearest directory is the empty mount point, not the link's own.
    """
    try:
        real = os.path.realpath(prefix)
        absence = _absence_of(real)
        above = os.path.dirname(real)
        missing = int(absence is Absence.GONE)
        while above != os.path.dirname(above) and _absence_of(above) is Absence.GONE:
            above = os.path.dirname(above)
            missing += 1
        empty = _is_empty(above)
        inode = os.stat(above).st_ino
    except (OSError, ValueError):
        return Trace(prefix=prefix, absence=Absence.UNREADABLE, ancestor=os.path.dirname(prefix))
    return Trace(
        prefix=prefix,
        absence=absence,
        ancestor=above,
        ancestor_empty=empty,
        ancestor_inode=inode,
        missing=missing,
    )


def _absence_of(path: str) -> Absence:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return Absence.GONE if error.errno in _ABSENT else Absence.UNREADABLE
    return Absence.PRESENT if stat.S_ISDIR(mode) else Absence.GONE


def _is_empty(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return next(entries, None) is None
    except PermissionError:
        # It is there, and has entries for somebody: it is not known to be empty.
        return False
