"""The one JSON object that every command prints with `--json`."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.model.problem import Problem

SCHEMA_VERSION = 1


def envelope(
    command: str, *, ok: bool, data: Mapping[str, object], problems: Sequence[Problem]
) -> str:
    """Return the JSON text: plain ASCII, so that any name survives any terminal encoding."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": command,
        "ok": ok,
        "data": data,
        "problems": [_problem(problem) for problem in problems],
    }
    return json.dumps(document, indent=2)


def _problem(problem: Problem) -> dict[str, object]:
    described: dict[str, object] = {
        "code": problem.code,
        "message": problem.message,
        "path": problem.path,
        "hint": problem.hint,
    }
    if problem.line is not None:
        described |= {"line": problem.line, "column": problem.column}
    return described
