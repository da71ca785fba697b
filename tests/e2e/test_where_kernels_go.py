"""Kernelspecs go where the user's Jupyter looks, or where somebody says."""

from __future__ import annotations

import os

import pytest

from support.quick import environment, hand_made_kernelspec, once
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


@pytest.mark.parametrize("variable", ["JUPYTER_DATA_DIR", "XDG_DATA_HOME"])
def test_jupyters_own_variables_are_followed(machine: Machine, variable: str) -> None:
    """Wherever they move the data directory to, Jupyter lists the kernel."""
    environment(machine, ".venvs/thesis")
    machine.environ[variable] = machine.path("elsewhere")
    once(machine)
    listed = machine.kernelspecs()["thesis"]["resource_dir"]
    assert listed.startswith(machine.path("elsewhere") + os.sep)
    assert not os.path.exists(machine.path(".local", "share", "jupyter"))


def test_the_option_writes_elsewhere(machine: Machine) -> None:
    """With `--kernels-dir` the user's own kernelspecs are not touched."""
    environment(machine, ".venvs/thesis")
    hand_made_kernelspec(machine)
    before = identities(machine.data_directory)
    elsewhere = machine.path("elsewhere", "kernels")
    once(machine, "--kernels-dir", elsewhere)
    assert os.listdir(elsewhere) == ["thesis"]
    assert identities(machine.data_directory) == before


def test_the_setting_writes_elsewhere(machine: Machine) -> None:
    """`kernels.directory`, in which `~` is the home directory."""
    environment(machine, ".venvs/thesis")
    machine.settings("kernels:\n  directory: ~/elsewhere/kernels\n")
    once(machine)
    assert os.listdir(machine.path("elsewhere", "kernels")) == ["thesis"]
    assert machine.kernel_names() == set()


def test_nothing_but_kernels_lies_among_the_kernels(machine: Machine) -> None:
    """Jupyter lists dot-directories, and VS Code reads recursively: no staging, no trash."""
    prefix = environment(machine, ".venvs/gone")
    environment(machine, ".venvs/stays")
    once(machine)
    machine.remove(prefix)
    once(machine)
    assert os.listdir(machine.kernel_directory()) == ["stays"]
    assert set(machine.kernelspecs()) == {"stays", "python3"}
