"""Directories that are about to become environments are awaited, and nothing else is."""

from __future__ import annotations

import os

import pytest

from kernelsync.service.newcomers import Newcomers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PLACE = "/home/ann/.venvs"
_AWAITED = (f"{_PLACE}/app/pyvenv.cfg", f"{_PLACE}/app/bin/python")


class Stage:
    """Newcomers, the directories that are there, and the environments that a pass finds."""

    def __init__(self) -> None:
        self.directories = {f"{_PLACE}/app"}
        self.environments: set[str] = set()
        self.newcomers = Newcomers(self.directories.__contains__)

    def points(self, *hints: str) -> Iterable[str]:
        """Return what is awaited after a pass."""
        return self.newcomers.points(hints, self.environments, {_PLACE})


@pytest.fixture
def stage() -> Stage:
    """Return a stage."""
    return Stage()


def test_a_directory_that_came_is_awaited_until_it_is_an_environment(stage: Stage) -> None:
    """Also in passes that are about something else."""
    assert stage.points(f"{_PLACE}/app") == _AWAITED
    assert stage.points("/elsewhere") == _AWAITED
    stage.environments.add(f"{_PLACE}/app")
    assert stage.points() == ()
    stage.environments.clear()
    assert stage.points() == ()


def test_what_is_gone_is_awaited_no_more(stage: Stage) -> None:
    """Nor is a file."""
    assert stage.points(f"{_PLACE}/app", f"{_PLACE}/notes.txt") == _AWAITED
    stage.directories.clear()
    assert stage.points() == ()


@pytest.mark.parametrize("hint", ["/elsewhere/app", f"{_PLACE}/app/lib", _PLACE])
def test_only_what_came_to_a_watched_place_counts(stage: Stage, hint: str) -> None:
    """Not what it contains, and not the place itself."""
    stage.directories.add(hint)
    assert stage.points(hint) == ()


def test_what_comes_to_an_environment_is_no_environment(stage: Stage) -> None:
    """An interpreter may come to contain some, and says so by being a place for them."""
    stage.directories.add(f"{_PLACE}/app/share")
    stage.environments.add(f"{_PLACE}/app")
    found = stage.newcomers.points(
        [f"{_PLACE}/app/share"], stage.environments, {_PLACE, f"{_PLACE}/app"}
    )
    assert found == ()


def test_a_place_inside_an_environment_is_a_place(stage: Stage) -> None:
    """So does pyenv keep those that belong to an interpreter."""
    envs = f"{_PLACE}/app/envs"
    stage.directories.add(f"{envs}/thesis")
    stage.environments.add(f"{_PLACE}/app")
    found = stage.newcomers.points([f"{envs}/thesis"], stage.environments, {_PLACE, envs})
    assert found == (f"{envs}/thesis/pyvenv.cfg", f"{envs}/thesis/bin/python")


def test_what_came_with_its_place_is_awaited(tmp_path: Path) -> None:
    """After `mkdir -p ~/.venvs/app` only ~/.venvs is heard of; the latest are awaited."""
    place = str(tmp_path)
    os.mkdir(f"{place}/app")
    with open(f"{place}/notes.txt", "w", encoding="ascii"):
        pass
    newcomers = Newcomers()
    assert newcomers.points([place], (), {place}) == tuple(
        f"{place}/app/{sign}" for sign in ("pyvenv.cfg", "bin/python")
    )
    assert newcomers.points([], {f"{place}/app"}, {place}) == ()
    assert newcomers.points([f"{place}/gone"], (), {f"{place}/gone"}) == ()


def test_what_was_named_goes_before_what_is_beside_it(tmp_path: Path) -> None:
    """A project with forty folders that comes makes nothing else forgotten."""
    for number in range(40):
        os.makedirs(f"{tmp_path}/src/project/{number:02}")
    os.makedirs(f"{tmp_path}/venvs/app")
    containers = {f"{tmp_path}/{place}" for place in ("venvs", "src", "src/project")}
    newcomers = Newcomers()
    newcomers.points([f"{tmp_path}/venvs/app"], (), containers)
    points = newcomers.points([f"{tmp_path}/src/project"], (), containers)
    assert f"{tmp_path}/venvs/app/pyvenv.cfg" in points
    assert f"{tmp_path}/src/project/pyvenv.cfg" in points
    assert len(points) == 64


def test_what_cannot_be_looked_at_hides_nothing_beside_it(tmp_path: Path) -> None:
    """As a link that leads to itself."""
    os.symlink("loop", tmp_path / "loop")
    os.mkdir(tmp_path / "app")
    points = Newcomers().points([str(tmp_path)], (), {str(tmp_path)})
    assert points == (f"{tmp_path}/app/pyvenv.cfg", f"{tmp_path}/app/bin/python")


def test_the_latest_are_remembered(stage: Stage) -> None:
    """However many come, they take no more than 64 names to await."""
    hints = [f"{_PLACE}/{number:03}" for number in range(100)]
    stage.directories.update(hints)
    points = stage.points(*hints)
    assert len(list(points)) == 64
    assert f"{_PLACE}/099/pyvenv.cfg" in points
    stage.directories.add(f"{_PLACE}/app")
    assert set(_AWAITED) <= set(stage.points(f"{_PLACE}/app"))
