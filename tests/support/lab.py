"""Interpreters of all ages with their runtimes, and environments that have no ipykernel."""

from __future__ import annotations

import os
import platform
import sys

from kernelsync.runtimes.equipment import put_equipment
from support.borrowed_kernel import launch_argv, running
from support.built_runtimes import link_runtimes
from support.made_once import made_once
from support.other_pythons import OTHERS, program
from support.processes import run
from support.real_pyenv import MINORS, OLD_MINORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from support.borrowed_kernel import Kernel
    from support.processes import Result
    from support.real_tools import RealTools

ALL_MINORS = (*OLD_MINORS, *MINORS, *OTHERS)
# The last that makes environments of Python 2.7.
_OLD_VIRTUALENV = "virtualenv==20.21.1"


def key_of(minor: str) -> str:
    """Return the key of the runtime for one of the tests' Pythons on this machine."""
    letters = "pp" if minor.startswith("pypy") else "cp"
    flags = "mu" if minor == "2.7" else ""
    where = f"{sys.platform}-{platform.machine()}"
    return f"{letters}{minor.removeprefix('pypy').replace('.', '')}{flags}-{where}"


def _equipped(runtimes: str) -> None:
    os.makedirs(runtimes)
    put_equipment(runtimes)


class Lab:
    """What tests of the launcher work with, below a directory that all processes share."""

    def __init__(self, scratch: str, tools: RealTools) -> None:
        self.tools = tools
        self._scratch = os.path.join(scratch, "lab")
        self._kept = tools.network["UV_CACHE_DIR"]
        self.runtimes = made_once(self._scratch, "runtimes", _equipped)

    def runtime(self, minor: str) -> str:
        """Return the runtime of this Python."""
        key = key_of(minor)

        def link(_: str) -> None:
            link_runtimes(self.tools, [minor], self.runtimes)

        made_once(self._scratch, f"linked-{key}", link)
        return os.path.join(self.runtimes, key)

    def bare(self, minor: str) -> str:
        """Return an environment with nothing in it, only to be read."""

        def make(prefix: str) -> None:
            self.make(prefix, minor)
            # Python 2.7 compiles virtualenv's own files beside them when it first starts.
            self._run(os.path.join(prefix, "bin", "python"), "-c", "import json, subprocess")

        return made_once(self._scratch, f"bare-{minor}", make)

    def make(self, prefix: str, minor: str, *, pip: bool = False) -> str:
        """Make an environment without ipykernel, and return its directory."""
        python = self.tools.pyenv.python(minor)
        if minor == "2.7":
            options = () if pip else ("--no-pip", "--no-setuptools", "--no-wheel")
            program = os.path.join(self._old_virtualenv(), "bin", "virtualenv")
            self._run(program, "--quiet", "-p", python, *options, prefix)
        else:
            self._run(python, "-m", "venv", *(() if pip else ("--without-pip",)), prefix)
        return os.path.realpath(prefix)

    def site(self, prefix: str) -> str:
        """Return where the packages of an environment are."""
        (library,) = os.listdir(os.path.join(prefix, "lib"))
        return os.path.join(prefix, "lib", library, "site-packages")

    def install(self, prefix: str, minor: str, *packages: str) -> None:
        """Install packages into an environment, by the pip of its base."""
        options = ("--quiet", "--disable-pip-version-check", "--target", self.site(prefix))
        python = self.tools.pyenv.python(minor)
        self._run(python, "-m", "pip", "install", *options, *packages)

    def environ(self, home: str, **variables: str) -> dict[str, str]:
        """Return the environment of a Jupyter server, active in an environment of its own."""
        os.makedirs(home, exist_ok=True)
        return {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": f"{self.tools.jupyter}/bin:/usr/bin:/bin",
            "VIRTUAL_ENV": self.tools.jupyter,
            "IPYTHONDIR": os.path.join(home, ".ipython"),
            **variables,
        }

    def argv(self, prefix: str, minor: str, *options: str) -> list[str]:
        """Return the argv of an environment's kernel."""
        return launch_argv(program(prefix), self.runtime(minor), *options)

    def kernel(
        self, prefix: str, minor: str, environ: Mapping[str, str], stderr: int | None = None
    ) -> AbstractContextManager[Kernel]:
        """Run the kernel of an environment, in the home directory."""
        return running(self.argv(prefix, minor), environ, cwd=environ["HOME"], stderr=stderr)

    def _old_virtualenv(self) -> str:
        def make(prefix: str) -> None:
            uv, python = self.tools.uv, self.tools.pyenv.python("3.11")
            self._run(uv, "venv", "--quiet", "--python", python, prefix)
            self._run(uv, "pip", "install", "--quiet", "--python", prefix, _OLD_VIRTUALENV)

        return made_once(self._kept, "old-virtualenv", make)

    def _run(self, *command: str) -> Result:
        home = self.tools.network["UV_CACHE_DIR"]
        environ = {**self.tools.network, "HOME": home, "LANG": "C.UTF-8", "PATH": os.defpath}
        return run(command, environ=environ).expect(0)
