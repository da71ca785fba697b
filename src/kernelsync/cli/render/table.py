"""Columns that line up, also with wide characters, within a given width."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "


def width_of(text: str) -> int:
    """Return how many terminal columns a text takes, as terminals count them.

    East Asian wide characters take two, marks above, below and around others none.
    """
    if text.isascii():
        return len(text)
    import unicodedata  # noqa: PLC0415 - only for names beyond ASCII

    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me"} or _is_inner_jamo(character)
        else 2
        if unicodedata.east_asian_width(character) in {"W", "F"}
        else 1
        for character in text
    )


def _is_inner_jamo(character: str) -> bool:
    """Return whether this is the vowel or the end of a Hangul syllable."""
    return "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"


def clip(text: str, width: int, *, ellipsis: str = "…", keep_end: bool = False) -> str:
    """Return the text cut to `width` columns, with an ellipsis where something is missing.

    `keep_end` cuts at the front: the end of a path says more than its beginning.
    """
    if width_of(text) <= width:
        return text
    room = width - width_of(ellipsis)
    if room <= 0:
        return ellipsis[:width]
    characters = list(reversed(text)) if keep_end else list(text)
    taken: list[str] = []
    for character in characters:
        room -= width_of(character)
        if room < 0:
            break
        taken.append(character)
    return ellipsis + "".join(reversed(taken)) if keep_end else "".join(taken) + ellipsis


def columns(
    rows: Sequence[Sequence[str]], width: int, *, shrink: Sequence[int], ellipsis: str = "…"
) -> list[str]:
    """Lay rows out in columns of at most `width` in all.

    `shrink` names the columns that may be clipped, first the one to clip first; the last
    column is clipped at its front. No line has trailing spaces.
    """
    if not rows:
        return []
    last = len(rows[0]) - 1
    widths = [max(width_of(row[column]) for row in rows) for column in range(last + 1)]
    _shrink(widths, width - len(_GAP) * last, shrink)
    return [_line(row, widths, ellipsis) for row in rows]


def _shrink(widths: list[int], room: int, shrink: Sequence[int]) -> None:
    """Take what is too much from the columns that may give."""
    smallest = 12
    for column in shrink:
        excess = sum(widths) - room
        if excess <= 0:
            return
        widths[column] -= min(excess, max(widths[column] - smallest, 0))


def _line(row: Sequence[str], widths: Sequence[int], ellipsis: str) -> str:
    last = len(widths) - 1
    cells = [
        clip(cell, widths[column], ellipsis=ellipsis, keep_end=column == last)
        for column, cell in enumerate(row)
    ]
    padded = [
        cell + " " * (width - width_of(cell)) for cell, width in zip(cells, widths, strict=True)
    ]
    return _GAP.join(padded).rstrip()
