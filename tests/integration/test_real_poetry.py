"""What poetry does to its cache and to projects, as kernelsync sees it."""

from __future__ import annotations

import os

import pytest

from support import makers
from support.quick import kernel_of, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def _environment(machine: Machine, project: str, minor: str = "3.12") -> str:
    prefix = makers.by_poetry(machine, project, minor)
    makers.install_ipykernel(machine, prefix)
    return prefix


def test_poetry_env_remove_takes_the_kernel_away(machine: Machine) -> None:
    """The other one stays."""
    prefix = _environment(machine, "work/billing")
    _environment(machine, "work/shipping")
    once(machine)
    assert machine.kernel_names() == {"billing", "shipping"}
    directory = machine.path("work", "billing")
    machine.run("poetry", "env", "remove", os.path.basename(prefix), cwd=directory)
    once(machine)
    assert machine.kernel_names() == {"shipping"}


def test_a_second_python_of_one_project_is_a_second_kernel(machine: Machine) -> None:
    """`poetry env use` keeps the old environment; both are kernels, told apart by Python."""
    first = _environment(machine, "work/billing", "3.12")
    once(machine)
    second = _environment(machine, "work/billing", "3.13")
    once(machine)
    assert kernel_of(machine, first) == "billing"
    assert kernel_of(machine, second) == "billing-py3.13"


def test_the_virtualenvs_path_of_poetrys_configuration_is_searched(machine: Machine) -> None:
    """`poetry config virtualenvs.path` moves the environments."""
    elsewhere = machine.path("poetry-environments")
    machine.run("poetry", "config", "virtualenvs.path", elsewhere)
    prefix = _environment(machine, "work/billing")
    assert os.path.dirname(prefix) == elsewhere
    once(machine)
    assert kernel_of(machine, prefix) == "billing"


def test_the_virtualenvs_path_of_the_environment_is_searched(machine: Machine) -> None:
    """POETRY_VIRTUALENVS_PATH moves them too."""
    elsewhere = machine.path("poetry-environments")
    machine.environ["POETRY_VIRTUALENVS_PATH"] = elsewhere
    prefix = _environment(machine, "work/billing")
    assert os.path.dirname(prefix) == elsewhere
    once(machine)
    assert kernel_of(machine, prefix) == "billing"
