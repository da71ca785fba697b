"""venv: environments in containers, and the options of the source."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kernelsync.locators.venv import VenvLocator
from kernelsync.model.environment import RootState
from support.trees import link, make_base, make_legacy_virtualenv, make_venv, write

if TYPE_CHECKING:
    from unit.locators.conftest import Place


def test_children_of_the_usual_containers_are_found(place: Place) -> None:
    """~/.venvs, ~/venvs and ~/envs are searched unless the settings say otherwise."""
    for container, name in ((".venvs", "one"), ("venvs", "two"), ("envs", "three")):
        make_venv(f"{place.home}/{container}/{name}", base="/usr")
    found = place.find(VenvLocator)
    assert found.names == ["one", "three", "two"]
    assert found.one("one").root == f"{place.home}/.venvs"
    assert found.one("one").project is None


def test_containers_in_the_settings_replace_the_usual_ones(place: Place) -> None:
    """A list in the settings is the whole list."""
    make_venv(f"{place.home}/.venvs/one", base="/usr")
    make_venv(f"{place.path}/pool/two", base="/usr")
    found = place.find(VenvLocator, place.context(containers=(f"{place.path}/pool/",)))
    assert found.names == ["two"]
    assert list(found.roots) == [f"{place.path}/pool"]


def test_what_is_no_virtual_environment_is_nothing(place: Place) -> None:
    """An interpreter in a container is not a virtual environment, nor is a file."""
    make_base(f"{place.home}/.venvs/cpython")
    write(f"{place.home}/.venvs/README")
    os.makedirs(f"{place.home}/.venvs/empty")
    conda = make_base(f"{place.home}/.venvs/miniconda")
    write(f"{conda}/conda-meta/history")
    write(f"{conda}/bin/activate")
    assert place.find(VenvLocator).names == []


def test_an_environment_of_an_old_virtualenv_is_found(place: Place) -> None:
    """Python 2.7 environments often have no pyvenv.cfg."""
    make_legacy_virtualenv(f"{place.home}/envs/old", base="/usr")
    assert place.find(VenvLocator).names == ["old"]


def test_roots_are_absent_read_or_unreadable(place: Place) -> None:
    """The three are told apart, as only one of them proves that something is gone."""
    os.mkdir(f"{place.home}/venvs")
    loop = link(f"{place.home}/envs", "envs")
    found = place.find(VenvLocator)
    states = {path: root.state for path, root in found.roots.items()}
    assert states == {
        f"{place.home}/.venvs": RootState.ABSENT,
        f"{place.home}/venvs": RootState.READ,
        loop: RootState.UNREADABLE,
    }
    assert [problem.root for problem in found.problems] == [loop]


def test_projects_are_searched_only_if_named(place: Place) -> None:
    """A project may come from a stranger."""
    make_venv(f"{place.home}/src/app/.venv", base="/usr")
    assert place.find(VenvLocator).names == []
    found = place.find(VenvLocator, place.context(projects=(f"{place.home}/src",)))
    assert found.names == ["app"]
    assert found.roots[f"{place.home}/src"].state is RootState.READ


def test_depth_limits_the_search_of_projects(place: Place) -> None:
    """It counts the levels of folders below the tree's root."""
    make_venv(f"{place.home}/src/.venv", base="/usr")
    make_venv(f"{place.home}/src/a/.venv", base="/usr")
    make_venv(f"{place.home}/src/a/b/.venv", base="/usr")
    tree = (f"{place.home}/src",)
    found = [place.find(VenvLocator, place.context(projects=tree, depth=n)).names for n in range(3)]
    assert found == [["src"], ["a", "src"], ["a", "b", "src"]]


def test_a_missing_tree_is_absent(place: Place) -> None:
    """An unmounted disk with projects is not an empty one."""
    found = place.find(VenvLocator, place.context(projects=(f"{place.path}/disk",)))
    assert found.roots[f"{place.path}/disk"].state is RootState.ABSENT
    assert found.problems == []


def test_watch_points_are_containers_and_the_first_level_of_trees(place: Place) -> None:
    """Hidden and pruned folders are not watched."""
    for name in ("app", ".git", "node_modules"):
        os.makedirs(f"{place.home}/src/{name}/deeper")
    os.mkdir(f"{place.home}/venvs")
    context = place.context(containers=(f"{place.home}/venvs",), projects=(f"{place.home}/src",))
    points = VenvLocator(context).watch_points()
    assert set(points) == {f"{place.home}/venvs", f"{place.home}/src", f"{place.home}/src/app"}
