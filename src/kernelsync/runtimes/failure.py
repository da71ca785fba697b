"""Why a runtime could not be built or removed; everything is as it was before."""

from __future__ import annotations

from kernelsync.errors import NO_ANSWER
from kernelsync.model.problem import Problem

DO_NOT_USE = "this is no fault of yours: please report it, with this message"
"""For what can only happen with a pin list that was never tried."""


class BuildFailure(Exception):  # noqa: N818 - not an end of the command: it becomes a Problem
    """One runtime's failure, as the facts of a problem."""

    def __init__(
        self, message: str, *, code: str, path: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message, path=path, hint=hint)


def failure_of(error: OSError, doing: str, fallback_path: str) -> BuildFailure:
    """Return what an error of the system comes to; `doing` completes "while ..."."""
    import errno  # noqa: PLC0415 - only after an error

    path = error.filename if isinstance(error.filename, str) else fallback_path
    reason = error.strerror or type(error).__name__
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "free some space (a runtime takes about 50 MB), then ask again"
        message = f"{reason} while {doing} {path}"
        return BuildFailure(message, code="disk-full", path=path, hint=hint)
    culprit = "disk" if error.errno in NO_ANSWER else "permissions"
    hint = f"see to the {culprit} of that path, then ask again"
    message = f"{reason} while {doing} {path}"
    return BuildFailure(message, code="runtime-not-written", path=path, hint=hint)
