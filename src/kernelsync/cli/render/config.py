"""How answers about the settings look."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.wrap import entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.cli.commands.config import ConfigResult
    from kernelsync.cli.render.look import Look


def data(result: ConfigResult) -> Mapping[str, object]:
    """Return the `data` of the JSON object."""
    return result.data


def lines(result: ConfigResult, look: Look) -> Iterator[str]:
    """Yield the text; it is the result, so `-q` does not silence it."""
    if result.exact:
        yield from (escape(line) for line in result.text.split("\n"))
    else:
        yield from entry("", look.prose(result.text), look)
