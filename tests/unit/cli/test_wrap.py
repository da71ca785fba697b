"""Long sentences keep to the width of a terminal, and can still be copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelsync.cli.render.look import Look
from kernelsync.cli.render.table import width_of
from kernelsync.cli.render.wrap import entry

_LONG = "raise it with `sudo sysctl fs.x=1`; kernelsync's own 'kernelsync once -v' says more"


def test_elsewhere_than_on_a_terminal_a_line_is_a_line() -> None:
    """So that it can be searched for."""
    assert list(entry("help: ", _LONG, Look(width=20))) == [f"help: {_LONG}"]


def test_more_lines_begin_below_the_first() -> None:
    """What stands in quotes is not torn apart; the apostrophe of a genitive is no quote."""
    assert list(entry("help: ", _LONG, Look(width=36, folds=True))) == [
        "help: raise it with",
        "      `sudo sysctl fs.x=1`;",
        "      kernelsync's own",
        "      'kernelsync once -v' says more",
    ]


def test_spaces_in_a_path_stay_as_they_are() -> None:
    """Two of them are another path."""
    assert list(entry("", "/a  b is gone", Look(folds=True))) == ["/a  b is gone"]


@pytest.mark.parametrize("text", ["", "x" * 100, "'kernelsync once -v'"])
def test_what_cannot_be_broken_is_left_whole(text: str) -> None:
    """One line, however long."""
    assert list(entry("- ", text, Look(width=10, folds=True))) == [f"- {text}"]


@given(
    words=st.lists(st.text("abプ", min_size=1, max_size=8), min_size=1), width=st.integers(30, 90)
)
def test_nothing_is_wider_and_nothing_is_lost(words: list[str], width: int) -> None:
    """By the columns that a terminal counts."""
    lines = list(entry("help: ", " ".join(words), Look(width=width, folds=True)))
    assert max(map(width_of, lines)) <= width
    assert " ".join(line[6:] for line in lines) == " ".join(words)
