"""Problems and errors, as people read them on the terminal."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.render.look import Look
    from kernelsync.errors import KernelsyncError
    from kernelsync.model.outcome import Problem


def problem_lines(problem: Problem, look: Look) -> Iterator[str]:
    """Yield what is wrong, where (unless the sentence says so), and what to do."""
    yield f"{look.paint('problem:', 'yellow')} {look.prose(problem.message)}"
    if problem.path is not None and problem.path not in problem.message:
        yield f"  at {look.path(problem.path)}"
    if problem.hint is not None:
        yield f"  help: {look.prose(problem.hint)}"


def error_lines(error: KernelsyncError, look: Look) -> Iterator[str]:
    """Yield why a command ended early, and the way out."""
    yield f"{look.paint('error:', 'red')} {look.prose(error.message)}"
    if error.path is not None and error.path not in error.message:
        yield f"  at {look.path(error.path)}"
    if error.hint is not None:
        yield f"  help: {look.prose(error.hint)}"
