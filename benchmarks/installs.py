"""The tools to be compared, each installed in a virtual environment of its own."""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from dataclasses import dataclass

from sampling import MeasurementError

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
    wheels = f"{work}/wheels"
    for old in glob.glob(f"{wheels}/*.whl"):
        os.unlink(old)
    ours = _virtual_environment(f"{work}/tools/kernelsync")
    _run([f"{ours}/bin/pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, checkout])
    wheel = glob.glob(f"{wheels}/*.whl")[0]
    _run([f"{ours}/bin/pip", "install", "--quiet", wheel])
    _run([f"{ours}/bin/pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel])
    peers = {}
    for name, requirements in PEERS.items():
        peers[name] = _virtual_environment(f"{work}/tools/{name}")
        if not os.path.exists(f"{peers[name]}/.complete"):
            _run([f"{peers[name]}/bin/pip", "install", "--quiet", *requirements])
    for directory in (ours, *peers.values()):
        _run(
            [f"{directory}/bin/python", "-m", "compileall", "-qq", f"{directory}/lib"],
            accept=(0, 1),
        )
        with open(f"{directory}/.complete", "w", encoding="utf-8"):
            pass
    versions = {**_versions(ours), **_versions(peers["jupyter"]), **_versions(peers["nbvenv"])}
    return Tools(kernelsync=ours, **peers, versions={"python": sys.version.split()[0], **versions})


def _virtual_environment(directory: str) -> str:
    if not os.path.exists(f"{directory}/bin/pip"):
        _run([sys.executable, "-m", "venv", directory])
        # The console scripts of old pips import `re` before the program starts.
        _run([f"{directory}/bin/pip", "install", "--quiet", "--upgrade", "pip"])
    return directory


def _versions(directory: str) -> dict[str, str]:
    """Return the versions that say what was compared."""
    freeze = _run([f"{directory}/bin/pip", "list", "--format", "freeze"])
    pairs = (line.split("==", 1) for line in freeze.splitlines() if "==" in line)
    wanted = ("pip", "kernelsync", "jupyter_client", "nb_venv_kernels")
    return {name: version for name, version in pairs if name.replace("-", "_") in wanted}


def _run(command: list[str], *, accept: tuple[int, ...] = (0,)) -> str:
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environ)
    if done.returncode not in accept:
        message = f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-2000:]}"
        raise MeasurementError(message)
    return done.stdout
