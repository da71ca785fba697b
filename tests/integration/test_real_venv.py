"""What `python -m venv`, virtualenv and uv do to environments, as kernelsync sees it."""

from __future__ import annotations

import os

import pytest

from support import makers
from support.quick import environment, kernel_of, neighbour, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def _listed(machine: Machine, prefix: str) -> dict[str, str]:
    listing = machine.kernelsync("list", "--all", "--json").json["data"]["environments"]
    facts: dict[str, str]
    (facts,) = (each for each in listing if each["path"] == prefix)
    return facts


def test_after_an_upgrade_the_interpreter_tells_the_version(machine: Machine) -> None:
    """`python3.13 -m venv --upgrade` on 3.12 writes 3.13 into pyvenv.cfg; Python stays 3.12."""
    prefix = environment(machine, ".venvs/thesis", "3.12")
    makers.by_venv(machine, ".venvs/thesis", "3.13", "--upgrade", "--without-pip")
    ran = machine.run(os.path.join(prefix, "bin", "python"), "--version").stdout.split()[1]
    assert _listed(machine, prefix)["python"] == ran


def test_an_environment_of_copies_is_a_kernel(machine: Machine) -> None:
    """With `--copies`, `bin/python` is a file, and pyvenv.cfg the only way to the base."""
    prefix = makers.by_venv(machine, ".venvs/thesis", "3.12", "--copies", "--without-pip")
    makers.install_ipykernel(machine, prefix)
    assert not os.path.islink(os.path.join(prefix, "bin", "python3.12"))
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"
    assert _listed(machine, prefix)["python"] == machine.tools.pyenv.versions["3.12"]


def test_a_cleared_environment_loses_its_kernel_until_ipykernel_is_back(machine: Machine) -> None:
    """`uv venv --clear` with another Python: no ipykernel, no kernel; then the same name."""
    prefix = environment(machine, ".venvs/thesis", "3.12")
    once(machine)
    makers.by_uv(machine, ".venvs/thesis", "3.11", "--clear")
    once(machine)
    assert machine.kernel_names() == set()
    makers.install_ipykernel(machine, prefix)
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"
    assert _listed(machine, prefix)["python"] == machine.tools.pyenv.versions["3.11"]


def test_a_moved_environment_takes_its_kernel_along(machine: Machine) -> None:
    """After `mv`, the kernel starts the interpreter at the new place."""
    neighbour(machine)
    prefix = environment(machine, ".venvs/thesis")
    once(machine)
    moved = machine.path(".venvs", "book")
    os.rename(prefix, moved)
    once(machine)
    name = kernel_of(machine, moved)
    assert name == "book"
    assert machine.kernel_names() == {"book"}
    ran = machine.run_cell(name, "import sys; print(sys.prefix)").expect(0)
    assert ran.stdout.strip() == moved


def test_ipykernel_of_the_base_counts_where_site_packages_are_shared(machine: Machine) -> None:
    """With `--system-site-packages`, the ipykernel of the base makes it a kernel."""
    base = machine.tools.pyenv.copy_version("3.12", machine.path("opt"))
    makers.install_ipykernel(machine, base)
    python = os.path.join(base, "bin", "python")
    shared, alone = machine.path(".venvs", "shared"), machine.path(".venvs", "alone")
    machine.run(python, "-m", "venv", "--without-pip", "--system-site-packages", shared)
    machine.run(python, "-m", "venv", "--without-pip", alone)
    once(machine)
    assert machine.kernel_names() == {"shared"}
    ran = machine.run_cell("shared", "import sys; print(sys.prefix)").expect(0)
    assert ran.stdout.strip() == shared


def test_an_ipykernel_upgrade_is_seen(machine: Machine) -> None:
    """The metadata of the kernel follows the ipykernel that the environment has."""
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12")
    makers.install_ipykernel(machine, prefix, "<7")
    once(machine)
    assert _listed(machine, prefix)["ipykernel"].startswith("6.")
    makers.install_ipykernel(machine, prefix, ">=7")
    once(machine)
    assert _listed(machine, prefix)["ipykernel"].startswith("7.")
    own = os.path.join(prefix, "share", "jupyter", "kernels", "python3", "kernel.json")
    assert os.path.exists(own)


def test_an_installation_without_its_dependencies_is_not_offered(machine: Machine) -> None:
    """`pip install --no-deps ipykernel` cannot start, so it is no kernel."""
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12")
    python = os.path.join(prefix, "bin", "python")
    machine.run("uv", "pip", "install", "--quiet", "--no-deps", "--python", python, "ipykernel")
    machine.kernelsync("once")
    assert machine.kernel_names() == set()
    assert _listed(machine, prefix)["state"] != "kernel"
