"""What the probe reads from files is what each real interpreter says of itself."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest

from kernelsync.model.environment import Condition
from kernelsync.probe.probe import Prober
from support.other_pythons import OTHERS, program
from support.probe_trees import (
    NEEDED,
    candidate_of,
    install,
    install_ipykernel,
    surroundings_of,
    write,
)
from support.programs import MissingToolError
from support.real_pyenv import MINORS, RealPyenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kernelsync.model.environment import Environment, Interpreter

# Taken while tests are collected: each test has its own.
_ENVIRON = dict(os.environ)
_VENV_MINORS = ("3.8", "3.10", "3.12", "3.13")
_QUESTION = """
import json, os, platform, sys, sysconfig
print(json.dumps({
    "version": platform.python_version(),
    "minor": "%d.%d" % sys.version_info[:2],
    "prefix": sys.prefix,
    "site": sysconfig.get_path("purelib"),
    "stdlib": os.path.dirname(os.__file__),
    "soabi": sysconfig.get_config_var("SOABI"),
    "machine": platform.machine(),
}))
"""
_LAUNCHER = """
import importlib.util
found = importlib.util.find_spec("ipykernel_launcher")
print(found.origin if found else "")
"""


@pytest.fixture(scope="module")
def pyenv() -> RealPyenv:
    """Return the pyenv of this machine: without one these tests fail."""
    return RealPyenv.find(_ENVIRON)


@pytest.fixture
def versions(pyenv: RealPyenv, tmp_path: Path) -> dict[str, str]:
    """Return a PYENV_ROOT of links to the real versions, as prefixes by minor version."""
    os.mkdir(f"{tmp_path}/versions")
    prefixes = {}
    for name in _real_versions(pyenv):
        prefix = f"{tmp_path}/versions/{name}"
        os.symlink(f"{pyenv.root}/versions/{name}", prefix)
        prefixes[".".join(name.split(".")[:2])] = prefix
    return {**prefixes, **OTHERS}


def _real_versions(pyenv: RealPyenv) -> list[str]:
    installed = sorted(os.listdir(f"{pyenv.root}/versions"))
    old = [name for name in installed if name.startswith("2.7.")]
    if not old:
        message = "these tests need Python 2.7 in pyenv: run `pyenv install 2.7.18`"
        raise MissingToolError(message)
    return [*pyenv.versions.values(), old[-1]]


def _ask(python: str, question: str, environ: Mapping[str, str] | None = None) -> str:
    plain = {"PATH": os.defpath, "HOME": os.environ["HOME"], **(environ or {})}
    asked = subprocess.run(
        (python, "-c", question), env=plain, capture_output=True, text=True, check=True
    )
    return asked.stdout.strip()


def _make_venv(python: str, prefix: str, *options: str) -> str:
    command = (python, "-m", "venv", "--without-pip", *options, prefix)
    subprocess.run(command, check=True, capture_output=True)
    return prefix


def _probe(prefix: str, environ: Mapping[str, str] | None = None, **facts: object) -> Environment:
    surroundings = surroundings_of(os.environ["HOME"], environ=environ or {})
    return Prober(surroundings, now=time.time()).probe(candidate_of(prefix, **facts))


def _assert_same(environment: Environment, said: Mapping[str, str]) -> Interpreter:
    interpreter = environment.interpreter
    assert interpreter is not None
    assert interpreter.version == said["version"]
    assert interpreter.minor == said["minor"]
    assert os.path.realpath(interpreter.stdlib) == os.path.realpath(said["stdlib"])
    if said["soabi"]:
        abi = interpreter.abi.removeprefix("cp").replace("pp", "pypy")
        assert f"-{abi}-" in f"-{said['soabi']}-"
    assert interpreter.machine == said["machine"]
    assert os.path.realpath(said["prefix"]) == environment.candidate.real
    watched = [os.path.realpath(path) for path in environment.watch_points]
    assert os.path.realpath(said["site"]) in watched
    return interpreter


@pytest.mark.parametrize("minor", ["2.7", *MINORS])
def test_a_bare_interpreter_is_read_right(versions: dict[str, str], minor: str) -> None:
    """Every version that pyenv has here, Python 2 included."""
    prefix = versions[minor]
    said = json.loads(_ask(f"{prefix}/bin/python", _QUESTION))
    environment = _probe(prefix, base=True)
    interpreter = _assert_same(environment, said)
    assert interpreter.path == f"{prefix}/bin/python"
    assert environment.problems == ()


@pytest.mark.parametrize("options", [(), ("--copies",), ("--system-site-packages",)])
@pytest.mark.parametrize("minor", [*_VENV_MINORS, *OTHERS])
def test_a_venv_is_read_right(
    versions: dict[str, str], tmp_path: Path, minor: str, options: tuple[str, ...]
) -> None:
    """Linked, copied, and with the base's packages."""
    prefix = _make_venv(program(versions[minor]), f"{tmp_path}/env", *options)
    said = json.loads(_ask(f"{prefix}/bin/python", _QUESTION))
    environment = _probe(prefix)
    interpreter = _assert_same(environment, said)
    assert interpreter.path == f"{prefix}/bin/python"
    assert environment.condition is Condition.NO_IPYKERNEL
    assert environment.problems == ()


def test_an_upgraded_venv_is_read_right(versions: dict[str, str], tmp_path: Path) -> None:
    """pyvenv.cfg then says 3.13, and bin/python still runs 3.12."""
    prefix = _make_venv(f"{versions['3.12']}/bin/python", f"{tmp_path}/env")
    _make_venv(f"{versions['3.13']}/bin/python", prefix, "--upgrade")
    said = json.loads(_ask(f"{prefix}/bin/python", _QUESTION))
    environment = _probe(prefix)
    _assert_same(environment, said)
    assert said["minor"] == "3.12"
    assert [problem.code for problem in environment.problems] == ["environment-degraded"]


def test_a_venv_of_a_venv_is_read_right(versions: dict[str, str], tmp_path: Path) -> None:
    """Its `home` is the first one's bin."""
    first = _make_venv(f"{versions['3.12']}/bin/python", f"{tmp_path}/first")
    second = _make_venv(f"{first}/bin/python", f"{tmp_path}/second")
    _assert_same(_probe(second), json.loads(_ask(f"{second}/bin/python", _QUESTION)))


def test_a_moved_and_linked_venv_is_read_right(versions: dict[str, str], tmp_path: Path) -> None:
    """A kernel works there; only console scripts would not."""
    made = _make_venv(f"{versions['3.12']}/bin/python", f"{tmp_path}/before")
    os.rename(made, f"{tmp_path}/after")
    os.symlink(f"{tmp_path}/after", f"{tmp_path}/short")
    prefix = f"{tmp_path}/short"
    environment = _probe(prefix)
    said = json.loads(_ask(f"{prefix}/bin/python", _QUESTION))
    interpreter = environment.interpreter
    assert interpreter is not None
    assert (interpreter.path, said["prefix"]) == (f"{prefix}/bin/python", prefix)
    assert environment.problems == ()


def test_a_dangling_venv_cannot_run_and_is_broken(versions: dict[str, str], tmp_path: Path) -> None:
    """As after `pyenv uninstall`."""
    link = versions["3.12"]
    prefix = _make_venv(f"{link}/bin/python", f"{tmp_path}/env")
    os.remove(f"{prefix}/bin/python")
    os.symlink(f"{link}/bin/python3.12", f"{prefix}/bin/python")
    os.remove(link)
    with pytest.raises(FileNotFoundError):
        _ask(f"{prefix}/bin/python", _QUESTION)
    assert _probe(prefix).condition is Condition.BROKEN


@pytest.mark.parametrize("minor", _VENV_MINORS)
def test_the_order_of_sys_path_is_the_interpreters(
    versions: dict[str, str], tmp_path: Path, minor: str
) -> None:
    """The environment's own ipykernel before the user's, and the user's where it is alone."""
    python = f"{versions[minor]}/bin/python"
    prefix = _make_venv(python, f"{tmp_path}/env", "--system-site-packages")
    environ = {"PYTHONUSERBASE": f"{tmp_path}/user"}
    users = f"{tmp_path}/user/lib/python{minor}/site-packages"
    own = f"{prefix}/lib/python{minor}/site-packages"
    for site, version in ((users, "1.0.0"), (own, "2.0.0")):
        install_ipykernel(site, version)
        origin = _ask(f"{prefix}/bin/python", _LAUNCHER, environ)
        assert origin == f"{site}/ipykernel_launcher.py"
        assert _probe(prefix, environ).ipykernel == version


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{source}\n", True),
        ("# {source}\n", False),
        ("nested\n", True),
        ("import site; site.addsitedir('{source}')\n", True),
        ("{source}/absent\n", False),
    ],
)
def test_pth_files_mean_what_the_interpreter_makes_of_them(
    versions: dict[str, str], tmp_path: Path, text: str, *, found: bool
) -> None:
    """Paths, comments, relative paths and the one call that is recognised."""
    prefix = _make_venv(f"{versions['3.12']}/bin/python", f"{tmp_path}/env")
    site = f"{prefix}/lib/python3.12/site-packages"
    for package in NEEDED:
        write(f"{site}/{package}/__init__.py")
    install(site, "ipykernel", "7.4.0")
    source = f"{tmp_path}/source"
    write(f"{source}/ipykernel_launcher.py")
    if text.startswith("nested"):
        write(f"{site}/nested/ipykernel_launcher.py")
    write(f"{site}/x.pth", text.format(source=source))
    assert bool(_ask(f"{prefix}/bin/python", _LAUNCHER)) is found
    assert (_probe(prefix).condition is Condition.READY) is found
