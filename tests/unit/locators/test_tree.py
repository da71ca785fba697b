"""The search of project trees: what is found, what is skipped, and what is reported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kernelsync.locators.listing import list_root
from kernelsync.locators.tree import search
from kernelsync.locators.venv import MANAGER
from support.trees import link, make_legacy_virtualenv, make_repositories, make_venv, write

if TYPE_CHECKING:
    from unit.locators.conftest import Found, Place


@pytest.fixture
def tree(place: Place) -> str:
    """Return an empty tree."""
    path = f"{place.path}/src"
    os.mkdir(path)
    return path


def look(place: Place, tree: str, depth: int = 4) -> Found:
    """Search a tree."""
    return place.sorted(search(list_root(tree, "venv"), depth, MANAGER))


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_an_environment_is_called_as_its_project(place: Place, tree: str, name: str) -> None:
    """`.venv` says nothing, the folder it is in does."""
    prefix = make_venv(f"{tree}/app/{name}", base="/usr")
    candidate = look(place, tree).one("app")
    assert (candidate.prefix, candidate.real) == (prefix, prefix)
    assert candidate.project == f"{tree}/app"
    assert candidate.root == tree


def test_another_name_is_not_searched_for(place: Place, tree: str) -> None:
    """Nor is anything inside such an environment."""
    make_venv(f"{tree}/app/py312", base="/usr")
    make_venv(f"{tree}/app/py312/nested/.venv", base="/usr")
    assert look(place, tree).names == []


def test_a_project_below_a_project_is_found(place: Place, tree: str) -> None:
    """The search goes on below a folder that has an environment."""
    make_venv(f"{tree}/outer/.venv", base="/usr")
    make_venv(f"{tree}/outer/packages/inner/.venv", base="/usr")
    assert look(place, tree).names == ["inner", "outer"]


def test_an_environment_is_not_searched(place: Place, tree: str) -> None:
    """Whatever packages bring along is not a project."""
    make_venv(f"{tree}/app/venv", base="/usr")
    make_venv(f"{tree}/app/venv/share/demo/.venv", base="/usr")
    assert look(place, tree).names == ["app"]


def test_a_folder_that_is_merely_called_env_is_searched(place: Place, tree: str) -> None:
    """A package may be called env."""
    make_venv(f"{tree}/env/app/.venv", base="/usr")
    assert look(place, tree).names == ["app"]


@pytest.mark.parametrize(
    "folder",
    [".git", ".tox", ".nox", ".cache", ".hidden", "node_modules", "__pycache__", "site-packages"],
)
def test_pruned_folders_are_not_searched(place: Place, tree: str, folder: str) -> None:
    """Hidden folders, caches and packages hold no project of the user."""
    make_venv(f"{tree}/{folder}/app/.venv", base="/usr")
    assert look(place, tree).names == []


def test_an_old_virtualenv_is_found(place: Place, tree: str) -> None:
    """Environments without pyvenv.cfg count as well."""
    make_legacy_virtualenv(f"{tree}/app/env", base="/usr")
    assert look(place, tree).names == ["app"]


def test_a_symlinked_environment_keeps_the_projects_path(place: Place, tree: str) -> None:
    """The link is the prefix, what it leads to the identity."""
    real = make_venv(f"{place.path}/cache/app-1234", base="/usr")
    prefix = link(f"{tree}/app/.venv", real)
    candidate = look(place, tree).one("app")
    assert (candidate.prefix, candidate.real) == (prefix, real)


def test_the_real_path_is_right_below_a_symlinked_tree(place: Place, tree: str) -> None:
    """The tree may be given by a link."""
    make_venv(f"{tree}/app/.venv", base="/usr")
    shortcut = link(f"{place.path}/shortcut", tree)
    candidate = look(place, shortcut).one("app")
    assert candidate.prefix == f"{shortcut}/app/.venv"
    assert candidate.real == f"{tree}/app/.venv"


def test_a_file_that_holds_the_environments_path_counts(place: Place, tree: str) -> None:
    """With uv, environments can be in one place, and such a file in the project."""
    real = make_venv(f"{place.path}/cache/app-cp3.12-1234", base="/usr", creator="uv")
    file = write(f"{tree}/app/.venv", f"{real}/\n")
    candidate = look(place, tree).one("app")
    assert (candidate.prefix, candidate.real) == (real, real)
    assert candidate.aliases == (file,)
    assert candidate.project == f"{tree}/app"


@pytest.mark.parametrize("content", [b"", b"a-name\n", b"/nowhere\n", b"{real}\n{real}\n", b"\xff"])
def test_a_file_with_anything_else_is_nothing(place: Place, tree: str, content: bytes) -> None:
    """pipenv, for one, keeps a name in it."""
    real = make_venv(f"{place.path}/cache/app", base="/usr")
    write(f"{tree}/app/.venv", content.replace(b"{real}", real.encode()))
    found = look(place, tree)
    assert (found.names, found.problems) == ([], [])


def test_a_fifo_called_venv_does_not_hold_up_the_search(place: Place, tree: str) -> None:
    """Opening it would block for ever."""
    os.mkfifo(f"{tree}/.venv")
    assert look(place, tree).names == []


def test_other_symlinks_are_not_followed(place: Place, tree: str) -> None:
    """So neither a loop nor a second way to a project does any harm."""
    make_venv(f"{tree}/app/.venv", base="/usr")
    link(f"{tree}/app/again", tree)
    link(f"{tree}/second", f"{tree}/app")
    link(f"{tree}/app/venv", "venv")
    found = look(place, tree)
    assert [candidate.prefix for candidate in found.candidates] == [f"{tree}/app/.venv"]
    assert found.problems == []


def test_a_link_called_venv_to_an_ordinary_folder_is_not_followed(place: Place, tree: str) -> None:
    """Only a link to an environment counts."""
    make_venv(f"{place.path}/other/app/.venv", base="/usr")
    link(f"{tree}/env", f"{place.path}/other")
    assert look(place, tree).names == []


def test_a_tree_that_cannot_be_listed_is_one_problem(place: Place) -> None:
    """The problem names the tree, so that nothing from there is removed."""
    path = write(f"{place.path}/src")
    found = look(place, path)
    assert [(problem.code, problem.root) for problem in found.problems] == [
        ("root-unreadable", path)
    ]


def test_a_tree_that_vanishes_during_the_search_is_a_problem(place: Place, tree: str) -> None:
    """It may have been unmounted: that proves nothing about what was in it."""
    listing = list_root(tree, "venv")
    os.rmdir(tree)
    found = place.sorted(search(listing, 4, MANAGER))
    assert [problem.root for problem in found.problems] == [tree]


def test_a_folder_too_deep_to_open_is_a_problem_of_the_tree(place: Place, tree: str) -> None:
    """A path longer than the system allows stands for every folder that cannot be read."""
    start = os.open(tree, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=start)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=start)
        os.close(start)
        start = inner
    os.close(start)
    make_venv(f"{tree}/app/.venv", base="/usr")
    found = look(place, tree, depth=30)
    assert found.names == ["app"]
    assert [problem.root for problem in found.problems] == [tree]


def test_findings_come_in_the_order_of_their_paths(place: Place, tree: str) -> None:
    """Whatever order the file system has."""
    make_repositories(tree, 12, 10, base="/usr")
    prefixes = [candidate.prefix for candidate in look(place, tree).candidates]
    assert len(prefixes) == 6
    assert prefixes == sorted(prefixes)
