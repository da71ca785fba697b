"""The tools to be compared, each installed in a virtual environment of its own."""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from dataclasses import dataclass

from sampling import MeasurementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PEERS = {"jupyter": ["jupyter-client>=8.6"], "nbvenv": ["nb-venv-kernels>=1.2.46"]}
"""nb_venv_kernels replaces Jupyter's manager wherever it is installed, so it is kept apart."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """Where the tools are: the directories of their virtual environments, and all versions."""

    kernelsync: str
    jupyter: str
    nbvenv: str
    versions: dict[str, str]


def install(work: str, checkout: str) -> Tools:
    """Install kernelsync from the checkout (always anew) and its peers (unless they are there).

    Raises:
        MeasurementError: pip failed.
    """
    ours = install_ours(work, checkout)
    peers = {}
    for name, requirements in PEERS.items():
        peers[name] = virtual_environment(f"{work}/tools/{name}")
        if not os.path.exists(f"{peers[name]}/.complete"):
            run([f"{peers[name]}/bin/pip", "install", "--quiet", *requirements])
    for directory in peers.values():
        run(
            [f"{directory}/bin/python", "-m", "compileall", "-qq", f"{directory}/lib"],
            accept=(0, 1),
        )
        with open(f"{directory}/.complete", "w", encoding="utf-8"):
            pass
    names = ("pip", "kernelsync", "jupyter_client", "nb_venv_kernels")
    versions: dict[str, str] = {}
    for directory in (ours, *peers.values()):
        versions.update(versions_of(directory, names))
    return Tools(kernelsync=ours, **peers, versions={"python": sys.version.split()[0], **versions})


def install_ours(work: str, checkout: str) -> str:
    """Install kernelsync from the checkout, and return the directory of its environment."""
    wheels = f"{work}/wheels"
    for old in glob.glob(f"{wheels}/*.whl"):
        os.unlink(old)
    ours = virtual_environment(f"{work}/tools/kernelsync")
    run([f"{ours}/bin/pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, checkout])
    wheel = glob.glob(f"{wheels}/*.whl")[0]
    run([f"{ours}/bin/pip", "install", "--quiet", wheel])
    run([f"{ours}/bin/pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel])
    run([f"{ours}/bin/python", "-m", "compileall", "-qq", f"{ours}/lib"], accept=(0, 1))
    return ours


def virtual_environment(directory: str) -> str:
    """Return a virtual environment with the current pip, made if it is not there."""
    if not os.path.exists(f"{directory}/bin/pip"):
        run([sys.executable, "-m", "venv", directory])
        # The console scripts of old pips import `re` before the program starts.
        run([f"{directory}/bin/pip", "install", "--quiet", "--upgrade", "pip"])
    return directory


def versions_of(directory: str, wanted: Iterable[str]) -> dict[str, str]:
    """Return the versions that say what was compared."""
    freeze = run([f"{directory}/bin/pip", "list", "--format", "freeze"])
    pairs = (line.split("==", 1) for line in freeze.splitlines() if "==" in line)
    names = frozenset(wanted)
    return {name: version for name, version in pairs if name.replace("-", "_") in names}


def run(command: list[str], *, accept: tuple[int, ...] = (0,)) -> str:
    """Run a program of the installation, and return what it printed.

    Raises:
        MeasurementError: it ended with another code than those accepted.
    """
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environ)
    if done.returncode not in accept:
        message = f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-2000:]}"
        raise MeasurementError(message)
    return done.stdout
