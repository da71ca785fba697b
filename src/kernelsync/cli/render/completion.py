"""How the script for a shell is printed: as it is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.completion import CompletionResult
    from kernelsync.cli.render.look import Look


def data(result: CompletionResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {"shell": result.shell, "script": result.script}


def lines(result: CompletionResult, _look: Look) -> Iterator[str]:
    """Yield the script: it is the result, so `-q` does not silence it."""
    yield from result.script.splitlines()
