"""A ROOT on the command line brings in a project's environment, for as long as it lives."""

from __future__ import annotations

import pytest

from support.quick import environment, kernel_of, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_a_project_is_not_searched_unasked(machine: Machine) -> None:
    """A project may come from a stranger."""
    environment(machine, "src/app/.venv")
    once(machine)
    assert machine.kernel_names() == set()


def test_a_root_brings_in_its_environment(machine: Machine) -> None:
    """Its kernel has the name of the project's folder."""
    prefix = environment(machine, "src/app/.venv")
    once(machine, machine.path("src", "app"))
    assert kernel_of(machine, prefix) == "app"


def test_a_relative_root_means_the_working_directory(machine: Machine) -> None:
    """`kernelsync once .` in a project, as continuous integration would do."""
    prefix = environment(machine, "src/app/.venv")
    machine.kernelsync("once", ".", cwd=machine.path("src", "app")).expect(0)
    assert kernel_of(machine, prefix) == "app"


def test_it_stays_on_the_next_plain_pass(machine: Machine) -> None:
    """The mark remembers that it was asked for; the plain pass has nothing to do."""
    environment(machine, "src/app/.venv")
    once(machine, machine.path("src", "app"))
    plain = once(machine, "--json").json["data"]
    assert (plain["unchanged"], plain["removed"]) == (["app"], [])


def test_it_goes_when_its_environment_is_removed(machine: Machine) -> None:
    """And the next pass, after it was made again, does not bring it back unasked."""
    prefix = environment(machine, "src/app/.venv")
    once(machine, machine.path("src", "app"))
    machine.remove(prefix)
    machine.write("src/app/main.py", "")
    once(machine)
    assert machine.kernel_names() == set()
    environment(machine, "src/app/.venv")
    once(machine)
    assert machine.kernel_names() == set()


def test_a_second_root_does_not_push_out_the_first(machine: Machine) -> None:
    """One project after the other, both stay."""
    environment(machine, "src/app/.venv")
    environment(machine, "src/web/.venv")
    once(machine, machine.path("src", "app"))
    once(machine, machine.path("src", "web"))
    assert machine.kernel_names() == {"app", "web"}


def test_a_root_above_a_monorepo_finds_nested_environments(machine: Machine) -> None:
    """A `pyproject.toml` at the top does not end the search, nor does a `.venv` beside it."""
    machine.write("mono/pyproject.toml", '[project]\nname = "mono"\nversion = "1"\n')
    environment(machine, "mono/.venv")
    environment(machine, "mono/packages/alpha/.venv")
    environment(machine, "mono/packages/beta/venv")
    once(machine, machine.path("mono"))
    assert machine.kernel_names() == {"mono", "alpha", "beta"}


def test_a_cell_runs_in_the_requested_environment(machine: Machine) -> None:
    """Create `.venv`, `kernelsync once .`, execute notebooks: the way of continuous integration."""
    prefix = environment(machine, "src/app/.venv")
    once(machine, machine.path("src", "app"))
    ran = machine.run_cell("app", "import sys; print(sys.prefix)").expect(0)
    assert ran.stdout.strip() == prefix
