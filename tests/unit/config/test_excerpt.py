"""A mistake is shown at its place in the file."""

from __future__ import annotations

from kernelsync.config.excerpt import excerpt
from kernelsync.model.problem import Problem

HINT = "did you mean 'exclude'?"


def problem(line: int | None = 5, column: int | None = 1, hint: str | None = HINT) -> Problem:
    """Return a mistake at this place."""
    return Problem(
        code="settings-unknown-key",
        message="unknown key 'exlude'",
        path="config.yaml",
        line=line,
        column=column,
        hint=hint,
    )


def test_shows_the_line_with_a_caret() -> None:
    """The form is that of well-known compilers."""
    assert excerpt(problem(), "\n\n\n\nexlude:\n  - a\n") == (
        "error: unknown key 'exlude'\n"
        "  --> config.yaml:5:1\n"
        "   |\n"
        " 5 | exlude:\n"
        "   | ^\n"
        "   = help: did you mean 'exclude'?"
    )


def test_makes_room_for_long_line_numbers() -> None:
    """The bars stand below each other."""
    assert excerpt(problem(line=120, column=3), "\n" * 119 + "  exlude:") == (
        "error: unknown key 'exlude'\n"
        "    --> config.yaml:120:3\n"
        "     |\n"
        " 120 |   exlude:\n"
        "     |   ^\n"
        "     = help: did you mean 'exclude'?"
    )


def test_leaves_out_a_hint_that_is_none() -> None:
    """The caret is the last line then."""
    assert excerpt(problem(line=1, hint=None), "exlude:").endswith("   | ^")


def test_leaves_out_the_line_without_a_place() -> None:
    """A mistake about the whole file has none."""
    assert excerpt(problem(line=None, column=None), "exlude:") == (
        "error: unknown key 'exlude'\n --> config.yaml\n  = help: did you mean 'exclude'?"
    )


def test_leaves_out_a_line_that_is_gone() -> None:
    """The file may have been changed in between."""
    assert excerpt(problem(), "exlude:") == (
        "error: unknown key 'exlude'\n  --> config.yaml:5:1\n   = help: did you mean 'exclude'?"
    )


def test_escapes_control_characters_and_keeps_the_caret_in_place() -> None:
    """The caret counts what is shown, not what is in the file."""
    shown = excerpt(problem(line=1, column=4, hint="a\x1bb"), "a\x1b\u202ec\n")
    assert shown.splitlines()[3:] == [
        " 1 | a\\x1b\\u202ec",
        "   | " + " " * len("a\\x1b\\u202e") + "^",
        "   = help: a\\x1bb",
    ]


def test_counts_lines_as_yaml_does() -> None:
    """A line separator ends a line."""
    assert " 3 | c\n" in excerpt(problem(line=3), "a\u2028b\r\nc\rd")


def test_shows_the_part_of_a_long_line_around_the_mistake() -> None:
    """A terminal is not a thousand columns wide."""
    text = "a" * 500 + "X" + "b" * 500
    line, caret = excerpt(problem(line=1, column=501), text).splitlines()[3:5]
    assert len(line) < 110
    assert line[caret.index("^")] == "X"


def test_a_column_behind_the_end_is_at_the_end() -> None:
    """As at the end of a file that stops too early."""
    assert excerpt(problem(line=1, column=99), "ab").splitlines()[4] == "   |   ^"
