"""The machine with environments of all tools: a dozen and more, on six Pythons."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from support import makers
from support.machine import Machine
from support.made_once import made_once
from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.real_tools import RealTools

# The settings of this user: where projects are is the one thing that nobody can guess.
SETTINGS = """\
exclude: ["scratch-*"]
sources:
  venv:
    projects: [~/src]
"""

TRACE = os.path.join("first-pass", "trace")
"""Below the scratch directory: the system calls of the pass, as strace wrote them."""


def populate(scratch: str, tools: RealTools) -> Machine:
    """Return the populated machine, after one `kernelsync once` that strace watched."""

    def make(home: str) -> None:
        os.makedirs(home)
        machine = Machine(home, tools)
        machine.settings(SETTINGS)
        chains = (_with_pyenv, _with_virtualenvwrapper, _with_poetry, _with_the_rest)
        with ThreadPoolExecutor(len(chains)) as pool:
            for done in [pool.submit(chain, machine) for chain in chains]:
                done.result()

    machine = Machine(made_once(scratch, "populated", make), tools)
    made_once(scratch, os.path.dirname(TRACE), lambda path: _traced_pass(machine, path))
    return machine


def _traced_pass(machine: Machine, directory: str) -> None:
    os.makedirs(directory)
    log = os.path.join(directory, os.path.basename(TRACE))
    calls = "trace=execve,execveat,socket,connect"
    program = os.path.join(machine.tools.kernelsync, "bin", "kernelsync")
    command = ("strace", "-f", "-e", calls, "-o", log, program, "once")
    run(command, environ=machine.environ, cwd=machine.home).expect(0)


def _with_pyenv(machine: Machine) -> None:
    root = machine.path(".pyenv")
    machine.tools.pyenv.lend(root, minors=("3.8", "3.10"))
    prefixes = (
        machine.tools.pyenv.copy_version("3.12", root),
        makers.by_pyenv(machine, "thesis", "3.10"),
        makers.by_pyenv(machine, "survey", "3.8"),
    )
    _install(machine, prefixes)


def _with_virtualenvwrapper(machine: Machine) -> None:
    project = machine.path("src", "mapping")
    os.makedirs(project)
    prefixes = (
        makers.by_mkvirtualenv(machine, "data-science", "3.11"),
        makers.by_mkvirtualenv(machine, "mapping", "3.13", "-a", project),
        makers.by_mkvirtualenv(machine, "scratch-1", "3.11"),
    )
    _install(machine, prefixes)


def _with_poetry(machine: Machine) -> None:
    prefixes = (
        makers.by_poetry(machine, "work/billing-service", "3.9"),
        makers.by_poetry(machine, "src/invoices", "3.10", in_project=True),
    )
    _install(machine, prefixes)


def _with_the_rest(machine: Machine) -> None:
    machine.write("src/mono/pyproject.toml", '[project]\nname = "mono"\nversion = "1"\n')
    prefixes = (
        makers.by_venv(machine, ".venvs/legacy", "3.8"),
        makers.by_venv(machine, "src/app/.venv", "3.13"),
        makers.by_virtualenv(machine, "venvs/reports", "3.9"),
        makers.by_uv(machine, "envs/sketch", "3.11", "--seed"),
        makers.by_uv_sync(machine, "src/api", "3.12"),
        makers.by_uv(machine, "src/mono/packages/alpha/.venv", "3.13"),
        makers.by_uv(machine, ".venvs/プロジェクト", "3.12"),
    )
    _install(machine, prefixes)
    makers.by_uv(machine, ".venvs/plain", "3.12")


def _install(machine: Machine, prefixes: Sequence[str]) -> None:
    for prefix in prefixes:
        makers.install_ipykernel(machine, prefix)
