"""One thing that was looked at, and how it is."""

from __future__ import annotations

from kernelsync.model.problem import Problem
from kernelsync.model.value import Value
from kernelsync.typed import StrEnum


class Level(StrEnum):
    """How much it matters; these words are in the JSON output."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class Check(Value):
    """One thing that was looked at; `code`, `path` and `hint` as in a `Problem`."""

    code: str
    level: Level
    message: str
    path: str | None = None
    hint: str | None = None

    @property
    def problem(self) -> Problem:
        """The same as what other commands report."""
        return Problem(code=self.code, message=self.message, path=self.path, hint=self.hint)


def ok(code: str, message: str, path: str | None = None) -> Check:
    """Return that it is as it should be."""
    return Check(code=code, level=Level.OK, message=message, path=path)


def note(code: str, message: str, hint: str | None = None, path: str | None = None) -> Check:
    """Return something that is good to know, and no mistake."""
    return Check(code=code, level=Level.NOTE, message=message, path=path, hint=hint)


def wrong(code: str, message: str, hint: str, path: str | None = None) -> Check:
    """Return something that keeps kernels from appearing."""
    return Check(code=code, level=Level.PROBLEM, message=message, path=path, hint=hint)
