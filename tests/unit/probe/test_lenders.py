"""Runtimes that others could change are not used, and nothing is built where they could."""

from __future__ import annotations

import os

import pytest

from kernelsync.machine import runtimes_here
from kernelsync.model.runtime import Risk
from kernelsync.model.surroundings import Owners
from kernelsync.model.value import replace
from kernelsync.probe.lenders import judge_for
from kernelsync.runtimes.equipment import is_current, put_equipment
from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.install import Installer
from support.probe_trees import permit
from support.small_runtimes import build_of, put_runtime, small_pins
from support.values import surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.surroundings import Surroundings

KEY, OTHER = "cp312-linux-x86_64", "cp311-linux-x86_64"


class Place:
    """A user's home with two runtimes."""

    def __init__(self, home: Path) -> None:
        self.surroundings: Surroundings = surroundings(home=str(home), environ={}, uid=os.geteuid())
        self.directory = f"{home}/.local/share/kernelsync/runtimes"
        self.runtime = put_runtime(self.directory, KEY)
        put_runtime(self.directory, OTHER)
        self.build = build_of(self.runtime)

    def keys(self) -> list[str]:
        """Return the keys of the runtimes that may be used."""
        return [each.key for each in runtimes_here(self.surroundings).installed]

    def installer(self) -> Installer:
        """Return what installs from a cache in which nothing is missing."""
        judge = judge_for(self.surroundings)
        return Installer(self.directory, f"{self.directory}.wheels", {}, judge=judge)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a home with runtimes that nobody else can write to."""
    os.chmod(tmp_path, 0o700)
    return Place(tmp_path)


def test_what_nobody_else_can_write_to_is_used(place: Place) -> None:
    """Else the tests below would prove nothing."""
    found = runtimes_here(place.surroundings)
    assert (place.keys(), found.ailing, found.distrust) == ([OTHER, KEY], (), None)


@pytest.mark.parametrize("part", ["", "/builds", "BUILD", "BUILD/site"])
@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_a_runtime_that_everybody_may_write_to_is_not_used(
    place: Place, part: str, mode: int
) -> None:
    """Its directories are judged; the other runtime is as good as before."""
    path = part.replace("BUILD", place.build) if "BUILD" in part else f"{place.runtime}{part}"
    permit(path, mode)
    found = runtimes_here(place.surroundings)
    [ailing] = found.ailing
    assert (place.keys(), ailing.key, ailing.risk, ailing.path) == (
        [OTHER],
        KEY,
        Risk.UNSAFE,
        path,
    )
    assert "everybody can write to" in ailing.reason


@pytest.mark.parametrize("part", ["", "/.."])
def test_a_directory_of_runtimes_that_everybody_may_write_to_spoils_all(
    place: Place, part: str
) -> None:
    """So does one above it; what stands in for pip is not named on any PATH either."""
    permit(f"{place.directory}{part}", 0o777)
    found = runtimes_here(place.surroundings)
    assert (found.installed, found.programs) == ((), None)
    assert found.distrust is not None
    assert found.distrust.risk is Risk.UNSAFE
    assert {each.risk for each in found.ailing} == {Risk.UNSAFE}


def test_a_sticky_directory_above_will_do(place: Place) -> None:
    """Nobody can rename what others own there."""
    permit(os.path.dirname(place.directory), 0o1777)
    assert place.keys() == [OTHER, KEY]


def test_what_belongs_to_another_user_is_not_used(place: Place) -> None:
    """Whatever its mode says; only root can give a file away, everybody else sees one's own."""
    user, expected = place.surroundings, [OTHER]
    if os.geteuid() == 0:
        os.chown(place.build, 12345, -1)
    else:
        user, expected = replace(user, uid=os.geteuid() + 1), []
    assert [each.key for each in runtimes_here(user).installed] == expected


def test_a_hidden_owner_is_neither_trusted_nor_condemned(place: Place) -> None:
    """In a user namespace root and strangers look alike."""
    there = place.surroundings
    hidden = replace(there, uid=12345, owners=Owners(nobody=os.geteuid()))
    found = runtimes_here(hidden)
    assert found.distrust is not None
    assert found.distrust.risk is Risk.UNJUDGED
    assert found.programs is not None


def test_an_open_launcher_stops_all_and_is_renewed(place: Place) -> None:
    """It is a copy: whatever was done to it, the next one mends that."""
    put_equipment(place.directory)
    launcher = f"{place.directory}/launch.py"
    permit(launcher, 0o777)
    assert place.keys() == []
    assert not is_current(place.directory)
    put_equipment(place.directory)
    assert place.keys() == [OTHER, KEY]


def test_an_open_directory_of_stand_ins_is_closed(place: Place) -> None:
    """It is on the PATH of kernels."""
    put_equipment(place.directory)
    permit(f"{place.directory}/bin", 0o777)
    assert not is_current(place.directory)
    assert put_equipment(place.directory)
    assert is_current(place.directory)


@pytest.mark.parametrize("part", ["", "/..", f"/{KEY}", f"/{KEY}/builds"])
def test_nothing_is_built_where_others_may_write(place: Place, part: str) -> None:
    """The message names the directory and the command; nothing is changed."""
    permit(f"{place.directory}{part}", 0o777)
    before = os.listdir(f"{place.runtime}/builds")
    with pytest.raises(BuildFailure) as failure:
        place.installer().install(KEY, small_pins(place.directory))
    problem = failure.value.problem
    assert problem.code == "runtime-unsafe"
    assert problem.path == os.path.normpath(f"{place.directory}{part}")
    assert f"chmod go-w {problem.path}" in (problem.hint or "")
    assert os.listdir(f"{place.runtime}/builds") == before


def test_nothing_is_begun_where_others_may_write(tmp_path: Path) -> None:
    """The directory is not there yet; the one that it would be made in counts."""
    permit(tmp_path, 0o777)
    user = surroundings(home=str(tmp_path), environ={}, uid=os.geteuid())
    directory = f"{tmp_path}/.local/share/kernelsync/runtimes"
    with pytest.raises(BuildFailure, match="everybody can write"):
        Installer(directory, f"{tmp_path}/cache", {}, judge=judge_for(user)).install(
            KEY, small_pins(f"{tmp_path}/other")
        )
    assert not os.path.exists(directory)


@pytest.mark.parametrize("part", ["", "/site"])
def test_a_build_that_others_may_write_to_is_made_anew(place: Place, part: str) -> None:
    """Nobody knows what is in it now."""
    permit(f"{place.build}{part}", 0o777)
    assert place.installer().install(KEY, small_pins(place.directory)) is True
    assert place.keys() == [OTHER, KEY]
    assert not os.path.exists(place.build)
