"""Whether something is on disk, told apart from whether it could be seen."""

from __future__ import annotations

import errno
import os

_CERTAIN = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
"""Errors by which the file system itself says that there is no such thing."""


def is_absence(error: OSError) -> bool:
    """Return whether an error proves absence; any other leaves it open (EACCES, EIO, ...)."""
    return error.errno in _CERTAIN


def exists(path: str) -> bool:
    """Return whether a path leads anywhere; raise `OSError` where that cannot be told.

    `access` takes two thirds of the time of `stat`, but says no for any reason.
    """
    if os.access(path, os.F_OK):
        return True
    try:
        os.stat(path)
    except OSError as error:
        if is_absence(error):
            return False
        raise
    return True


def is_there(path: str) -> bool:
    """Return whether there is an entry, be it a dangling link; raise `OSError` if unclear."""
    try:
        os.lstat(path)
    except OSError as error:
        if is_absence(error):
            return False
        raise
    return True


def is_directory(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a directory or a link to one; raise `OSError` if unclear."""
    try:
        return entry.is_dir()
    except OSError as error:
        if is_absence(error):
            return False
        raise


def has_config(prefix: str) -> bool:
    """Return whether a directory says by pyvenv.cfg that it is a virtual environment."""
    return exists(f"{prefix}/pyvenv.cfg")


def has_python(prefix: str) -> bool:
    """Return whether there is a `bin/python`; a dangling one belongs to a broken environment."""
    return is_there(f"{prefix}/bin/python")


def is_legacy(prefix: str) -> bool:
    """Return whether this looks like an environment of virtualenv before version 20.

    Those have no pyvenv.cfg. Nor has, for a moment, an environment that is being removed or
    that virtualenv 20 completes: it must not turn into a bare interpreter meanwhile. Conda's
    installations have an `activate` too, hence the look at conda-meta.
    """
    return (
        is_there(f"{prefix}/bin/activate")
        and has_python(prefix)
        and not is_there(f"{prefix}/conda-meta")
    )


def is_virtual(prefix: str) -> bool:
    """Return whether a directory is a virtual environment, new or old."""
    return has_config(prefix) or is_legacy(prefix)


def is_environment(prefix: str) -> bool:
    """Return whether a directory is a virtual environment or has an interpreter at least."""
    return has_config(prefix) or has_python(prefix)
