"""What is found is never run, and the network is never used."""

from __future__ import annotations

import os
import re

import pytest

from support.inhabitants import INHABITANTS
from support.population import TRACE
from support.quick import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_a_pass_starts_no_program_and_opens_no_connection(
    populated: Machine, shared_scratch: str
) -> None:
    """In the first pass over all environments, strace saw one execve, and no network socket.

    (The C library asks its name service cache by a local socket, whom a user id belongs to.)
    """
    assert len(populated.kernel_names()) == len(INHABITANTS)
    with open(os.path.join(shared_scratch, TRACE), encoding="utf-8", errors="replace") as file:
        calls = file.read().splitlines()
    started = [call for call in calls if "execve" in call]
    assert len(started) == 1, "\n".join(started)
    assert f"{populated.tools.kernelsync}/bin/kernelsync" in started[0]
    sockets = [call for call in calls if re.search(r"\b(socket|connect)\(", call)]
    assert [call for call in sockets if "AF_UNIX" not in call] == []


def test_a_planted_interpreter_is_not_run(machine: Machine, tmp_path: Path) -> None:
    """An environment whose `bin/python`, hooks and scripts would leave a trace leaves none."""
    trace = tmp_path / "somebody-ran-me"
    prefix = environment(machine, ".venvs/canary")
    binaries = os.path.join(prefix, "bin")
    for name in os.listdir(binaries):
        _plant(os.path.join(binaries, name), trace)
    for hook in ("postactivate", "sitecustomize.py", "pip"):
        _plant(os.path.join(binaries, hook), trace)
    _plant(machine.path(".pyenv", "shims", "python"), trace)
    machine.kernelsync("once")
    machine.kernelsync("list", "--all")
    machine.kernelsync("explain", prefix)
    machine.kernelsync("init", "--yes")
    assert not trace.exists(), trace.read_text(encoding="utf-8")


def test_a_planted_module_is_not_imported(machine: Machine, tmp_path: Path) -> None:
    """The `.pth` files and `sitecustomize` of an environment are files to us, not code."""
    trace = tmp_path / "somebody-imported-me"
    prefix = environment(machine, ".venvs/canary")
    packages = os.path.join(prefix, "lib", "python3.12", "site-packages")
    code = f"import os; open({str(trace)!r}, 'a').write('imported')\n"
    for name in ("canary.pth", "sitecustomize.py", "usercustomize.py", "kernelsync.py"):
        with open(os.path.join(packages, name), "w", encoding="utf-8") as file:
            file.write(code)
    machine.kernelsync("once", cwd=packages).expect(0)
    assert "canary" in machine.kernel_names()
    assert not trace.exists()


def _plant(path: str, trace: Path) -> None:
    """Put a program at the path that would leave a trace when somebody runs it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\necho "$0 $*" >>"{trace}"\n')
    os.chmod(path, 0o755)  # noqa: S103 - it must be possible to run it
