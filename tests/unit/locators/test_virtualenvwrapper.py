"""virtualenvwrapper: the environments in WORKON_HOME, and their projects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kernelsync.locators.virtualenvwrapper import VirtualenvwrapperLocator
from kernelsync.model.environment import RootState
from support.trees import (
    link,
    make_base,
    make_legacy_virtualenv,
    make_venv,
    make_workon_home,
    write,
)

if TYPE_CHECKING:
    from unit.locators.conftest import Place


@pytest.fixture
def home(place: Place) -> str:
    """Return ~/.virtualenvs with hook files and the environment `thesis`."""
    home = make_workon_home(f"{place.home}/.virtualenvs")
    base = make_base(f"{place.path}/base")
    make_venv(f"{home}/thesis", base=base, creator="virtualenv")
    return home


def test_environments_are_found_and_hook_files_are_not(place: Place, home: str) -> None:
    """The hooks lie beside the environments, and are the user's scripts."""
    found = place.find(VirtualenvwrapperLocator)
    assert found.names == ["thesis"]
    candidate = found.one("thesis")
    assert candidate.prefix == candidate.real == f"{home}/thesis"
    assert candidate.root == home
    assert candidate.project is None
    assert not candidate.base
    assert found.problems == []


def test_a_directory_without_a_python_is_nothing(place: Place, home: str) -> None:
    """A stray directory is not an environment."""
    os.makedirs(f"{home}/notes/bin")
    assert place.find(VirtualenvwrapperLocator).names == ["thesis"]


def test_an_environment_of_an_old_virtualenv_is_found(place: Place, home: str) -> None:
    """Before version 20 virtualenv wrote no pyvenv.cfg."""
    make_legacy_virtualenv(f"{home}/old", base="/usr")
    assert place.find(VirtualenvwrapperLocator).names == ["old", "thesis"]


def test_a_broken_environment_is_found(place: Place, home: str) -> None:
    """An interpreter that is gone is for the probe to report."""
    link(f"{home}/broken/bin/python", f"{place.path}/gone/python")
    assert place.find(VirtualenvwrapperLocator).names == ["broken", "thesis"]


def test_hidden_directories_and_backups_are_left_out(place: Place, home: str) -> None:
    """Neither is an environment in use."""
    make_venv(f"{home}/.cache", base="/usr")
    make_venv(f"{home}/thesis.bak", base="/usr")
    assert place.find(VirtualenvwrapperLocator).names == ["thesis"]


def test_a_symlinked_environment_is_found_by_its_link(place: Place, home: str) -> None:
    """The link is the name that people know, the target the identity."""
    real = make_venv(f"{place.path}/data/big", base="/usr")
    link(f"{home}/linked", real)
    candidate = place.find(VirtualenvwrapperLocator).one("linked")
    assert (candidate.prefix, candidate.real) == (f"{home}/linked", real)


def test_dangling_and_looping_links_are_nothing(place: Place, home: str) -> None:
    """Both are certain not to be environments, so they are no problem either."""
    link(f"{home}/dangling", f"{place.path}/gone")
    link(f"{home}/loop", "loop")
    found = place.find(VirtualenvwrapperLocator)
    assert found.names == ["thesis"]
    assert found.problems == []


@pytest.mark.parametrize("text", ["/src/thesis\n", "/src/thesis", "/src/thesis\nmore\n"])
def test_the_project_is_the_first_line_of_its_file(place: Place, home: str, text: str) -> None:
    """`mkvirtualenv -a` writes a newline, pipenv does not."""
    write(f"{home}/thesis/.project", text)
    assert place.find(VirtualenvwrapperLocator).one("thesis").project == "/src/thesis"


@pytest.mark.parametrize("content", [b"", b"relative\n", b"/caf\xe9\n", b"/a\x1b[31m\n"])
def test_a_project_file_without_a_usable_path_says_nothing(
    place: Place, home: str, content: bytes
) -> None:
    """The environment is found all the same."""
    write(f"{home}/thesis/.project", content)
    assert place.find(VirtualenvwrapperLocator).one("thesis").project is None


def test_a_project_file_that_is_no_file_does_not_hold_up_the_search(
    place: Place, home: str
) -> None:
    """A FIFO would block whoever opens it."""
    os.mkfifo(f"{home}/thesis/.project")
    assert place.find(VirtualenvwrapperLocator).one("thesis").project is None


def test_the_project_file_may_have_another_name(place: Place, home: str) -> None:
    """Users of virtualenvwrapper can choose it."""
    write(f"{home}/thesis/.here", "/src/thesis\n")
    context = place.context({"VIRTUALENVWRAPPER_PROJECT_FILENAME": ".here"})
    assert place.find(VirtualenvwrapperLocator, context).one("thesis").project == "/src/thesis"


@pytest.mark.parametrize("value", ["Envs", "~/Envs", "$HOME/Envs", "${HOME}/Envs/", "./Envs"])
def test_workon_home_is_expanded(place: Place, value: str) -> None:
    """A relative WORKON_HOME counts from the home directory, as in virtualenvwrapper.sh."""
    make_venv(f"{place.home}/Envs/mine", base="/usr")
    context = place.context({"WORKON_HOME": value, "HOME": place.home})
    found = place.find(VirtualenvwrapperLocator, context)
    assert found.names == ["mine"]
    assert found.one("mine").root == f"{place.home}/Envs"


def test_the_default_is_searched_beside_workon_home(place: Place, home: str) -> None:
    """Environments from before the variable was set do not disappear."""
    other = f"{place.path}/other"
    make_venv(f"{other}/mine", base="/usr")
    found = place.find(VirtualenvwrapperLocator, place.context({"WORKON_HOME": other}))
    assert found.names == ["mine", "thesis"]
    assert set(found.roots) == {home, other}


def test_a_home_in_the_settings_is_the_only_one(place: Place, home: str) -> None:
    """Who names a home means that one."""
    other = f"{place.path}/other"
    make_venv(f"{other}/mine", base="/usr")
    context = place.context({"WORKON_HOME": home}, home=other)
    assert place.find(VirtualenvwrapperLocator, context).names == ["mine"]


def test_a_missing_home_is_absent(place: Place) -> None:
    """Nobody has to have virtualenvwrapper."""
    found = place.find(VirtualenvwrapperLocator)
    assert found.roots[f"{place.home}/.virtualenvs"].state is RootState.ABSENT
    assert found.problems == []


def test_a_home_that_cannot_be_listed_is_unreadable(place: Place) -> None:
    """A symlink loop tells nothing about the environments behind it."""
    loop = link(f"{place.home}/.virtualenvs", f"{place.home}/.virtualenvs")
    found = place.find(VirtualenvwrapperLocator)
    assert found.roots[loop].state is RootState.UNREADABLE
    assert [problem.root for problem in found.problems] == [loop]


def test_a_symlinked_home_is_watched_on_both_sides(place: Place) -> None:
    """Removing the link says nothing on the directory that it leads to."""
    data = make_workon_home(f"{place.path}/data")
    home = link(f"{place.home}/.virtualenvs", data)
    points = VirtualenvwrapperLocator(place.context(home=home)).watch_points()
    assert points == (home, place.home)
