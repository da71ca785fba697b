"""An early end of a command, as text or as the JSON object."""

from __future__ import annotations

import os

from kernelsync.cli.options import OPTIONS
from kernelsync.cli.render.envelope import envelope
from kernelsync.cli.render.problems import error_lines
from kernelsync.errors import SettingsError
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.cli.render.look import Look
    from kernelsync.errors import KernelsyncError


def error_envelope(error: KernelsyncError, given: Sequence[str]) -> str:
    """Return the JSON object for an error; `given` is the command line as it was typed."""
    command = next((word for word in given if word in OPTIONS), "")
    if isinstance(error, SettingsError):
        problems: tuple[Problem, ...] = error.problems
    else:
        problems = (
            Problem(code=error.code, message=error.message, path=error.path, hint=error.hint),
        )
    return envelope(command, ok=False, data={}, problems=problems)


def error_text(error: KernelsyncError, look: Look) -> str:
    """Return what a person reads on stderr."""
    if isinstance(error, SettingsError):
        return "\n".join(_settings_mistakes(error, look))
    return "\n".join(error_lines(error, look))


def _settings_mistakes(error: SettingsError, look: Look) -> Iterator[str]:
    """Yield each mistake with its line of the file, and GitHub's annotation in its CI."""
    from kernelsync.config.excerpt import excerpt  # noqa: PLC0415 - only after a mistake

    source = _text(error.path)
    for problem in error.problems:
        place = None if problem.path is None else look.path(problem.path)
        yield excerpt(replace(problem, path=place), source)
        yield ""
        if os.environ.get("GITHUB_ACTIONS") == "true" and problem.line is not None:
            yield _annotation(problem, error.path)
    yield f"error: {error.message}: nothing was changed"


def _annotation(problem: Problem, path: str | None) -> str:
    """Return a workflow command that puts the mistake beside its line in a GitHub review."""
    message = problem.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    place = f"file={path},line={problem.line},col={problem.column}"
    return f"::error {place},title=kernelsync settings::{message}"


def _text(path: str | None) -> str:
    """Return the settings file's text for quoting, as far as it can be had."""
    if path is None or not os.path.isfile(path):
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read(65536)
    except OSError:
        return ""
