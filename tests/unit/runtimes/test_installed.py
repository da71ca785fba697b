"""Only a whole runtime counts, and names alone say which it is."""

from __future__ import annotations

import os

import pytest

from kernelsync.model.environment import Interpreter
from kernelsync.model.runtime import parts_of
from kernelsync.model.surroundings import Surroundings
from kernelsync.model.value import replace
from kernelsync.runtimes.installed import current_build, installed_runtimes
from support.fake_wheels import KEY
from support.small_runtimes import build_of, put_runtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def surroundings(home: Path) -> Surroundings:
    """Return the surroundings of a Linux user."""
    return Surroundings(
        environ={}, home=str(home), uid=os.geteuid(), host="h", platform="linux", prefix="/k"
    )


def put(home: Path, key: str = KEY, *, debugger: bool = True) -> str:
    """Build a runtime, and return its directory."""
    return put_runtime(f"{home}/.local/share/kernelsync/runtimes", key, debugger=debugger)


def test_without_any_runtime_there_are_none(tmp_path: Path) -> None:
    """The directory need not exist, and is not made."""
    found = installed_runtimes(surroundings(tmp_path))
    assert found.installed == ()
    assert os.listdir(tmp_path) == []


def test_names_tell_what_a_runtime_has(tmp_path: Path) -> None:
    """Its build, its ipykernel, and whether there is a debugger."""
    directory = put(tmp_path)
    put(tmp_path, "cp311-linux-x86_64", debugger=False)
    old, new = installed_runtimes(surroundings(tmp_path)).installed
    assert (new.key, new.directory, new.build) == (KEY, directory, build_of(directory))
    assert (new.python, new.ipykernel, new.debugger) == ("3.12", "6.29.5", True)
    assert (old.python, old.debugger) == ("3.11", False)


def test_an_interpreter_finds_its_runtime(tmp_path: Path) -> None:
    """By its ABI, on this system and processor."""
    machine = os.uname().machine
    put(tmp_path, f"cp312-linux-{machine}")
    runtimes = installed_runtimes(surroundings(tmp_path))
    found = runtimes.for_interpreter(interpreter("cp312"))
    assert found is not None
    assert found.key == f"cp312-linux-{machine}"
    assert runtimes.for_interpreter(interpreter("cp312d")) is None


@pytest.mark.parametrize("machine", ["i686", "x86_64-musl", "x32"])
def test_an_interpreter_of_another_kind_gets_no_runtime_of_this_machine(
    tmp_path: Path, machine: str
) -> None:
    """Its modules could not be loaded; that its key differs is enough."""
    put(tmp_path, f"cp312-linux-{os.uname().machine}")
    runtimes = installed_runtimes(surroundings(tmp_path))
    other = replace(interpreter("cp312"), machine=machine)
    assert runtimes.for_interpreter(other) is None
    assert runtimes.key_for(other) == f"cp312-linux-{machine}"


@pytest.mark.parametrize(
    ("abi", "machine", "offer", "said"),
    [
        ("cp312", "x86_64", "3.12", "'kernelsync runtime install 3.12'"),
        ("cp312", "x86_64-musl", "3.12", "'kernelsync runtime install 3.12'"),
        ("cp314t", "aarch64", "3.14t", "'kernelsync runtime install 3.14t'"),
        ("pp39", "x86_64", "pypy3.9", "'kernelsync runtime install pypy3.9'"),
        ("cp312", "i686", None, "no runtime for CPython 3.12 on i686 (install ipykernel"),
        ("cp312", "i686-musl", None, "no runtime for CPython 3.12 on i686-musl (install"),
        ("cp313t", "x86_64", None, "no runtime for free-threaded CPython 3.13 (install"),
        ("cp312d", "x86_64", None, "no runtime for debug builds of CPython 3.12 (install"),
        ("pp310", "x86_64", None, "no runtime for PyPy 3.10 (install ipykernel"),
    ],
)
def test_what_is_offered_can_be_built_and_else_there_is_a_way_out(
    tmp_path: Path, abi: str, machine: str, offer: str | None, said: str
) -> None:
    """The command names the very Python: 3.14 would not help a free-threaded one."""
    runtimes = installed_runtimes(surroundings(tmp_path))
    lacking = replace(interpreter(abi), machine=machine)
    assert runtimes.offer(lacking) == offer
    assert said in runtimes.why_none(lacking)


def interpreter(abi: str) -> Interpreter:
    """Return an interpreter with an ABI."""
    return Interpreter(
        path="/e/bin/python",
        resolved="/p/bin/python3.12",
        version="3.12.1",
        minor="3.12",
        implementation="cpython",
        abi=abi,
        stdlib="/p/lib/python3.12",
    )


def test_a_build_without_a_manifest_is_no_runtime(tmp_path: Path) -> None:
    """It was never finished, or somebody took it apart."""
    directory = put(tmp_path)
    os.unlink(f"{build_of(directory)}/manifest.json")
    assert current_build(directory) is None
    assert installed_runtimes(surroundings(tmp_path)).installed == ()


@pytest.mark.parametrize("target", ["/etc", "builds/../../..", "builds", "elsewhere/ab", "builds/"])
def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path, target: str) -> None:
    """The build in force is one of this runtime's own."""
    directory = put(tmp_path)
    os.remove(f"{directory}/current")
    os.symlink(target, f"{directory}/current")
    assert current_build(directory) is None


def test_what_lies_beside_the_runtimes_is_none(tmp_path: Path) -> None:
    """The launcher, the stand-ins, builds in the making, and strangers' files."""
    directory = tmp_path / ".local/share/kernelsync/runtimes"
    for name in ("bin", "staging", "notes", "cp-linux", "cp3-linux"):
        (directory / name).mkdir(parents=True)
    (directory / "launch.py").write_text("")
    assert installed_runtimes(surroundings(tmp_path)).installed == ()


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("cp312-linux-x86_64", ("cpython", "3.12", "", "linux-x86_64")),
        ("cp313t-linux-aarch64", ("cpython", "3.13", "t", "linux-aarch64")),
        ("cp27mu-linux-x86_64", ("cpython", "2.7", "mu", "linux-x86_64")),
        ("pp310-darwin-arm64", ("pypy", "3.10", "", "darwin-arm64")),
        ("graalpy311-linux-x86_64", ("graalpy", "3.11", "", "linux-x86_64")),
        ("launch.py", ("", "", "", "")),
        ("cp312", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_key_says_what_it_is_for(key: str, parts: tuple[str, ...]) -> None:
    """Implementation, X.Y, flags, platform."""
    assert parts_of(key) == parts
