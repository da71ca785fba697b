"""Problems and errors, as people read them on the terminal."""

from __future__ import annotations

from kernelsync.cli.render.wrap import entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.render.look import Look
    from kernelsync.errors import KernelsyncError
    from kernelsync.model.problem import Problem


def problem_lines(problem: Problem, look: Look) -> Iterator[str]:
    """Yield what is wrong, where (unless the sentence says so), and what to do."""
    yield from _lines("problem:", "yellow", problem, look)


def error_lines(error: KernelsyncError, look: Look) -> Iterator[str]:
    """Yield why a command ended early, and the way out."""
    yield from _lines("error:", "red", error, look)


def _lines(word: str, colour: str, wrong: Problem | KernelsyncError, look: Look) -> Iterator[str]:
    first, *more = entry(f"{word} ", look.prose(wrong.message), look)
    yield look.paint(word, colour) + first.removeprefix(word)
    yield from more
    if wrong.path is not None and wrong.path not in wrong.message:
        yield f"  at {look.path(wrong.path)}"
    if wrong.hint is not None:
        yield from entry("  help: ", look.prose(wrong.hint), look)
