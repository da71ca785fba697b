"""Environments asked for on the command line, in this pass or an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernelsync.locators import MANAGERS
from kernelsync.locators.requested import find_requested, remembered
from kernelsync.model.environment import Candidate, RootState
from kernelsync.model.kernelspec import Mark
from support.trees import link, make_base, make_pyenv, make_venv, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.manager import Manager
    from unit.locators.conftest import Found, Place


def recalled(marks: Sequence[Mark], managers: Sequence[Manager]) -> list[Candidate]:
    """Return the environments that are remembered, without their roots."""
    return [found for found in remembered(marks, managers) if isinstance(found, Candidate)]


def ask(place: Place, *roots: str, depth: int = 4) -> Found:
    """Search these ROOTs."""
    return place.sorted(find_requested(roots, place.context(depth=depth)))


def mark(prefix: str, *, manager: str = "venv", requested: bool = True) -> Mark:
    """Return the mark of a kernel that was made for an environment."""
    return Mark(
        version=1,
        environment=prefix,
        prefix=prefix,
        manager=manager,
        root="/src",
        root_inode=None,
        host="h",
        stem="app",
        requested=requested,
    )


def test_an_environment_itself_is_found(place: Place) -> None:
    """It is called as the project it is in."""
    prefix = make_venv(f"{place.path}/app/.venv", base="/usr")
    found = ask(place, f"{prefix}/")
    candidate = found.one("app")
    assert candidate.prefix == candidate.root == prefix
    assert candidate.project == f"{place.path}/app"
    assert candidate.requested
    assert found.roots[prefix].state is RootState.READ


def test_a_project_is_searched(place: Place) -> None:
    """As in `kernelsync once .`, nested projects included."""
    make_venv(f"{place.path}/app/.venv", base="/usr")
    make_venv(f"{place.path}/app/docs/.venv", base="/usr")
    found = ask(place, f"{place.path}/app")
    assert found.names == ["app", "docs"]
    assert all(candidate.requested for candidate in found.candidates)


def test_direct_children_are_found_under_any_name(place: Place) -> None:
    """ROOT may be somebody's collection of environments."""
    for name in ("py311", ".hidden", "old.bak"):
        make_venv(f"{place.path}/pool/{name}", base="/usr")
    make_venv(f"{place.path}/pool/deeper/py312", base="/usr")
    link(f"{place.path}/pool/linked", make_venv(f"{place.path}/elsewhere", base="/usr"))
    found = ask(place, f"{place.path}/pool")
    assert found.names == ["hidden", "linked", "old.bak", "py311"]
    assert found.one("linked").real == f"{place.path}/elsewhere"


def test_no_environment_is_found_twice(place: Place) -> None:
    """Neither by the two ways to look, nor by a ROOT that is given twice."""
    make_venv(f"{place.path}/app/.venv", base="/usr")
    make_venv(f"{place.path}/app/py311", base="/usr")
    found = ask(place, f"{place.path}/app", f"{place.path}/app/")
    assert found.names == ["app", "py311"]


def test_depth_is_that_of_the_settings(place: Place) -> None:
    """A depth of 0 means ROOT's own .venv."""
    make_venv(f"{place.path}/app/.venv", base="/usr")
    make_venv(f"{place.path}/app/docs/.venv", base="/usr")
    assert ask(place, f"{place.path}/app", depth=0).names == ["app"]


def test_a_missing_root_is_a_problem(place: Place) -> None:
    """Somebody typed it."""
    path = f"{place.path}/gone"
    found = ask(place, path)
    assert found.roots[path].state is RootState.ABSENT
    assert [(problem.code, problem.path) for problem in found.problems] == [("root-missing", path)]


def test_a_root_that_is_a_file_is_a_problem(place: Place) -> None:
    """There is nothing in it to search."""
    path = write(f"{place.path}/file")
    found = ask(place, path)
    assert found.roots[path].state is RootState.UNREADABLE
    assert [problem.root for problem in found.problems] == [path]


def test_what_was_asked_for_earlier_is_remembered(place: Place) -> None:
    """With the name, the project and the manager that it had then."""
    prefix = make_venv(f"{place.path}/app/.venv", base="/usr")
    (candidate,) = recalled([mark(prefix)], MANAGERS)
    (asked,) = ask(place, f"{place.path}/app").candidates
    assert candidate.requested
    assert (candidate.prefix, candidate.real) == (asked.prefix, asked.real)
    assert (candidate.name, candidate.project) == (asked.name, asked.project)
    assert candidate.manager == asked.manager
    assert candidate.root == "/src"


def test_several_kernels_of_one_environment_remember_it_once(place: Place) -> None:
    """An environment may have an R kernel too."""
    prefix = make_venv(f"{place.path}/app/.venv", base="/usr")
    assert len(list(recalled([mark(prefix), mark(prefix)], MANAGERS))) == 1


def test_what_was_merely_found_is_not_remembered(place: Place) -> None:
    """The settings decide about that, in every pass anew."""
    prefix = make_venv(f"{place.path}/app/.venv", base="/usr")
    assert list(recalled([mark(prefix, requested=False)], MANAGERS)) == []


def test_an_interpreter_is_still_there_without_a_config(place: Place) -> None:
    """The marker of a virtual environment is missing for a moment while it is remade."""
    prefix = make_base(f"{place.path}/app/.venv")
    assert len(list(recalled([mark(prefix)], MANAGERS))) == 1


def test_the_manager_is_that_of_the_mark(place: Place) -> None:
    """One that this version does not know becomes venv."""
    root = make_pyenv(f"{place.home}/.pyenv")
    prefix = f"{root}/versions/3.12.1"
    managers = [
        next(iter(recalled([mark(prefix, manager=name)], MANAGERS))).manager.name
        for name in ("pyenv", "conda")
    ]
    assert managers == ["pyenv", "venv"]


@pytest.mark.parametrize("prefix", ["", "relative", "/gone", "/nul\0", "/\ud800", "/x" * 3000])
def test_odd_marks_are_not_remembered(prefix: str) -> None:
    """Anybody can edit a kernel.json."""
    assert list(recalled([mark(prefix)], MANAGERS)) == []


def test_a_file_in_place_of_the_environment_is_not_remembered(place: Place) -> None:
    """Only a directory is an environment."""
    assert list(recalled([mark(write(f"{place.path}/file"))], MANAGERS)) == []
