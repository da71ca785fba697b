"""What is wrong, where, and what to do about it."""

from __future__ import annotations

from kernelsync.model.value import Value


class Problem(Value):
    """Something that is wrong, but did not stop us.

    `code` is stable, for programs ("root-unreadable"); `message` says what happened, to
    which path; `hint` what to do next. `root` names the root whose listing is incomplete
    because of it: nothing under that root may be removed in this pass. `line` and `column`
    (from 1) are for settings.
    """

    code: str
    message: str
    path: str | None = None
    hint: str | None = None
    root: str | None = None
    line: int | None = None
    column: int | None = None
