"""Where what an environment lacks would come is watched: it is repaired as soon as it is there."""

from __future__ import annotations

import os
import shutil

import pytest

from kernelsync.model.environment import Condition
from support.probe_trees import (
    NOW,
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    probe,
    program,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_AGES = pytest.mark.parametrize(
    ("age", "condition"), [(5, Condition.NOT_READY), (120, Condition.BROKEN)]
)


class _Place:
    """An environment called "env", made from an install called "base"."""

    def __init__(self, top: str) -> None:
        self.top = top
        self.base = make_base(f"{top}/base")
        self.prefix = f"{top}/env"
        make_ready(self.prefix, self.base)
        self.own = (self.prefix, f"{self.prefix}/bin")

    def awaited(self, condition: Condition = Condition.BROKEN) -> tuple[str, ...]:
        """Probe, and return what is watched besides the environment and its programs."""
        environment = probe(self.prefix)
        assert environment.condition is condition
        assert environment.watch_points[:2] == self.own
        assert len(environment.watch_points) == len(set(environment.watch_points)) <= 4
        return environment.watch_points[2:]

    def copy_program(self) -> None:
        """Let the interpreter be a file of the environment, as with `--copies`."""
        os.remove(f"{self.prefix}/bin/python")
        program(f"{self.prefix}/bin/python")

    def set_age(self, age: float) -> None:
        """Let the environment have been made so many seconds ago."""
        os.utime(f"{self.prefix}/pyvenv.cfg", (NOW - age, NOW - age))


@pytest.fixture
def place(tmp_path: Path) -> _Place:
    """Return an environment that is ready."""
    return _Place(os.path.realpath(tmp_path))


def test_a_base_that_is_gone_is_awaited(place: _Place) -> None:
    """Moved away or deleted: it may come back where it was."""
    shutil.rmtree(place.base)
    assert place.awaited() == (f"{place.base}/bin",)


def test_a_program_that_is_gone_is_awaited_where_its_links_lead(place: _Place) -> None:
    """A link of the base may lead on to somewhere else."""
    os.remove(f"{place.base}/bin/python3.12")
    link(f"{place.top}/gone/bin/python3.12", f"{place.base}/bin/python3.12")
    assert place.awaited() == (f"{place.base}/bin", f"{place.top}/gone/bin")


def test_a_program_that_cannot_run_is_awaited(place: _Place) -> None:
    """It may be half copied."""
    program(f"{place.base}/bin/python3.12", b"")
    os.chmod(f"{place.base}/bin/python3.12", 0o644)
    assert place.awaited() == (f"{place.base}/bin",)


def test_a_standard_library_is_awaited(place: _Place) -> None:
    """An install that is made anew has its programs first."""
    shutil.rmtree(f"{place.base}/lib")
    assert place.awaited() == (f"{place.base}/bin", f"{place.base}/lib/python3.12")


def test_the_base_of_a_copied_program_is_awaited(place: _Place) -> None:
    """Only pyvenv.cfg says where it is."""
    place.copy_program()
    shutil.rmtree(place.base)
    assert place.awaited() == (f"{place.base}/bin", f"{place.base}/lib/python3.12")


@pytest.mark.parametrize("home", ["somewhere", "/a\0b"])
def test_what_is_no_path_is_not_awaited(place: _Place, home: str) -> None:
    """A pyvenv.cfg may say anything."""
    place.copy_program()
    write(f"{place.prefix}/pyvenv.cfg", f"home = {home}\nversion = 3.12.1\n")
    assert [each for each in place.awaited() if not each.startswith("/") or "\0" in each] == []


@_AGES
def test_a_directory_of_programs_is_awaited(
    place: _Place, age: float, condition: Condition
) -> None:
    """Removed and made again, it gets its interpreter a little later."""
    place.set_age(age)
    shutil.rmtree(f"{place.prefix}/bin")
    assert place.awaited(condition) == ()


@_AGES
def test_site_packages_are_awaited(place: _Place, age: float, condition: Condition) -> None:
    """Whichever of the directories above them is missing."""
    place.set_age(age)
    shutil.rmtree(f"{place.prefix}/lib/python3.12")
    site = f"{place.prefix}/lib/python3.12/site-packages"
    assert place.awaited(condition) == (site, f"{place.base}/bin")


def test_packages_of_another_python_await_those_of_this_one(place: _Place) -> None:
    """Or that the base becomes again what it was."""
    os.rename(f"{place.prefix}/lib/python3.12", f"{place.prefix}/lib/python3.9")
    site = f"{place.prefix}/lib/python3.12/site-packages"
    assert place.awaited() == (site, f"{place.base}/bin")


def test_a_configuration_is_awaited_behind_a_link(place: _Place) -> None:
    """What is made in an environment raises no event where the link to it is."""
    linked = link(place.prefix, f"{place.top}/links/env")
    os.remove(f"{place.prefix}/pyvenv.cfg")
    assert probe(linked).watch_points == (f"{place.top}/links", linked)
    write(f"{place.prefix}/pyvenv.cfg")
    assert probe(linked).watch_points == (f"{place.top}/links", linked)


def test_what_is_ready_awaits_nothing(place: _Place) -> None:
    """A thousand of them take no watch more."""
    site = f"{place.prefix}/lib/python3.12/site-packages"
    assert place.awaited(Condition.READY) == (site, f"{place.base}/bin")


def test_a_base_without_program_awaits_one(tmp_path: Path) -> None:
    """As pyenv installs it."""
    base = make_base(f"{tmp_path}/base")
    install_ipykernel(make_venv(f"{tmp_path}/other", base))
    shutil.rmtree(f"{base}/bin")
    assert probe(base, base=True).watch_points == (base, f"{base}/bin")
