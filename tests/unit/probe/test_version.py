"""The version comes from the install that runs, not from what pyvenv.cfg claims."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from kernelsync.model.environment import Condition, Interpreter
from support.probe_trees import link, make_base, make_ready, make_venv, probe, write, write_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.environment import Environment


def _interpreter(environment: Environment) -> Interpreter:
    assert environment.interpreter is not None
    return environment.interpreter


def _build_details(version: tuple[int, int, int], **facts: object) -> str:
    major, minor, micro = version
    info = {"major": major, "minor": minor, "micro": micro, "releaselevel": "final", "serial": 0}
    return json.dumps({"schema_version": "1.0", "language": {"version_info": info}, **facts})


def test_build_details_win_over_headers(tmp_path: Path) -> None:
    """PEP 739's file is the most exact."""
    base = make_base(f"{tmp_path}/base", "3.14.0")
    details = _build_details((3, 14, 2), abi={"flags": ["t"]})
    write(f"{base}/lib/python3.14/build-details.json", details)
    interpreter = _interpreter(probe(base, base=True))
    assert (interpreter.version, interpreter.abi) == ("3.14.2", "cp314t")


def test_build_details_of_an_unknown_schema_are_ignored(tmp_path: Path) -> None:
    """A schema that is not 1.x may mean something else."""
    base = make_base(f"{tmp_path}/base", "3.14.0")
    details = _build_details((3, 14, 2)).replace('"1.0"', '"2.0"')
    write(f"{base}/lib/python3.14/build-details.json", details)
    assert _interpreter(probe(base, base=True)).version == "3.14.0"


def test_nonsense_in_build_details_is_ignored(tmp_path: Path) -> None:
    """Wrong types in it are as good as no file."""
    base = make_base(f"{tmp_path}/base", "3.14.0")
    write(f"{base}/lib/python3.14/build-details.json", '{"schema_version": "1.0", "language": []}')
    assert _interpreter(probe(base, base=True)).version == "3.14.0"


def test_a_release_candidate_keeps_its_suffix(tmp_path: Path) -> None:
    """The level of a release is part of its version."""
    base = make_base(f"{tmp_path}/base", "3.14.0")
    details = _build_details((3, 14, 0)).replace('"final", "serial": 0', '"candidate", "serial": 2')
    write(f"{base}/lib/python3.14/build-details.json", details)
    assert _interpreter(probe(base, base=True)).version == "3.14.0rc2"


def test_the_header_gives_the_patch_version(tmp_path: Path) -> None:
    """`patchlevel.h` is in every install with headers; "+" marks a build from git."""
    base = make_base(f"{tmp_path}/base", "3.12.1+")
    interpreter = _interpreter(probe(base, base=True))
    assert interpreter == Interpreter(
        path=f"{base}/bin/python",
        resolved=f"{base}/bin/python3.12",
        version="3.12.1",
        minor="3.12",
        implementation="cpython",
        abi="cp312",
        stdlib=f"{base}/lib/python3.12",
    )


def test_headers_of_old_pythons_are_in_a_directory_with_an_m(tmp_path: Path) -> None:
    """3.6 and 3.7 kept them in `python3.7m`."""
    base = make_base(f"{tmp_path}/base", "3.7.16", header=False)
    write_header(f"{base}/include/python3.7m/patchlevel.h", "3.7.16")
    assert _interpreter(probe(base, base=True)).version == "3.7.16"


def test_a_header_of_another_minor_version_is_ignored(tmp_path: Path) -> None:
    """`include/patchlevel.h` may belong to another Python in the same prefix."""
    base = make_base(f"{tmp_path}/base", "3.12.1", header=False)
    write_header(f"{base}/include/patchlevel.h", "3.11.9")
    assert _interpreter(probe(base, base=True)).version == "3.12"


def test_the_directory_name_tells_where_there_are_no_headers(tmp_path: Path) -> None:
    """As pyenv, uv, rye and mise name them."""
    names = ("3.12.4", "cpython-3.12.4-linux-x86_64-gnu", "cpython@3.12.4/install")
    bases = [make_base(f"{tmp_path}/{name}", "3.12.1", header=False) for name in names]
    versions = [_interpreter(probe(base, base=True)).version for base in bases]
    assert versions == ["3.12.4"] * 3


def test_the_file_name_gives_no_more_than_the_minor(tmp_path: Path) -> None:
    """Debian without headers: X.Y is all that files tell."""
    base = make_base(f"{tmp_path}/usr", "3.11.2", header=False)
    interpreter = _interpreter(probe(base, base=True))
    assert (interpreter.version, interpreter.minor) == ("3.11", "3.11")


def test_a_free_threaded_python_has_an_abi_of_its_own(tmp_path: Path) -> None:
    """Its library, its site-packages and its modules carry a "t"."""
    base = make_base(f"{tmp_path}/3.13.0t", "3.13.0", flag="t")
    interpreter = _interpreter(probe(base, base=True))
    assert (interpreter.version, interpreter.minor, interpreter.abi) == (
        "3.13.0",
        "3.13",
        "cp313t",
    )


def test_a_free_threaded_directory_name_tells_the_version(tmp_path: Path) -> None:
    """What pyenv calls `3.13.0t` is Python 3.13.0."""
    base = make_base(f"{tmp_path}/3.13.0t", "3.13.9", flag="t", header=False)
    assert _interpreter(probe(base, base=True)).version == "3.13.0"


def test_a_debug_build_has_an_abi_of_its_own(tmp_path: Path) -> None:
    """Only its headers are in a directory with a "d"."""
    base = make_base(f"{tmp_path}/base", "3.12.1", header=False)
    write_header(f"{base}/include/python3.12d/patchlevel.h", "3.12.1")
    assert _interpreter(probe(base, base=True)).abi == "cp312d"


@pytest.mark.parametrize(("width", "abi"), [(2, "cp27m"), (4, "cp27mu"), (None, "cp27mu")])
def test_python_2_has_an_abi_for_each_width_of_characters(
    tmp_path: Path, width: int | None, abi: str
) -> None:
    """Its headers tell; without them it is wide, as in the Linux distributions."""
    base = make_base(f"{tmp_path}/2.7.18", "2.7.18")
    if width is not None:
        path = f"{base}/include/python2.7/pyconfig.h"
        write(path, f"#define Py_UNICODE_SIZE {width}\n")
    assert _interpreter(probe(base, base=True)).abi == abi


def test_pypy_is_recognised_by_its_library(tmp_path: Path) -> None:
    """Its version is the language's, not PyPy's own."""
    base = make_base(f"{tmp_path}/pypy3.10-7.3.17", "3.10.14", header=False)
    shutil.rmtree(f"{base}/bin")
    make_base(f"{tmp_path}/x", "3.10.14")
    os.rename(f"{tmp_path}/x/bin", f"{base}/bin")
    os.rename(f"{base}/bin/python3.10", f"{base}/bin/pypy3.10")
    os.remove(f"{base}/bin/python3")
    link("pypy3.10", f"{base}/bin/python3")
    os.rename(f"{base}/lib/python3.10", f"{base}/lib/pypy3.10")
    write_header(f"{base}/include/pypy3.10/patchlevel.h", "3.10.14")
    interpreter = _interpreter(probe(base, base=True))
    facts = (interpreter.version, interpreter.implementation, interpreter.abi)
    assert facts == ("3.10.14", "pypy", "pp310")


def test_graalpy_is_recognised_by_its_program(tmp_path: Path) -> None:
    """Its library is named as CPython's."""
    base = make_base(f"{tmp_path}/base", "3.11.7")
    for name in ("python", "python3"):
        os.remove(f"{base}/bin/{name}")
    os.rename(f"{base}/bin/python3.11", f"{base}/bin/graalpy")
    interpreter = _interpreter(probe(base, base=True))
    assert (interpreter.path, interpreter.implementation) == (f"{base}/bin/graalpy", "graalpy")


def test_an_upgraded_pyvenv_cfg_does_not_change_the_version(tmp_path: Path) -> None:
    """`python3.13 -m venv --upgrade` on a 3.12 environment leaves bin/python at 3.12."""
    base = make_base(f"{tmp_path}/base", "3.12.1")
    newer = make_base(f"{tmp_path}/newer", "3.13.0")
    prefix = f"{tmp_path}/env"
    make_ready(prefix, base)
    os.makedirs(f"{prefix}/lib/python3.13/site-packages")
    text = f"home = {newer}/bin\ninclude-system-site-packages = false\nversion = 3.13.0\n"
    write(f"{prefix}/pyvenv.cfg", text)
    environment = probe(prefix)
    assert _interpreter(environment).version == "3.12.1"
    assert environment.condition is Condition.READY
    assert [problem.code for problem in environment.problems] == ["environment-degraded"]
    assert "says Python 3.13, while it runs 3.12" in environment.problems[0].message


def test_uvs_version_without_patch_is_no_contradiction(tmp_path: Path) -> None:
    """For uv writes `version_info = 3.12` where its base may move on."""
    base = make_base(f"{tmp_path}/cpython-3.12.1-linux-x86_64-gnu", "3.12.1")
    short = link(base, f"{tmp_path}/cpython-3.12-linux-x86_64-gnu")
    prefix = f"{tmp_path}/env"
    text = f"home = {short}/bin\nuv = 0.13\nversion_info = 3.12\n"
    make_venv(prefix, short, configuration=text)
    environment = probe(prefix)
    assert _interpreter(environment).version == "3.12.1"
    assert _interpreter(environment).resolved == f"{base}/bin/python3.12"
    assert environment.problems == ()


def test_a_moved_uv_link_moves_the_version(tmp_path: Path) -> None:
    """Nothing inside the environment changes when uv upgrades its base."""
    older = make_base(f"{tmp_path}/cpython-3.12.1-linux", "3.12.1")
    newer = make_base(f"{tmp_path}/cpython-3.12.7-linux", "3.12.7")
    short = link(older, f"{tmp_path}/cpython-3.12-linux")
    make_venv(f"{tmp_path}/env", short)
    before = _interpreter(probe(f"{tmp_path}/env")).version
    os.remove(short)
    os.symlink(newer, short)
    assert (before, _interpreter(probe(f"{tmp_path}/env")).version) == ("3.12.1", "3.12.7")


def test_the_highest_of_several_libraries_counts_for_an_unversioned_program(
    tmp_path: Path,
) -> None:
    """Leftover libraries without `os.py` do not count."""
    base = make_base(f"{tmp_path}/base", "3.9.1")
    os.remove(f"{base}/bin/python")
    os.remove(f"{base}/bin/python3")
    os.rename(f"{base}/bin/python3.9", f"{base}/bin/python")
    write(f"{base}/lib/python3.10/os.py")
    os.makedirs(f"{base}/lib/python3.12")
    assert _interpreter(probe(base, base=True)).minor == "3.10"
