"""What went wrong with one kernelspec, in words."""

from __future__ import annotations

import errno

from kernelsync.model.kernelspec import Ownership
from kernelsync.model.problem import Problem

_HINTS = {
    errno.ENOSPC: "make room on this disk; the next pass tries again",
    errno.EDQUOT: "make room within your quota; the next pass tries again",
    errno.EROFS: "the disk is mounted read-only: check it, or choose another directory with "
    "--kernels-dir",
    errno.EACCES: "make the directory and what is in it readable and writable for you",
    errno.EPERM: "make the directory and what is in it readable and writable for you",
    errno.EIO: "check the disk: it reports errors; the next pass tries again",
}
_TRY_AGAIN = "the next pass tries again"

FOUND = {
    Ownership.EDITED: "somebody edited it",
    Ownership.OTHER_HOST: "another machine with this home directory wrote it",
    Ownership.NEWER: "a later version of kernelsync wrote it",
}


def not_written(directory: str, name: str, error: OSError) -> Problem:
    """Return the problem of a kernelspec that could not be created or updated."""
    if isinstance(error, FileExistsError):
        return Problem(
            code="kernel-name-taken",
            message=f"{directory}/{name} was not made: something has that name already",
            path=f"{directory}/{name}",
            hint="it is left as it is; move it away, or let the next pass choose another name",
        )
    return _failed("kernel-not-written", "written", f"{directory}/{name}", error)


def not_removed(directory: str, name: str, error: OSError) -> Problem:
    """Return the problem of a kernelspec that could not be moved to the trash."""
    return _failed("kernel-not-removed", "removed", f"{directory}/{name}", error)


def not_restored(directory: str, name: str, error: OSError) -> Problem:
    """Return the problem of a kernelspec that could not be brought back."""
    return _failed("kernel-not-restored", "brought back", f"{directory}/{name}", error)


def not_settled(path: str, error: OSError) -> Problem:
    """Return the problem of an interrupted change that could not be brought to its end."""
    return _failed("leftover-not-settled", "cleared away", path, error)


def not_purged(path: str, error: OSError) -> Problem:
    """Return the problem of something in the trash that does not go."""
    return _failed("trash-not-purged", "removed from the trash", path, error)


def left_alone(directory: str, name: str, found: Ownership) -> Problem:
    """Return the problem of a kernelspec that turned out not to be ours to change."""
    return Problem(
        code="kernel-not-ours",
        message=f"{directory}/{name} was left as it is: {_reason(found)}",
        path=f"{directory}/{name}",
        hint="rename it to keep it, or remove it to have kernelsync write it again",
    )


def not_read(path: str, error: OSError | None = None) -> Problem:
    """Return the problem of a kernelspec of which nobody can say whose it is."""
    reason = "" if error is None else f": {error.strerror}"
    return Problem(
        code="kernel-unreadable",
        message=f"{path} cannot be read{reason}; it is left as it is",
        path=path,
        hint=_HINTS.get(errno.EIO if error is None else error.errno or 0, _TRY_AGAIN),
    )


def damaged(directory: str, name: str, path: str) -> Problem:
    """Return the problem of something in the trash (`path`) that is not what was put there."""
    return Problem(
        code="kernel-not-restored",
        message=f"{directory}/{name} was not brought back: {path} is damaged",
        path=path,
        hint="'kernelsync once' makes it anew if its environment is there; to undo what was "
        "before, remove that directory",
    )


def not_restored_over(directory: str, name: str, found: Ownership) -> Problem:
    """Return the problem of a name that somebody else's kernelspec has now."""
    return Problem(
        code="kernel-not-restored",
        message=f"{directory}/{name} was not brought back over what is there: {_reason(found)}",
        path=f"{directory}/{name}",
        hint="move that away, then undo again",
    )


def not_restored_over_another(directory: str, name: str) -> Problem:
    """Return the problem of a name that another environment has by now."""
    return Problem(
        code="kernel-not-restored",
        message=f"{directory}/{name} was not brought back: "
        "the name belongs to another environment now",
        path=f"{directory}/{name}",
        hint="'kernelsync list' shows which; it keeps the name for as long as it lives",
    )


def _reason(found: Ownership) -> str:
    return FOUND.get(found, "it is not kernelsync's")


def _failed(code: str, deed: str, path: str, error: OSError) -> Problem:
    """Name the kernelspec, and the other file that stood in the way if there was one."""
    reason = error.strerror or str(error)
    culprit = error.filename
    if isinstance(culprit, str) and culprit.startswith("/"):
        reason = f"{reason} ({culprit})"
    hint = _HINTS.get(error.errno or 0, _TRY_AGAIN)
    return Problem(code=code, message=f"{path} was not {deed}: {reason}", path=path, hint=hint)
