"""`--dry-run` and `--check` tell what a pass would do, and touch nothing."""

from __future__ import annotations

import os

import pytest

from support.quick import environment, neighbour, once
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


@pytest.mark.parametrize("option", ["--dry-run", "--check"])
def test_a_plan_writes_nothing(machine: Machine, option: str) -> None:
    """Not even Jupyter's directory is made."""
    environment(machine, ".venvs/thesis")
    before = identities(machine.path(".local"), machine.path(".cache", "kernelsync"))
    machine.kernelsync("once", option)
    assert not os.path.exists(machine.data_directory)
    after = identities(machine.path(".local"), machine.path(".cache", "kernelsync"))
    assert after == before


def test_a_dry_run_shows_what_would_be_created_and_ends_well(machine: Machine) -> None:
    """The plan has a line with `+` for the kernel; drift is no error for a dry run."""
    environment(machine, ".venvs/thesis")
    plan = machine.kernelsync("once", "--dry-run").expect(0)
    assert any(line.strip().startswith("+") and "thesis" in line for line in plan.lines), plan


def test_check_ends_with_one_on_drift(machine: Machine) -> None:
    """Something to create or to remove is drift; after a pass there is none."""
    neighbour(machine)
    prefix = environment(machine, ".venvs/thesis")
    machine.kernelsync("once", "--check").expect(1)
    once(machine)
    machine.kernelsync("once", "--check").expect(0)
    machine.remove(prefix)
    machine.kernelsync("once", "--check").expect(1)
    assert machine.kernel_names() == {"thesis"}


def test_plan_and_result_are_printed_alike(machine: Machine) -> None:
    """Without their last lines (counts and time), the plan reads as the result does."""
    environment(machine, ".venvs/one")
    environment(machine, ".venvs/two")
    plan = [line for line in machine.kernelsync("once", "--dry-run").lines if "+" in line]
    result = [line for line in machine.kernelsync("once").lines if "+" in line]
    assert len(result) == 2
    assert plan == result


def test_a_dry_run_in_json_says_what_a_pass_then_does(machine: Machine) -> None:
    """The names under `created` are the same in both."""
    environment(machine, ".venvs/one")
    environment(machine, ".venvs/two")
    planned = machine.kernelsync("once", "--dry-run", "--json").expect(0).json["data"]
    done = machine.kernelsync("once", "--json").expect(0).json["data"]
    assert sorted(planned["created"]) == ["one", "two"]
    assert sorted(done["created"]) == ["one", "two"]


def test_clean_shows_what_it_would_remove_in_the_words_of_once(machine: Machine) -> None:
    """And leaves everything; what somebody edited would stay, as it then does."""
    environment(machine, ".venvs/one")
    environment(machine, ".venvs/two")
    once(machine)
    machine.write(f"{machine.kernel_directory('two')}/kernel.js", "// mine")
    before = identities(machine.path(".local"), machine.path(".cache", "kernelsync"))
    plan = machine.kernelsync("clean", "--dry-run").expect(0)
    planned = machine.kernelsync("clean", "--dry-run", "--json").expect(0).json["data"]
    after = identities(machine.path(".local"), machine.path(".cache", "kernelsync"))
    assert after == before
    assert plan.lines[0] == "- one"
    assert plan.lines[-1] == "1 to remove"
    assert planned["removed"] == ["one"]
    assert [each["name"] for each in planned["kept"]] == ["two"]
    assert machine.kernelsync("clean", "--json").expect(0).json["data"] == planned
    assert machine.kernel_names() == {"two"}
