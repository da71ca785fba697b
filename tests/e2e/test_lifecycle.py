"""Kernels come and go with their environments; what is not ours stays as it is."""

from __future__ import annotations

import json
import os

import pytest

from support import makers
from support.quick import environment, hand_made_kernelspec, kernel_of, neighbour, once
from support.snapshots import contents, identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_after_a_change_it_says_when_it_shows(machine: Machine) -> None:
    """An open JupyterLab asks only once a minute; who knows that does not wonder."""
    environment(machine, ".venvs/thesis")
    assert "within a minute" in once(machine).stdout
    assert "within a minute" not in once(machine).stdout


def test_the_kernel_of_a_deleted_environment_goes(machine: Machine) -> None:
    """Only its own kernel goes."""
    gone = environment(machine, ".venvs/gone")
    environment(machine, ".venvs/stays")
    once(machine)
    assert machine.kernel_names() == {"gone", "stays"}
    machine.remove(gone)
    result = once(machine)
    assert machine.kernel_names() == {"stays"}
    assert any(line.strip().startswith("-") and "gone" in line for line in result.lines), result


def test_undo_brings_a_removed_kernel_back_byte_for_byte(machine: Machine) -> None:
    """After `undo`, the kernelspec is the same in every byte."""
    prefix = environment(machine, ".venvs/gone")
    environment(machine, ".venvs/stays")
    once(machine)
    before = contents(machine.kernel_directory())
    machine.remove(prefix)
    once(machine)
    machine.kernelsync("undo", "--list").expect(0)
    machine.kernelsync("undo").expect(0)
    assert contents(machine.kernel_directory()) == before


def test_clean_removes_all_of_ours_and_undo_brings_them_back(machine: Machine) -> None:
    """`clean` leaves nothing of ours among the kernelspecs, and can be taken back."""
    environment(machine, ".venvs/one")
    environment(machine, ".venvs/two")
    once(machine)
    before = contents(machine.kernel_directory())
    machine.kernelsync("clean").expect(0)
    assert machine.kernel_names() == set()
    machine.kernelsync("undo").expect(0)
    assert contents(machine.kernel_directory()) == before


def test_a_foreign_kernelspec_stays_identical_throughout(machine: Machine) -> None:
    """A hand-made `conda-mine` keeps bytes, times and inode through everything we do."""
    foreign = hand_made_kernelspec(machine)
    before = identities(foreign), contents(foreign)
    neighbour(machine)
    prefix = environment(machine, ".venvs/ours")
    once(machine)
    machine.remove(prefix)
    once(machine)
    machine.kernelsync("undo").expect(0)
    machine.kernelsync("clean").expect(0)
    assert (identities(foreign), contents(foreign)) == before
    assert machine.kernel_names() == {"conda-mine"}


def test_an_edited_kernelspec_of_ours_is_left_alone(machine: Machine) -> None:
    """Somebody's edit turns it into theirs: never changed, never removed."""
    neighbour(machine)
    prefix = environment(machine, ".venvs/mine")
    once(machine)
    path = os.path.join(machine.kernel_directory("mine"), "kernel.json")
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    document["env"]["OMP_NUM_THREADS"] = "1"
    machine.write(path, json.dumps(document))
    before = identities(machine.kernel_directory("mine"))
    machine.kernelsync("once")
    machine.remove(prefix)
    machine.kernelsync("once")
    machine.kernelsync("clean")
    assert identities(machine.kernel_directory("mine")) == before


def test_an_uninstalled_ipykernel_takes_the_kernel_away(machine: Machine) -> None:
    """Without ipykernel it cannot start, so it is not offered; installed again, it is back."""
    prefix = environment(machine, ".venvs/thesis")
    once(machine)
    makers.uninstall_ipykernel(machine, prefix)
    once(machine)
    assert machine.kernel_names() == set()
    makers.install_ipykernel(machine, prefix)
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"


def test_a_recreated_environment_binds_to_the_same_name(machine: Machine) -> None:
    """Notebooks find their kernel again, also when the new one has another Python."""
    neighbour(machine)
    prefix = environment(machine, ".venvs/thesis", "3.12")
    once(machine)
    machine.remove(prefix)
    once(machine)
    assert machine.kernel_names() == set()
    environment(machine, ".venvs/thesis", "3.13")
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"
    display_name = machine.kernelspecs()["thesis"]["spec"]["display_name"]
    assert display_name == "thesis (venv 3.13)"


def test_an_environment_replaced_between_passes_is_an_update(machine: Machine) -> None:
    """Deleted and made anew with another Python, it is one update, under the same name."""
    prefix = environment(machine, ".venvs/thesis", "3.12")
    once(machine)
    machine.remove(prefix)
    environment(machine, ".venvs/thesis", "3.13")
    data = once(machine, "--json").json["data"]
    assert (data["created"], data["updated"], data["removed"]) == ([], ["thesis"], [])


def test_a_new_exclude_rule_takes_the_kernel_away(machine: Machine) -> None:
    """What the settings leave out is not held back: its absence is certain."""
    environment(machine, ".venvs/tmp-1")
    environment(machine, ".venvs/stays")
    once(machine)
    machine.settings('exclude: ["tmp-*"]\n')
    once(machine)
    assert machine.kernel_names() == {"stays"}
