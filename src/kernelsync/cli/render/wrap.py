"""Sentences that keep to the width of a terminal; a command in quotes stays on one line."""

from __future__ import annotations

from kernelsync.cli.render.table import width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.render.look import Look

# What is between quotes is to be copied as it is; the apostrophe of a genitive is no quote.
_WORD = r"(?:(?<!\w)'[^']*'|`[^`]*`|\S)+"


def entry(title: str, text: str, look: Look) -> Iterator[str]:
    """Yield a text beside its title, and below its own beginning where it needs more lines.

    Only on a terminal is it broken: elsewhere a line is a line.
    """
    room = look.width - width_of(title)
    first = title
    for line in _broken(text, room) if look.folds else (text,):
        yield first + line
        first = " " * width_of(title)


def _broken(text: str, room: int) -> Iterator[str]:
    import re  # noqa: PLC0415 - dear, and `once` seldom has so much to say

    line = ""
    for gap, word in re.findall(rf"(\s*)({_WORD})", text):
        longer = line + gap + word
        if line and width_of(longer) > room:
            yield line
            line = word
        else:
            line = longer
    yield line
