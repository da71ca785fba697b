"""Folders in the home directory that hold environments, and that no source looks into."""

from __future__ import annotations

import os

import pytest

from kernelsync.locators.unsearched import Place, places
from support.trees import make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> str:
    """Return a home with an interpreter outside of it."""
    make_base(tmp_path / "python")
    home = tmp_path / "home"
    home.mkdir()
    return str(home)


def environment(home: str, *names: str) -> None:
    """Make environments below the home."""
    for name in names:
        make_venv(f"{home}/{name}", base=f"{os.path.dirname(home)}/python")


def seen(home: str, *searched: str) -> list[tuple[str, int, int]]:
    """Return each place below the home, with its environments and its projects."""
    found = places(home, [f"{home}/{name}" for name in searched])
    return [(os.path.relpath(one.path, home), one.environments, one.projects) for one in found]


def test_folders_of_environments_are_found(home: str) -> None:
    """In the order of their names; also those that tools keep further down."""
    environment(home, "work/b", "work/a", "lab/x", ".local/share/virtualenvs/app-AbCdEfGh")
    assert seen(home) == [(".local/share/virtualenvs", 1, 0), ("lab", 1, 0), ("work", 2, 0)]


def test_what_is_searched_already_is_no_news(home: str) -> None:
    """By whatever path it is searched."""
    environment(home, "work/a", "lab/x")
    os.symlink(f"{home}/lab", f"{home}/link")
    assert seen(home, "work", "link") == []


def test_a_tree_of_projects_is_no_folder_of_environments(home: str) -> None:
    """The environment is one level further down, in its project."""
    environment(home, "src/app/.venv", "src/tool/venv")
    write(f"{home}/src/plain/README")
    assert seen(home) == [("src", 0, 2)]


def test_a_project_is_neither(home: str) -> None:
    """Its environment is called as such."""
    environment(home, "thesis/venv", "app/.venv")
    assert seen(home) == []


def test_one_environment_among_other_things_makes_no_container(home: str) -> None:
    """A folder of downloads is not to be searched from then on."""
    environment(home, "Downloads/unpacked")
    for name in ("one", "two"):
        os.mkdir(f"{home}/Downloads/{name}")
    assert seen(home) == []
    place = Place(path="/x", folders=3, environments=1, projects=0)
    assert not place.is_container


@pytest.mark.parametrize("folder", [".tox", ".nox"])
def test_environments_of_tools_are_not_proposed(home: str, folder: str) -> None:
    """They would be left out anyway."""
    environment(home, f"{folder}/py312")
    assert seen(home) == []


def test_a_name_that_settings_would_read_otherwise_is_left_out(home: str) -> None:
    """`$` begins a variable there; line breaks and spaces at the end would be lost."""
    environment(home, "$HOME/a", "two\nlines/a", "end /a")
    assert seen(home) == []


def test_names_that_are_not_text_do_no_harm(home: str) -> None:
    """Nor do links, files, and what loops."""
    os.mkdir(os.fsencode(home) + b"/\xff")
    os.symlink("loop", f"{home}/loop")
    os.mkfifo(f"{home}/pipe")
    os.symlink("/", f"{home}/everything")
    environment(home, "work/a")
    assert seen(home) == [("work", 1, 0)]


def test_a_home_that_is_not_there_has_none(home: str) -> None:
    """As in a container that was not set up."""
    assert seen(f"{home}/nowhere") == []
