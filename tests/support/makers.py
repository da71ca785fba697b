"""Makes environments with the real tools, the way their users do."""

from __future__ import annotations

import os

from support.real_tools import WITHOUT_JEDI

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

_COPYING = "copy_file_range,sendfile"
_SLOW = (
    "strace",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    f"trace={_COPYING}",
    "-e",
    f"inject={_COPYING}:delay_exit=2000",
)
_WRAPPER = '. "$(command -v virtualenvwrapper.sh)" >/dev/null && "$@"'


def install_ipykernel(
    machine: Machine, prefix: str, version: str = "", *, slowly: bool = False
) -> None:
    """Install ipykernel into an environment (by uv, from its cache: a second at most).

    `slowly`: as on a slow disk, with a delay after each file that is copied.
    """
    python = os.path.join(prefix, "bin", "python")
    options = ("--quiet", "--python", python, "--overrides", WITHOUT_JEDI)
    machine.run(*(_SLOW if slowly else ()), "uv", "pip", "install", *options, f"ipykernel{version}")


def uninstall_ipykernel(machine: Machine, prefix: str) -> None:
    """Take ipykernel out of an environment."""
    python = os.path.join(prefix, "bin", "python")
    machine.run("uv", "pip", "uninstall", "--quiet", "--python", python, "ipykernel")


def pip(machine: Machine, prefix: str, *arguments: str) -> None:
    """Run an environment's own pip, on the wheels that were downloaded once."""
    program = os.path.join(prefix, "bin", "pip")
    wheels = machine.tools.wheels()
    variables = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "PIP_NO_COMPILE": "1"}
    machine.run(program, *arguments, **variables)


def by_venv(machine: Machine, path: str, minor: str, *options: str) -> str:
    """`python -m venv`; returns the prefix, as all makers do."""
    prefix = machine.path(path)
    machine.run(machine.tools.pyenv.python(minor), "-m", "venv", *options, prefix)
    return prefix


def by_virtualenv(machine: Machine, path: str, minor: str) -> str:
    """`virtualenv -p`."""
    prefix = machine.path(path)
    machine.run("virtualenv", "--quiet", "-p", machine.tools.pyenv.python(minor), prefix)
    return prefix


def by_uv(machine: Machine, path: str, minor: str, *options: str) -> str:
    """`uv venv`: the fastest, so also the maker where the tool does not matter."""
    prefix = machine.path(path)
    python = machine.tools.pyenv.python(minor)
    machine.run("uv", "venv", "--quiet", "--python", python, *options, prefix)
    return prefix


def by_uv_sync(machine: Machine, project: str, minor: str) -> str:
    """`uv sync` in a project without dependencies: makes its `.venv`."""
    name = os.path.basename(project)
    machine.write(f"{project}/pyproject.toml", _pyproject(name))
    python = machine.tools.pyenv.python(minor)
    machine.run("uv", "sync", "--quiet", "--python", python, cwd=machine.path(project))
    return machine.path(project, ".venv")


def by_pyenv(machine: Machine, name: str, minor: str) -> str:
    """`pyenv virtualenv`; the prefix is the short one that people know."""
    machine.run("pyenv", "virtualenv", machine.tools.pyenv.versions[minor], name)
    return machine.path(".pyenv", "versions", name)


def by_mkvirtualenv(machine: Machine, name: str, minor: str, *options: str) -> str:
    """`mkvirtualenv -p`."""
    python = machine.tools.pyenv.python(minor)
    in_virtualenvwrapper(machine, "mkvirtualenv", "-p", python, *options, name)
    return machine.path(".virtualenvs", name)


def in_virtualenvwrapper(machine: Machine, *command: str) -> None:
    """Run one of virtualenvwrapper's shell functions in a shell that has sourced it."""
    python = os.path.join(machine.tools.bin, "python")
    machine.run("bash", "-c", _WRAPPER, "bash", *command, VIRTUALENVWRAPPER_PYTHON=python)


def by_poetry(machine: Machine, project: str, minor: str, *, in_project: bool = False) -> str:
    """`poetry install` for a project without dependencies, in its cache or in the project."""
    name = os.path.basename(project)
    directory = machine.path(project)
    machine.write(f"{project}/pyproject.toml", _pyproject(name) + _POETRY)
    if in_project:
        machine.write(f"{project}/poetry.toml", "[virtualenvs]\nin-project = true\n")
    machine.run("poetry", "env", "use", "--quiet", machine.tools.pyenv.python(minor), cwd=directory)
    machine.run("poetry", "install", "--quiet", cwd=directory)
    return machine.run("poetry", "env", "info", "--path", cwd=directory).stdout.strip()


_POETRY = "\n[tool.poetry]\npackage-mode = false\n"


def _pyproject(name: str) -> str:
    return f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = ">=3.8"\n'
