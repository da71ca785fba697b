"""What virtualenvwrapper does to WORKON_HOME, as kernelsync sees it."""

from __future__ import annotations

import os

import pytest

from support import makers
from support.quick import kernel_of, once, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def _environment(machine: Machine, name: str) -> str:
    prefix = makers.by_mkvirtualenv(machine, name, "3.12")
    makers.install_ipykernel(machine, prefix)
    return prefix


def test_rmvirtualenv_takes_the_kernel_away(machine: Machine) -> None:
    """Also of the last one: WORKON_HOME keeps its hook scripts, so it is not suddenly empty."""
    _environment(machine, "thesis")
    once(machine)
    assert machine.kernel_names() == {"thesis"}
    makers.in_virtualenvwrapper(machine, "rmvirtualenv", "thesis")
    once(machine)
    assert machine.kernel_names() == set()


def test_a_copy_is_an_environment_of_its_own(machine: Machine) -> None:
    """`cpvirtualenv`: the pyvenv.cfg still names the original; the kernel runs the copy."""
    _environment(machine, "thesis")
    makers.in_virtualenvwrapper(machine, "cpvirtualenv", "thesis", "draft")
    once(machine)
    assert machine.kernel_names() == {"thesis", "draft"}
    ran = machine.run_cell("draft", "import sys; print(sys.prefix)").expect(0)
    assert ran.stdout.strip() == machine.path(".virtualenvs", "draft")


def test_workon_home_elsewhere_is_found_by_its_variable(machine: Machine) -> None:
    """WORKON_HOME says where."""
    elsewhere = machine.path("Envs")
    machine.environ["WORKON_HOME"] = elsewhere
    makers.by_mkvirtualenv(machine, "thesis", "3.12")
    prefix = os.path.join(elsewhere, "thesis")
    makers.install_ipykernel(machine, prefix)
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"


def test_hook_scripts_are_no_environments(machine: Machine) -> None:
    """A dozen files lie beside the environments."""
    prefix = makers.by_mkvirtualenv(machine, "thesis", "3.12")
    assert os.path.isfile(machine.path(".virtualenvs", "postmkvirtualenv"))
    assert set(states(machine)) == {prefix}
