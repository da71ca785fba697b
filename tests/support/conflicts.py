"""Environments with one old or odd package that a kernel rests on, and what becomes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from queue import Empty

from support.borrowed_kernel import launch_argv, running
from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STRATEGIES = ("finder", "append", "prepend")

# Wheels exist for pure packages everywhere; the others are listed by Python.
_PURE = (
    *("traitlets==4.3.3", "traitlets==5.0.5", "traitlets==5.4.0", "traitlets==5.9.0"),
    *("jupyter_client==5.3.5", "jupyter_client==6.1.12", "jupyter_client==7.0.6"),
    *("jupyter_client==7.4.9", "ipython==5.10.0", "ipython==7.16.3", "ipython==7.34.0"),
    *("ipython==8.5.0", "typing_extensions==3.7.4.3", "typing_extensions==4.0.1"),
    *("jedi==0.10.2", "jedi==0.16.0", "jedi==0.17.2", "jedi==0.18.2"),
    *("parso==0.1.1", "parso==0.7.1", "parso==0.8.0", "pygments==2.2.0", "pygments==2.4.2"),
    *("python-dateutil==2.2", "python-dateutil==2.5.3", "python-dateutil==2.8.2"),
    *("jupyter_core==4.6.3", "jupyter_core==4.12.0", "jupyter_core==5.0.0"),
    *("executing==0.8.3", "executing==1.2.0", "asttokens==2.0.8", "stack_data==0.2.0"),
    *("pure_eval==0.1.0", "prompt_toolkit==1.0.18", "prompt_toolkit==2.0.10"),
    *("prompt_toolkit==3.0.20", "wcwidth==0.1.9", "decorator==4.0.11", "decorator==5.1.1"),
    *("pickleshare==0.7.5", "backcall==0.1.0", "six==1.9.0", "matplotlib-inline==0.1.2"),
    *("nest_asyncio==1.4.0", "packaging==20.0", "platformdirs==2.0.0", "comm==0.0.1"),
    *("comm==0.1.1", "entrypoints==0.3", "ptyprocess==0.5.2", "pexpect==4.2.1"),
)
_COMPILED = {
    "3.8": ("tornado==4.5.3", "tornado==6.1", "pyzmq==22.3.0", "psutil==5.9.0", "debugpy==1.5.1"),
    "3.13": ("tornado==4.5.3", "tornado==6.4.2", "pyzmq==26.2.0", "psutil==6.1.0"),
    "3.14": ("tornado==4.5.3", "tornado==6.5.2", "pyzmq==27.1.0", "psutil==6.1.0"),
}
_MODULES = {
    "ipython": "IPython",
    "python-dateutil": "dateutil",
    "pyzmq": "zmq",
    "matplotlib-inline": "matplotlib_inline",
}

_AS_PATH = """
import sys
sys.path.{0}
import ipykernel.kernelapp
ipykernel.kernelapp.launch_new_instance()
"""
# A newer matplotlib-inline cannot be imported without matplotlib, in any kernel.
_CELL = """
import importlib, importlib.util
print(sum(range(4)))
try:
    importlib.import_module({0!r})
except ImportError as error:
    if error.name != "matplotlib":
        raise
print(importlib.util.find_spec({0!r}).origin)
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one kernel: whether it ran and completed, whose package its user imports."""

    runs: bool
    own: bool
    why: str = ""


def cases(minor: str) -> tuple[str, ...]:
    """Return the requirements, each for an environment of its own."""
    return (*_PURE, *_COMPILED.get(minor, ()))


def module_of(requirement: str) -> str:
    """Return what a package is imported as."""
    name = requirement.partition("==")[0]
    return _MODULES.get(name, name)


def environment(
    python: str, requirement: str, prefix: str, network: Mapping[str, str], *, whole: bool = False
) -> None:
    """Make an environment with this package; only if `whole`, with what it needs as well."""
    environ = {**network, "HOME": os.path.dirname(prefix), "PATH": os.defpath, "LANG": "C.UTF-8"}
    run((python, "-m", "venv", "--without-pip", prefix), environ=environ).expect(0)
    (library,) = os.listdir(os.path.join(prefix, "lib"))
    site = os.path.join(prefix, "lib", library, "site-packages")
    options = ["--quiet", "--target", site, "--disable-pip-version-check"]
    options += [] if whole else ["--no-deps"]
    run((python, "-m", "pip", "install", *options, requirement), environ=environ).expect(0)


def attempt(
    prefix: str,
    requirement: str,
    runtime: str,
    environ: Mapping[str, str],
    strategy: str = "finder",
) -> Answer:
    """Run a cell in this environment, with the runtime lent by one strategy."""
    with open(os.path.join(prefix, f"{strategy}.log"), "w+b") as log:
        try:
            argv = _argv(os.path.join(prefix, "bin", "python"), runtime, strategy)
            with running(argv, environ, cwd=prefix, stderr=log.fileno()) as kernel:
                total, file = kernel.run(_CELL.format(module_of(requirement))).split()
                # A package that is too old may break this alone: no answer comes then.
                kernel.ask("complete", "importlib.import_mo", len("importlib.import_mo"))
        except (AssertionError, RuntimeError, TimeoutError, ValueError, Empty) as error:
            log.seek(0)
            said = log.read().decode(errors="replace").strip().splitlines()
            return Answer(runs=False, own=False, why=said[-1] if said else str(error)[-200:])
    return Answer(runs=total == "6", own=file.startswith(prefix + os.sep))


def _argv(python: str, runtime: str, strategy: str) -> Sequence[str]:
    if strategy == "finder":
        return launch_argv(python, runtime)
    site = os.path.join(runtime, "current", "site")
    how = {"append": f"append({site!r})", "prepend": f"insert(0, {site!r})"}[strategy]
    return [python, "-c", _AS_PATH.format(how), "-f", "{connection_file}"]
