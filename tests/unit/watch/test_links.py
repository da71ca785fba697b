"""Which symlinks lie on the way of a path."""

from __future__ import annotations

import os

import pytest

from kernelsync.watch.links import links_on_the_way, stations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def top(tmp_path: Path) -> str:
    """Return a real, existing directory."""
    return os.path.realpath(tmp_path)


def test_a_path_without_links_has_none(top: str) -> None:
    """Whether it is there or not."""
    assert links_on_the_way(top) == stations(top) == ()
    assert links_on_the_way(f"{top}/not/there") == stations(f"{top}/not/there") == ()


def test_links_are_named_where_they_are(top: str) -> None:
    """The directories above each are real: absolute, relative and climbing links alike."""
    os.makedirs(f"{top}/deep/down")
    os.symlink("deep/down", f"{top}/first")
    os.symlink("../../second", f"{top}/deep/down/up")
    os.symlink(f"{top}/first/./there", f"{top}/second")
    assert links_on_the_way(f"{top}/first/up/file") == (
        f"{top}/first",
        f"{top}/deep/down/up",
        f"{top}/second",
    )


def test_a_link_that_is_read_twice_is_named_once(top: str) -> None:
    """It is no loop."""
    os.mkdir(f"{top}/real")
    os.symlink("real", f"{top}/link")
    os.symlink("../link/there", f"{top}/real/again")
    assert links_on_the_way(f"{top}/link/again") == (f"{top}/link", f"{top}/real/again")


def test_a_loop_ends(top: str) -> None:
    """Each of its links is named; any of them may be mended."""
    os.symlink("two", f"{top}/one")
    os.symlink("one", f"{top}/two")
    assert links_on_the_way(f"{top}/one/file") == (f"{top}/one", f"{top}/two")
    assert stations(f"{top}/one") == (f"{top}/two", f"{top}/one")


def test_a_link_that_grows_ends(top: str) -> None:
    """What it leads to is longer each time, and never the same."""
    os.symlink("link/link", f"{top}/link")
    assert links_on_the_way(f"{top}/link") == (f"{top}/link",)


def test_stations_are_what_the_links_say(top: str) -> None:
    """The directories above are as they are written, for they may lead elsewhere tomorrow."""
    os.makedirs(f"{top}/apps/rel1")
    os.symlink("rel1", f"{top}/apps/current")
    os.symlink("end", f"{top}/apps/rel1/middle")
    os.makedirs(f"{top}/home/sub")
    os.symlink("home/sub", f"{top}/short")
    os.symlink("../../apps/current/middle", f"{top}/home/sub/start")
    assert stations(f"{top}/short/start") == (
        f"{top}/apps/current/middle",
        f"{top}/apps/rel1/end",
    )


def test_odd_paths_are_no_errors() -> None:
    """A NUL and an endless name are no links."""
    assert links_on_the_way("/nul\0/x") == stations("/nul\0") == ()
    assert links_on_the_way(f"/{'x' * 5000}") == stations(f"/{'x' * 5000}") == ()
