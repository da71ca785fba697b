"""What kernels need beside the runtimes is put there by a pass, and renewed by it."""

from __future__ import annotations

import os
import shutil

import pytest

from support.borrowers import RUNTIMES
from support.quick import environment, once
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_STAND_IN = os.path.join(RUNTIMES, "bin", "pip")
_LAUNCHER = os.path.join(RUNTIMES, "launch.py")
_CELL = "!pip --version\nprint(_exit_code)"
_MEMORY = os.path.join(".cache", "kernelsync")


def _content(machine: Machine, path: str) -> bytes:
    with open(machine.path(path), "rb") as file:
        return file.read()


def test_pip_in_an_environment_without_it_is_uv_or_nobody(machine: Machine) -> None:
    """Never the pip of another Python, which would be the next one on PATH."""
    prefix = environment(machine, ".venvs/thesis")
    assert not os.path.exists(os.path.join(prefix, "bin", "pip"))
    other = machine.write(".other/pip", "#!/bin/sh\necho the pip of another Python\n")
    os.chmod(other, 0o700)
    machine.environ["PATH"] = f"{os.path.dirname(other)}:{machine.environ['PATH']}"
    once(machine)
    *said, code = machine.run_cell("thesis", _CELL).expect(0).lines
    assert code == "1", said
    assert f"{prefix}/bin/python has no pip, and uv was not found" in said[0]
    os.makedirs(machine.path(".local", "bin"))
    os.symlink(machine.tools.uv, machine.path(".local", "bin", "uv"))
    *said, code = machine.run_cell("thesis", _CELL).expect(0).lines
    assert code == "0", said
    assert said[0].startswith("uv")


def test_a_second_pass_writes_nothing_beside_the_runtimes_either(machine: Machine) -> None:
    """The first one has put everything there, and known that it would."""
    environment(machine, ".venvs/thesis")
    once(machine, "--dry-run")
    assert not os.path.exists(machine.path(RUNTIMES))
    once(machine)
    before = identities(machine.home)
    assert machine.path(_STAND_IN) in before
    assert "nothing to do" in once(machine).stdout
    assert identities(machine.home) == before


def test_what_was_removed_comes_back(machine: Machine) -> None:
    """Also where nothing else has changed."""
    environment(machine, ".venvs/thesis")
    once(machine)
    once(machine)
    os.unlink(machine.path(_LAUNCHER))
    machine.remove(RUNTIMES, "bin")
    once(machine)
    assert _content(machine, _LAUNCHER).startswith(b'"""Run a kernel in this interpreter')
    assert os.access(machine.path(_STAND_IN), os.X_OK)


def test_an_older_launcher_is_renewed(machine: Machine) -> None:
    """By the first pass of a new version, which has no memory; and whenever one is installed."""
    environment(machine, ".venvs/thesis")
    once(machine)
    ours = _content(machine, _LAUNCHER)
    machine.write(_LAUNCHER, "# of an older version\n")
    shutil.rmtree(machine.path(_MEMORY))
    once(machine)
    assert _content(machine, _LAUNCHER) == ours
    machine.write(_LAUNCHER, "# of an older version\n")
    machine.kernelsync("runtime", "install", "--missing").expect(0)
    assert _content(machine, _LAUNCHER) == ours


def test_what_cannot_be_put_there_is_a_problem(machine: Machine) -> None:
    """The kernels are published all the same; it is said what to do."""
    environment(machine, ".venvs/thesis")
    os.makedirs(machine.path(_LAUNCHER, "of somebody"))
    said = machine.kernelsync("once").expect(1)
    assert "renewing the launcher in" in said.stderr
    assert f"~/{_LAUNCHER}\n" in said.stderr
    assert "permissions" in said.stderr
    assert machine.kernel_names() == {"thesis"}


def test_where_nobody_needs_it_nothing_is_put_there(machine: Machine) -> None:
    """The kernel's environment has a pip of its own."""
    prefix = environment(machine, ".venvs/thesis")
    os.symlink("python", os.path.join(prefix, "bin", "pip"))
    once(machine)
    assert machine.kernel_names() == {"thesis"}
    assert not os.path.exists(machine.path(RUNTIMES))
