"""The badge is small, well-formed, and the same every time."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from kernelsync.planning.badge import NAME, badge, badge_logo
from support.values import MANAGERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.manager import Manager


def texts(svg: bytes) -> list[str | None]:
    """Return the texts of an SVG, from top to bottom."""
    return [each.text for each in ET.fromstring(svg).iter() if each.tag.endswith("}text")]  # noqa: S314 - our own SVG


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.name)
def test_it_shows_version_and_manager_in_about_400_bytes(manager: Manager) -> None:
    """All managers fit."""
    svg = badge(manager.colour, manager.word, "3.12")
    assert texts(svg) == ["3.12", manager.word]
    assert manager.colour.encode() in svg
    assert len(svg) < 480


def test_long_words_are_pressed_into_it() -> None:
    """Nothing leaves the badge."""
    svg = badge("#000000", "micromamba", "3.12")
    assert b'textLength="56"' in svg
    assert b"textLength" not in badge("#000000", "venv", "3.12")


def test_markup_in_words_stays_text() -> None:
    """A word is never markup."""
    assert texts(badge("#000000", '<g a="&">', "3.12")) == ["3.12", '<g a="&">']


def test_the_logo_knows_its_size() -> None:
    """The size alone tells whether an installed badge is this one."""
    logo = badge_logo("#1b7a4b", "venv", "3.12")
    assert logo.content is not None
    assert (logo.name, logo.size) == (NAME, len(logo.content))
    assert badge_logo("#1b7a4b", "venv", "3.12") is logo
