"""The order that people expect of names with numbers in them: 3.9 before 3.10."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"([0-9]+)")


def natural(text: str) -> tuple[str | int, ...]:
    """Return a key to sort by; what is between numbers is compared as text."""
    pieces = _NUMBER.split(text)
    # Text and numbers take turns, beginning with a text: so like is compared with like.
    return tuple(int(piece) if place % 2 else piece for place, piece in enumerate(pieces))


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Return names in that order; where numbers are equal ("07" and "7"), as text."""
    return sorted(names, key=lambda name: (natural(name), name))
