"""The real programs of the tests: the tools that make environments, Jupyter, and kernelsync."""

from __future__ import annotations

import os
import sys

from support.made_once import made_once
from support.processes import run
from support.programs import need
from support.real_pyenv import RealPyenv
from support.stub_wheel import make_stub_wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# A directory that keeps tools and downloads between test runs.
CACHE_VARIABLE = "KERNELSYNC_TEST_TOOLS"

OLD_IPYKERNEL, NEW_IPYKERNEL = "ipykernel==6.29.5", "ipykernel>=7"
"""What `RealTools.wheels` has."""

WITHOUT_JEDI = os.path.join(os.path.dirname(os.path.abspath(__file__)), "without-jedi.txt")

_TOOLS = ("poetry>=2", "virtualenv>=20.26", "virtualenvwrapper>=6.1")
_JUPYTER = ("ipykernel", "jupyter_client>=8.6", "jupyter_core>=5.7", "nbclient>=0.10")

# How this machine reaches a package index; nothing else of its environment reaches a test.
_NETWORK = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
)


class RealTools:
    """Where the programs are.

    `pyenv` is the machine's own, only to be read. `bin` holds poetry, uv, virtualenv and
    virtualenvwrapper. `kernelsync` is an environment in which the wheel of this project is
    installed, `jupyter` one with the user's Jupyter.
    """

    def __init__(self, pyenv: RealPyenv, network: Mapping[str, str], kept: str) -> None:
        self.pyenv = pyenv
        self._kept = kept
        self.network = {**network, "UV_CACHE_DIR": os.path.join(kept, "uv-cache")}
        self.bin = os.path.join(made_once(kept, "tools", self._make_tools), "bin")
        self.uv = os.path.join(self.bin, "uv")
        self.jupyter = made_once(kept, "jupyter", self._make_jupyter)
        self.kernelsync = ""

    @classmethod
    def set_up(cls, scratch: str, environ: Mapping[str, str]) -> RealTools:
        """Find or make all of them; `scratch` is this test run's own directory."""
        network = {name: environ[name] for name in _NETWORK if name in environ}
        need("strace")
        kept = os.path.abspath(environ.get(CACHE_VARIABLE) or os.path.join(scratch, "tools"))
        tools = cls(RealPyenv.find(environ), network, kept)
        tools.kernelsync = made_once(scratch, "kernelsync", tools.install_kernelsync)
        return tools

    def wheels(self) -> str:
        """Return a directory with two ipykernels and all that they need, for Python 3.12."""
        return made_once(self._kept, "wheels", self._make_wheels)

    def install_kernelsync(self, prefix: str, python: str = sys.executable) -> None:
        """Build the wheel of this project, and install it into an environment of its own."""
        self._make(prefix, self.build_wheel(f"{prefix}-wheel"), python=python)

    def build_wheel(self, directory: str) -> str:
        """Build the wheel of this project in a new directory, and return its path."""
        self._run(self.uv, "build", "--quiet", "--wheel", "--out-dir", directory, SOURCE)
        (wheel,) = (name for name in os.listdir(directory) if name.endswith(".whl"))
        return os.path.join(directory, wheel)

    def _make_tools(self, prefix: str) -> None:
        self._run(sys.executable, "-m", "venv", prefix)
        binaries = os.path.join(prefix, "bin")
        self._run(os.path.join(binaries, "pip"), "install", "--quiet", "uv>=0.5")
        install = ("pip", "install", "--quiet", "--python", prefix)
        self._run(os.path.join(binaries, "uv"), *install, *_TOOLS)

    def _make_wheels(self, directory: str) -> None:
        os.makedirs(directory)
        python = self.pyenv.python("3.12")
        compiling = ("pip", "compile", "--quiet", "--python", python, "--overrides", WITHOUT_JEDI)
        for wanted in (OLD_IPYKERNEL, NEW_IPYKERNEL):
            asked, pinned = f"{directory}/{wanted}.in", f"{directory}/{wanted}.txt"
            with open(asked, "w", encoding="utf-8") as file:
                file.write(f"{wanted}\n")
            self._run(self.uv, *compiling, asked, "--output-file", pinned)
            downloading = ("pip", "download", "--quiet", "--no-deps", "--dest", directory)
            self._run(python, "-m", *downloading, "--requirement", pinned)
        make_stub_wheel(directory, "jedi", "0.99")

    def _make_jupyter(self, prefix: str) -> None:
        self._make(prefix, *_JUPYTER)

    def _make(self, prefix: str, *packages: str, python: str = sys.executable) -> None:
        self._run(self.uv, "venv", "--quiet", "--python", python, prefix)
        self._run(self.uv, "pip", "install", "--quiet", "--python", prefix, *packages)

    def _run(self, *command: str) -> None:
        home = self.network["UV_CACHE_DIR"]
        os.makedirs(home, exist_ok=True)
        environ = {**self.network, "HOME": home, "LANG": "C.UTF-8", "PATH": os.defpath}
        run(command, environ=environ).expect(0)
