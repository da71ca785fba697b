"""Broken, not ready and ready are told apart by what is on disk, and by its age."""

from __future__ import annotations

import os
import shutil

import pytest

from kernelsync.model.environment import Condition
from support.probe_trees import (
    NOW,
    elf,
    install_ipykernel,
    link,
    make_base,
    make_ready,
    make_venv,
    probe,
    program,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.environment import Environment


def _env(tmp_path: Path) -> str:
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


def _assert_broken(environment: Environment, *words: str) -> None:
    assert environment.condition is Condition.BROKEN
    assert [word for word in words if word not in environment.reason] == []
    (problem,) = environment.problems
    assert problem.code == "environment-broken"
    assert problem.path == environment.candidate.prefix
    assert environment.reason in problem.message
    assert problem.hint == "Recreate the environment, or exclude it in the settings."


def _set_age(path: str, seconds: float) -> None:
    os.utime(path, (NOW - seconds, NOW - seconds))


def test_a_dangling_interpreter_is_broken_by_name(tmp_path: Path) -> None:
    """The base was uninstalled; the version can still be told."""
    prefix = _env(tmp_path)
    shutil.rmtree(f"{tmp_path}/base")
    environment = probe(prefix)
    _assert_broken(environment, "its base Python", f"{tmp_path}/base/bin/python3.12 is gone")
    assert environment.interpreter is not None
    assert environment.interpreter.version == "3.12.1"


def test_it_is_ready_again_when_the_base_comes_back(tmp_path: Path) -> None:
    """Nothing is remembered from pass to pass."""
    prefix = _env(tmp_path)
    os.rename(f"{tmp_path}/base", f"{tmp_path}/away")
    assert probe(prefix).condition is Condition.BROKEN
    os.rename(f"{tmp_path}/away", f"{tmp_path}/base")
    assert probe(prefix).condition is Condition.READY


def test_a_lost_standard_library_is_broken(tmp_path: Path) -> None:
    """`python -V` would still work."""
    prefix = _env(tmp_path)
    os.remove(f"{tmp_path}/base/lib/python3.12/os.py")
    _assert_broken(probe(prefix), "standard library", "is gone")


def test_packages_for_another_python_need_recreation(tmp_path: Path) -> None:
    """The base's X.Y moved on under a link without version."""
    prefix = _env(tmp_path)
    newer = make_base(f"{tmp_path}/newer", "3.13.0")
    os.remove(f"{prefix}/bin/python")
    link(f"{newer}/bin/python", f"{prefix}/bin/python")
    environment = probe(prefix)
    assert environment.condition is Condition.BROKEN
    assert "python3.12" in environment.reason
    assert "now Python 3.13: it needs to be created again" in environment.reason


@pytest.mark.parametrize(("age", "condition"), [(5, Condition.NOT_READY), (120, Condition.BROKEN)])
def test_without_any_python_the_age_decides(
    tmp_path: Path, age: float, condition: Condition
) -> None:
    """pyvenv.cfg is written before the interpreter's link."""
    prefix = _env(tmp_path)
    os.remove(f"{prefix}/bin/python")
    _set_age(f"{prefix}/pyvenv.cfg", age)
    assert probe(prefix).condition is condition


@pytest.mark.parametrize(("age", "condition"), [(5, Condition.NOT_READY), (120, Condition.BROKEN)])
def test_without_site_packages_the_age_decides(
    tmp_path: Path, age: float, condition: Condition
) -> None:
    """For uv makes site-packages after pyvenv.cfg."""
    prefix = _env(tmp_path)
    shutil.rmtree(f"{prefix}/lib")
    _set_age(f"{prefix}/pyvenv.cfg", age)
    assert probe(prefix).condition is condition


@pytest.mark.parametrize("text", ["", "version = 3.12.1\n", "home =\n"])
def test_without_a_home_it_is_not_ready_at_first_and_broken_later(
    tmp_path: Path, text: str
) -> None:
    """An empty pyvenv.cfg is one that is being written."""
    prefix = _env(tmp_path)
    write(f"{prefix}/pyvenv.cfg", text)
    _set_age(f"{prefix}/pyvenv.cfg", 1)
    young = probe(prefix)
    _set_age(f"{prefix}/pyvenv.cfg", 100)
    assert young.condition is Condition.NOT_READY
    assert young.problems == ()
    _assert_broken(probe(prefix), "pyvenv.cfg")


def test_without_pyvenv_cfg_it_is_being_made_or_removed(tmp_path: Path) -> None:
    """It is never taken for a bare interpreter, however old it is."""
    prefix = _env(tmp_path)
    os.remove(f"{prefix}/pyvenv.cfg")
    environment = probe(prefix)
    assert environment.condition is Condition.NOT_READY
    assert environment.problems == ()


def test_a_vanished_prefix_is_no_problem(tmp_path: Path) -> None:
    """Between finding and reading it may go."""
    environment = probe(f"{tmp_path}/gone")
    assert environment.condition is Condition.NOT_READY
    assert environment.problems == ()


def test_a_base_without_python_is_being_compiled(tmp_path: Path) -> None:
    """For pyenv makes the directory long before the interpreter."""
    os.makedirs(f"{tmp_path}/3.12.1/lib")
    environment = probe(f"{tmp_path}/3.12.1", base=True)
    assert environment.condition is Condition.NOT_READY
    assert environment.problems == ()


def test_a_new_base_without_the_last_link_is_being_installed(tmp_path: Path) -> None:
    """python-build adds bin/python at the end; Debian never has it."""
    base = make_base(f"{tmp_path}/3.12.1")
    os.remove(f"{base}/bin/python")
    changed = os.lstat(f"{base}/bin/python3").st_mtime
    assert probe(base, base=True, now=changed + 10).condition is Condition.NOT_READY
    assert probe(base, base=True, now=changed + 100).condition is Condition.NO_IPYKERNEL


def test_a_lost_home_is_noted_and_still_ready(tmp_path: Path) -> None:
    """Python finds its library by its own path then."""
    prefix = _env(tmp_path)
    write(f"{prefix}/pyvenv.cfg", "home = /gone/bin\ninclude-system-site-packages = false\n")
    environment = probe(prefix)
    assert environment.condition is Condition.READY
    assert [problem.code for problem in environment.problems] == ["environment-degraded"]
    assert "/gone/bin" in environment.problems[0].message


def test_a_script_as_python_is_a_shim(tmp_path: Path) -> None:
    """A shim chooses another Python each time, and is never run."""
    prefix = _env(tmp_path)
    os.remove(f"{prefix}/bin/python")
    program(f"{prefix}/bin/python", b"#!/bin/sh\nexec pyenv exec python\n")
    _assert_broken(probe(prefix), "is a script")


def test_a_link_to_a_shim_is_broken_too(tmp_path: Path) -> None:
    """It is the file at the end that counts."""
    prefix = _env(tmp_path)
    os.remove(f"{prefix}/bin/python")
    link(program(f"{tmp_path}/shims/python", b"#!/bin/sh\n"), f"{prefix}/bin/python")
    _assert_broken(probe(prefix), f"{tmp_path}/shims/python is a script")


def test_a_program_for_another_processor_is_broken(tmp_path: Path) -> None:
    """On a home directory that two machines share."""
    prefix = _env(tmp_path)
    program(
        f"{tmp_path}/base/bin/python3.12", elf(258 if os.uname().machine != "loongarch64" else 62)
    )
    _assert_broken(probe(prefix), "another processor")


def test_a_file_that_is_no_program_is_broken(tmp_path: Path) -> None:
    """The kernel would fail with an exec format error."""
    prefix = _env(tmp_path)
    program(f"{tmp_path}/base/bin/python3.12", b"")
    _assert_broken(probe(prefix), "is not a program")


def test_an_interpreter_that_is_not_executable_is_broken(tmp_path: Path) -> None:
    """Without the right to run there is no kernel."""
    prefix = _env(tmp_path)
    os.chmod(f"{tmp_path}/base/bin/python3.12", 0o644)
    _assert_broken(probe(prefix), "is not an executable file")


@pytest.mark.parametrize("age", [0.5, 1.9, -0.5])
def test_ipykernel_without_installer_is_not_ready_at_first(tmp_path: Path, age: float) -> None:
    """For pip and uv write INSTALLER at the very end; its directory is watched for it."""
    prefix = f"{tmp_path}/env"
    site = make_venv(prefix, make_base(f"{tmp_path}/base"))
    metadata = install_ipykernel(site, installer=False)
    _set_age(metadata, age)
    environment = probe(prefix)
    assert environment.condition is Condition.NOT_READY
    assert environment.problems == ()
    assert environment.watch_points[3] == metadata


@pytest.mark.parametrize("age", [2.5, 10_000, -3_600])
def test_ipykernel_without_installer_is_accepted_later(tmp_path: Path, age: float) -> None:
    """Some never have one; a clock that was set back does not delay either."""
    site = make_venv(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    _set_age(install_ipykernel(site, installer=False), age)
    assert probe(f"{tmp_path}/env").condition is Condition.READY


def test_nothing_but_ipykernel_missing_is_no_problem(tmp_path: Path) -> None:
    """Such an environment can borrow ipykernel."""
    make_venv(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    environment = probe(f"{tmp_path}/env")
    assert environment.condition is Condition.NO_IPYKERNEL
    assert environment.reason == "ipykernel is not installed"
    assert (environment.ipykernel, environment.problems) == (None, ())
