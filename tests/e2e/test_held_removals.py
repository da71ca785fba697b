"""Kernels are not removed where the absence of their environments is not certain."""

from __future__ import annotations

import os
import shutil

import pytest

from support import makers
from support.quick import environment, neighbour, once
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


@pytest.fixture
def with_pyenv(machine: Machine) -> Machine:
    """Return a machine on which a pyenv virtualenv is a kernel."""
    machine.tools.pyenv.lend(machine.path(".pyenv"), minors=("3.12",))
    version = machine.tools.pyenv.versions["3.12"]
    environment(machine, f".pyenv/versions/{version}/envs/thesis")
    target = machine.path(".pyenv", "versions", version, "envs", "thesis")
    os.symlink(target, machine.path(".pyenv", "versions", "thesis"))
    once(machine)
    assert machine.kernel_names() == {"thesis"}
    return machine


def test_a_vanished_root_holds_and_its_return_is_quiet(with_pyenv: Machine) -> None:
    """`versions` away: held, exit code 1, nothing touched. Back again: nothing to do."""
    machine = with_pyenv
    before = identities(machine.data_directory)
    versions = machine.path(".pyenv", "versions")
    os.rename(versions, f"{versions}-unmounted")
    held = machine.kernelsync("once").expect(1)
    assert any(line.strip().startswith("!") and "thesis" in line for line in held.lines), held
    assert "--confirm-removals" in held.stdout + held.stderr
    assert identities(machine.data_directory) == before
    os.rename(f"{versions}-unmounted", versions)
    quiet = once(machine)
    assert len(quiet.lines) == 1, quiet
    assert identities(machine.data_directory) == before


def test_an_empty_directory_in_its_place_holds(with_pyenv: Machine) -> None:
    """An unmounted disk leaves an empty directory behind."""
    machine = with_pyenv
    versions = machine.path(".pyenv", "versions")
    os.rename(versions, f"{versions}-unmounted")
    os.mkdir(versions)
    data = machine.kernelsync("once", "--json").expect(1).json["data"]
    assert (data["held"], data["removed"]) == (["thesis"], [])
    assert machine.kernel_names() == {"thesis"}


def test_a_whole_manager_removed_is_held_until_confirmed(with_pyenv: Machine) -> None:
    """`rm -rf ~/.pyenv` is believed once the user says so."""
    machine = with_pyenv
    machine.remove(".pyenv")
    data = machine.kernelsync("once", "--json").expect(1).json["data"]
    assert data["held"] == ["thesis"]
    confirmed = machine.kernelsync("once", "--confirm-removals", "--json").expect(0).json["data"]
    assert confirmed["removed"] == ["thesis"]
    assert machine.kernel_names() == set()


def test_a_whole_removed_home_is_not_drift_for_others(with_pyenv: Machine) -> None:
    """What is certain goes on beside what is held: creations and other roots' removals."""
    machine = with_pyenv
    neighbour(machine)
    gone = environment(machine, ".venvs/gone")
    once(machine)
    machine.remove(gone)
    environment(machine, ".venvs/new")
    versions = machine.path(".pyenv", "versions")
    os.rename(versions, f"{versions}-unmounted")
    data = machine.kernelsync("once", "--json").expect(1).json["data"]
    assert data["created"] == ["new"]
    assert data["held"] == ["thesis"]
    assert "thesis" in machine.kernel_names()


def test_most_of_many_removed_at_once_is_held(machine: Machine) -> None:
    """More than half, and more than ten: somebody should say that it is meant."""
    template = environment(machine, ".venvs/env-0")
    names = {f"env-{number}" for number in range(13)}
    for name in names - {"env-0"}:
        _borrow_packages(template, makers.by_uv(machine, f".venvs/{name}", "3.12"))
    once(machine)
    assert machine.kernel_names() == names
    for name in names - {"env-0"}:
        machine.remove(".venvs", name)
    held = machine.kernelsync("once", "--json").expect(1).json["data"]
    assert set(held["held"]) == names - {"env-0"}
    machine.kernelsync("once", "--confirm-removals").expect(0)
    assert machine.kernel_names() == {"env-0"}


def test_removed_one_by_one_it_is_believed(machine: Machine) -> None:
    """`pyenv virtualenv-delete` and the like: its root is there and has other entries."""
    machine.tools.pyenv.lend(machine.path(".pyenv"), minors=("3.12",))
    makers.install_ipykernel(machine, makers.by_pyenv(machine, "thesis", "3.12"))
    once(machine)
    machine.run("pyenv", "virtualenv-delete", "-f", "thesis")
    data = once(machine, "--json").json["data"]
    assert (data["removed"], data["held"]) == (["thesis"], [])


def _borrow_packages(template: str, prefix: str) -> None:
    """Give an environment the packages of another one, which it cannot change."""
    packages = os.path.join("lib", "python3.12", "site-packages")
    shutil.rmtree(os.path.join(prefix, packages))
    os.symlink(os.path.join(template, packages), os.path.join(prefix, packages))
