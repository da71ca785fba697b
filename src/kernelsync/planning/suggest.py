"""The nearest known word to one that is not known."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_WORD = 64
"""Longer words are not compared: nobody mistypes them, and comparing takes quadratic time."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant, None if none is near."""
    if not word or len(word) > LONGEST_WORD:
        return None
    import difflib  # noqa: PLC0415 - only a mistake needs it, and importing it takes time

    by_lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None
