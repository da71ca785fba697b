"""The names of environments that lie in their project's folder."""

from __future__ import annotations

import pytest

from kernelsync.locators.folders import name_of


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/src/app/.venv", ("app", "/src/app")),
        ("/src/app/venv", ("app", "/src/app")),
        ("/src/app/env", ("app", "/src/app")),
        ("/src/app/.env", ("app", "/src/app")),
        ("/src/app/py312", ("py312", None)),
        ("/src/app/.py312", ("py312", None)),
        ("/venv", ("venv", None)),
        ("/.venv", ("venv", None)),
        ("/src/...", ("...", None)),
    ],
)
def test_a_name_that_says_nothing_gives_way_to_the_folders(
    prefix: str, expected: tuple[str, str | None]
) -> None:
    """But not at the top of the file system."""
    assert name_of(prefix) == expected
