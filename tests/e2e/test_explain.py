"""`kernelsync explain`: why an environment is, or is not, a kernel."""

from __future__ import annotations

import os

import pytest

from support.quick import environment, neighbour

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_an_exclude_rule_is_named_with_file_and_line(machine: Machine) -> None:
    """The user sees which line of the settings to change."""
    environment(machine, ".venvs/tmp-1")
    machine.settings('exclude:\n  - "old-*"\n  - "tmp-*"\n')
    said = machine.kernelsync("explain", "tmp-1").expect(0).stdout
    assert "excluded" in said
    assert "tmp-*" in said
    assert "config.yaml:3" in said


@pytest.mark.parametrize(
    "subject",
    ["web", ".venvs/web", ".venvs/web/bin/python"],
    ids=["name", "prefix", "interpreter"],
)
def test_it_is_found_by_name_and_by_path(machine: Machine, subject: str) -> None:
    """Whatever people have at hand: the name, the directory, the interpreter."""
    prefix = environment(machine, ".venvs/web")
    facts = machine.kernelsync("explain", subject, "--json").expect(0).json["data"]
    assert [each["path"] for each in facts["environments"]] == [prefix]


def test_a_project_is_explained_from_inside(machine: Machine) -> None:
    """`kernelsync explain .` in a project whose `.venv` is a kernel."""
    prefix = environment(machine, "src/app/.venv")
    project = machine.path("src", "app")
    machine.kernelsync("once", ".", cwd=project).expect(0)
    facts = machine.kernelsync("explain", ".", "--json", cwd=project).expect(0).json["data"]
    assert [each["path"] for each in facts["environments"]] == [prefix]


def test_an_environment_without_ipykernel_is_explained(machine: Machine) -> None:
    """The reason is its state."""
    said = machine.kernelsync("explain", neighbour(machine)).expect(0).stdout
    assert "no-ipykernel" in said


def test_an_environment_that_nobody_searches_for_is_explained(machine: Machine) -> None:
    """It is there, but no source looks there: the way to it is told."""
    prefix = environment(machine, "somewhere/else")
    refused = machine.kernelsync("explain", prefix).expect(1)
    assert "kernelsync once" in refused.stderr


def test_what_does_not_exist_is_a_problem(machine: Machine) -> None:
    """And not a traceback."""
    refused = machine.kernelsync("explain", os.path.join("no", "such", "thing")).expect(1)
    assert "such" in refused.stderr
    assert "Traceback" not in refused.stderr
