"""Tables line up and fit, whatever is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import clip, columns, width_of


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("thesis", 6, id="latin"),
        pytest.param("プロジェクト", 12, id="wide characters take two columns"),
        pytest.param("e\u0301", 1, id="a combining accent takes none"),
    ],
)
def test_width_counts_columns(text: str, width: int) -> None:
    """The terminal's columns count, not the characters."""
    assert width_of(text) == width


def test_columns_line_up_after_wide_characters() -> None:
    """The second column begins at the same place in every row."""
    lines = columns([("プロ", "x"), ("ab", "y")], 80, shrink=())
    assert [width_of(line[: line.index(mark)]) for line, mark in zip(lines, "xy", strict=True)] == [
        6,
        6,
    ]


def test_the_end_of_a_path_stays() -> None:
    """The last column is cut at its front."""
    (line,) = columns([("name", "/home/ada/.virtualenvs/thesis")], 24, shrink=(1,))
    assert line == "name  …irtualenvs/thesis"
    assert width_of(line) == 24


@given(
    rows=st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), min_size=1, max_size=5),
    width=st.integers(40, 120),
)
def test_no_line_is_wider_than_asked(rows: list[tuple[str, str]], width: int) -> None:
    """Columns that may shrink do, so that nothing wraps."""
    safe = [tuple(escape(cell) for cell in row) for row in rows]
    for line in columns(safe, width, shrink=(1, 0)):
        assert width_of(line) <= width


@given(text=st.text(max_size=40), width=st.integers(1, 30), keep_end=st.booleans())
def test_clipping_keeps_to_the_width(text: str, width: int, keep_end: bool) -> None:  # noqa: FBT001 - drawn
    """What is cut fits, and what fits is not cut."""
    clipped = clip(text, width, keep_end=keep_end)
    assert width_of(clipped) <= width
    assert clipped == text or width_of(text) > width


@given(text=st.text())
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    """Every escaped text is one printable line."""
    assert escape(text).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\nb", "a\\nb", id="a newline"),
        pytest.param("\x1b[31m", "\\x1b[31m", id="a colour"),
        pytest.param("a\u202eb", "a\\u202eb", id="an override of the direction"),
        pytest.param("caf\udce9", "caf\\udce9", id="a byte that is not UTF-8"),
        pytest.param("café", "café", id="letters stay"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    """A name cannot forge a line or move the cursor."""
    assert escape(text) == shown
