"""The machine of borrowers: environments without ipykernel on every Python, and runtimes."""

from __future__ import annotations

import os
from dataclasses import dataclass

from support.built_runtimes import RUNTIMES, kept, link_runtimes
from support.machine import Machine
from support.made_once import made_once
from support.other_pythons import OTHERS
from support.real_pyenv import MINORS, OLD_MINORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from support.real_tools import RealTools

_OLD_VIRTUALENV = "virtualenv==20.21.1"
"""The last that makes environments of Python 2.7."""


@dataclass(frozen=True)
class Borrower:
    """One environment without ipykernel: `maker` is venv, uv, virtualenv or pyenv (bare)."""

    maker: str
    minor: str

    @property
    def kernel(self) -> str:
        """The name of its kernel, but for the version of a bare interpreter."""
        return f"{self.maker}{self.minor}"

    def prefix(self, machine: Machine) -> str:
        """Return its directory."""
        if self.maker == "pyenv":
            return machine.path(".pyenv", "versions", self.version(machine))
        return machine.path(".venvs", self.kernel)

    def version(self, machine: Machine) -> str:
        """Return its full version."""
        if self.minor in OTHERS:
            code = "import platform; print(platform.python_version())"
            return machine.run(machine.tools.pyenv.python(self.minor), "-c", code).stdout.strip()
        return os.path.basename(machine.tools.pyenv.prefix(self.minor))


BORROWERS: Sequence[Borrower] = (
    Borrower("virtualenv", "2.7"),
    *(Borrower("venv", minor) for minor in (*OLD_MINORS[1:], *MINORS)),
    *(Borrower(maker, minor) for minor in OTHERS for maker in ("venv", "uv")),
    *(Borrower("uv", minor) for minor in ("3.8", "3.13")),
    *(Borrower("pyenv", minor) for minor in ("2.7", "3.6", "3.9", "3.12")),
)


def furnish(machine: Machine, minors: Collection[str]) -> None:
    """Give a user the runtimes of these Pythons, as `kernelsync runtime install` makes them."""
    link_runtimes(machine.tools, minors, machine.path(RUNTIMES))


def with_borrowers(scratch: str, tools: RealTools) -> Machine:
    """Return the machine with all borrowers and runtimes, after one pass; only to be read."""

    def make(home: str) -> None:
        os.makedirs(home)
        machine = Machine(home, tools)
        furnish(machine, (*OLD_MINORS, *MINORS, *OTHERS))
        for borrower in BORROWERS:
            make_borrower(machine, borrower)
        machine.kernelsync("once").expect(0)

    return Machine(made_once(scratch, "borrowers", make), tools)


def make_borrower(machine: Machine, borrower: Borrower) -> str:
    """Make one environment, and return its directory."""
    prefix, python = borrower.prefix(machine), machine.tools.pyenv.python(borrower.minor)
    os.makedirs(os.path.dirname(prefix), exist_ok=True)
    if borrower.maker == "pyenv":
        real = machine.tools.pyenv.prefix(borrower.minor)
        os.makedirs(prefix)
        for name in ("bin", "include", "lib", "share"):
            os.symlink(os.path.join(real, name), os.path.join(prefix, name))
    elif borrower.maker == "uv":
        machine.run("uv", "venv", "--quiet", "--python", python, prefix)
    elif borrower.maker == "virtualenv":
        old = made_once(
            kept(machine.tools),
            "virtualenv-for-2.7",
            lambda at: _install_virtualenv(machine, at),
        )
        options = ("--no-pip", "--no-setuptools", "--no-wheel")
        machine.run(os.path.join(old, "bin", "virtualenv"), "-p", python, *options, prefix)
    else:
        machine.run(python, "-m", "venv", "--without-pip", prefix)
    return prefix


def _install_virtualenv(machine: Machine, prefix: str) -> None:
    machine.run("uv", "venv", "--quiet", "--python", machine.tools.pyenv.python("3.11"), prefix)
    machine.run("uv", "pip", "install", "--quiet", "--python", prefix, _OLD_VIRTUALENV)
