"""Written paths, as absolute ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernelsync.locators.paths import directory, expand

if TYPE_CHECKING:
    from unit.locators.conftest import Place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~", "{home}"),
        ("~/.pyenv/", "{home}/.pyenv"),
        (" /opt//pyenv/./x/../ ", "/opt/pyenv"),
        ("//opt", "/opt"),
        ("$BASE/pyenv", "/data/pyenv"),
        ("${BASE}x", "/datax"),
        ("/opt/$UNSET", "/opt/$UNSET"),
        ("~somebody/x", None),
        ("relative", None),
        ("", None),
        ("/nul\0", None),
    ],
)
def test_home_and_variables_are_put_in(place: Place, text: str, expected: str | None) -> None:
    """What is not absolute then is no path: the working directory never counts."""
    want = expected.format(home=place.home) if expected else None
    assert expand(text, place.context({"BASE": "/data"})) == want


@pytest.mark.parametrize("value", ["", "relative"])
def test_a_relative_xdg_directory_is_ignored(place: Place, value: str) -> None:
    """So the specification says."""
    context = place.context({"XDG_CACHE_HOME": value})
    assert directory("XDG_CACHE_HOME", ".cache", context) == f"{place.home}/.cache"
