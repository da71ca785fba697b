"""How answers about the settings look."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.cli.commands.config import ConfigResult
    from kernelsync.cli.render.look import Look


def data(result: ConfigResult) -> Mapping[str, object]:
    """Return the `data` of the JSON object."""
    return result.data


def lines(result: ConfigResult, _look: Look) -> Iterator[str]:
    """Yield the text; it is the result, so `-q` does not silence it."""
    for line in result.text.split("\n"):
        yield escape(line)
