"""How the end of the service looks: it has said everything in its log."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.cli.commands.run import RunResult
    from kernelsync.cli.render.look import Look


def data(_result: RunResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {}


def lines(_result: RunResult, _look: Look) -> Iterable[str]:
    """Return nothing."""
    return ()
