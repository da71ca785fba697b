"""Paths as they are typed, made absolute."""

from __future__ import annotations

import os

from kernelsync.errors import UsageError


def absolute(path: str) -> str:
    """Return the absolute path; symlinks stay, since that is how the user knows the place.

    Raises:
        UsageError: the path is relative, and the current directory has been removed.
    """
    try:
        return os.path.abspath(path)
    except FileNotFoundError as error:
        message = f"{path!r} is relative, and the current directory is gone"
        raise UsageError(message, hint="go to another directory, or name the whole path") from error
