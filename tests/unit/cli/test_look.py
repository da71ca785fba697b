"""Colour and width depend on the place that is printed to."""

from __future__ import annotations

import io

import pytest

from kernelsync.cli.render.look import look_of


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "no_color", "colour"),
    [
        pytest.param(Terminal(), {}, False, True, id="a terminal"),
        pytest.param(io.StringIO(), {}, False, False, id="a pipe"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, False, id="NO_COLOR"),
        pytest.param(Terminal(), {"NO_COLOR": ""}, False, True, id="NO_COLOR, but empty"),
        pytest.param(Terminal(), {}, True, False, id="--no-color"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, False, id="a dumb terminal"),
        pytest.param(io.StringIO(), {"CLICOLOR_FORCE": "1"}, False, True, id="forced"),
        pytest.param(io.StringIO(), {"CLICOLOR_FORCE": "0"}, False, False, id="not forced"),
    ],
)
def test_colour_only_where_it_is_wanted(
    stream: io.StringIO,
    environ: dict[str, str],
    no_color: bool,  # noqa: FBT001 - one column of the table
    colour: bool,  # noqa: FBT001 - as above
) -> None:
    """The conventions of NO_COLOR and CLICOLOR_FORCE hold."""
    look = look_of(stream, environ, "/home/ada", no_color=no_color)
    assert look.colour is colour
    assert ("\x1b" in look.paint("x", "red")) is colour


def test_a_pipe_has_80_columns() -> None:
    """What goes into a file does not depend on the terminal."""
    assert look_of(io.StringIO(), {"COLUMNS": "200"}, "/home/ada").width == 80


def test_a_terminal_says_how_wide_it_is() -> None:
    """COLUMNS counts on a terminal."""
    assert look_of(Terminal(), {"COLUMNS": "200"}, "/home/ada").width == 200


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("/home/ada/.venvs/x", "~/.venvs/x", id="below the home directory"),
        pytest.param("/home/ada2/x", "/home/ada2/x", id="only a similar beginning"),
        pytest.param("/home/ada", "~", id="the home directory itself"),
    ],
)
def test_the_home_directory_is_short(path: str, shown: str) -> None:
    """Paths are shortened where that is right."""
    assert look_of(io.StringIO(), {}, "/home/ada").path(path) == shown
