"""Mistakes that other tools of this kind are known for, and this one does not make."""

from __future__ import annotations

import os

import pytest

from support import makers
from support.quick import environment, kernel_of, neighbour, once, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_PROJECTS = "sources:\n  venv:\n    projects: [~/src]\n"


@pytest.fixture
def dangling(machine: Machine) -> str:
    """Return the prefix of an environment whose kernel was made, and whose base then went."""
    neighbour(machine)
    base = machine.tools.pyenv.lend_version("3.12", machine.path("opt"))
    prefix = machine.path(".venvs", "thesis")
    machine.run(os.path.join(base, "bin", "python"), "-m", "venv", "--without-pip", prefix)
    makers.install_ipykernel(machine, prefix)
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"
    machine.remove(base)
    assert not os.path.exists(os.path.join(prefix, "bin", "python"))
    return prefix


def test_a_dangling_interpreter_never_becomes_the_servers(machine: Machine, dangling: str) -> None:
    """Whatever asks for its kernel fails; it does not get Jupyter's Python under that label."""
    before = machine.run_cell("thesis", "import sys; print(sys.prefix)")
    assert before.code != 0
    assert machine.tools.jupyter not in before.stdout
    machine.kernelsync("once")
    after = machine.run_cell("thesis", "import sys; print(sys.prefix)")
    assert after.code != 0
    assert machine.tools.jupyter not in after.stdout
    assert states(machine)[dangling] == "broken"


def test_a_dangling_interpreter_takes_its_kernel_away_and_is_reported(
    machine: Machine, dangling: str
) -> None:
    """`once` says which base is gone; when that is back, so is the kernel."""
    reported = machine.kernelsync("once")
    assert "thesis" in reported.stdout
    assert machine.kernel_names() == set()
    explained = machine.kernelsync("explain", dangling)
    assert "broken" in explained.stdout
    machine.tools.pyenv.lend_version("3.12", machine.path("opt"))
    once(machine)
    assert kernel_of(machine, dangling) == "thesis"


def test_a_name_does_not_move_when_its_namesake_goes(machine: Machine) -> None:
    """Of two projects called `web`, each keeps its kernel's name for life."""
    machine.settings(_PROJECTS)
    first = environment(machine, "src/alpha/web/.venv")
    once(machine)
    second = environment(machine, "src/beta/web/.venv")
    once(machine)
    names = kernel_of(machine, first), kernel_of(machine, second)
    assert names == ("web", "web-beta")
    machine.remove(first)
    once(machine)
    assert machine.kernel_names() == {"web-beta"}
    assert kernel_of(machine, second) == "web-beta"


def test_a_namesake_on_another_python_gets_it_in_its_name(machine: Machine) -> None:
    """The newcomer, not the one whose name is in notebooks already."""
    first = environment(machine, ".venvs/web", "3.12")
    once(machine)
    second = environment(machine, "envs/web", "3.13")
    once(machine)
    assert kernel_of(machine, first) == "web"
    assert kernel_of(machine, second) == "web-py3.13"
    display_names = {each["spec"]["display_name"] for each in machine.kernelspecs().values()}
    assert len(display_names) == 3


def test_a_clash_with_a_kernelspec_of_somebody_else(machine: Machine) -> None:
    """An environment called like a foreign kernelspec gets another name; that one stays."""
    machine.write(
        machine.kernel_directory("web") + "/kernel.json",
        '{"argv": ["/usr/bin/node", "{connection_file}"], "display_name": "Web", "language": "js"}',
    )
    prefix = environment(machine, ".venvs/web", "3.12")
    once(machine)
    assert kernel_of(machine, prefix) == "web-venvs"
    assert machine.kernelspecs()["web"]["spec"]["language"] == "js"


def test_environments_nested_in_a_monorepo_are_found(machine: Machine) -> None:
    """A `pyproject.toml` and a `.venv` at its root hide nothing below."""
    machine.settings(_PROJECTS)
    machine.write("src/mono/pyproject.toml", '[project]\nname = "mono"\nversion = "1"\n')
    for path in ("src/mono", "src/mono/packages/alpha", "src/mono/packages/beta"):
        environment(machine, f"{path}/.venv")
    once(machine)
    assert machine.kernel_names() == {"mono", "alpha", "beta"}


def test_an_environment_with_a_kernelspec_by_hand_is_not_doubled(machine: Machine) -> None:
    """`ipykernel install --user` was there first: state `foreign`, no second kernel."""
    prefix = environment(machine, ".venvs/thesis")
    python = os.path.join(prefix, "bin", "python")
    machine.run(python, "-m", "ipykernel", "install", "--user", "--name", "my-thesis")
    once(machine)
    assert machine.kernel_names() == {"my-thesis"}
    assert states(machine)[prefix] == "foreign"


def test_two_environments_on_one_base_are_two_kernels(machine: Machine) -> None:
    """They share the interpreter's file, and nothing else."""
    environment(machine, ".venvs/one")
    environment(machine, ".venvs/two")
    once(machine)
    assert machine.kernel_names() == {"one", "two"}


def test_a_directory_called_like_a_variable_is_taken_as_it_is(machine: Machine) -> None:
    """Jupyter expands `$NAME` and `{prefix}` in kernelspecs; paths with them survive that."""
    prefix = environment(machine, ".venvs/cost $HOME x")
    once(machine)
    name = kernel_of(machine, prefix)
    assert name == "cost-home-x"
    code = "import os, sys; print(sys.prefix, os.environ['VIRTUAL_ENV'], sep='\\n')"
    assert machine.run_cell(name, code).expect(0).lines == [prefix, prefix]
