"""The shipped lists are complete, and each file in them has a hash."""

from __future__ import annotations

import pytest

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.pins import parse, pinned_pythons, pins_for
from support.fake_wheels import entry, pins_of, wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

PYTHONS = ("2.7", *(f"3.{minor}" for minor in range(6, 15)), "3.14t", "pypy3.9")


def key(python: str, where: str = "linux-x86_64") -> str:
    """Return the key that a list's name stands for."""
    letters = "pp" if python.startswith("pypy") else "cp"
    return f"{letters}{python.removeprefix('pypy').replace('.', '')}-{where}"


def test_there_is_a_list_for_every_python_that_is_promised() -> None:
    """2.7, 3.6 to 3.14, with and without the lock, the oldest first; then PyPy."""
    assert pinned_pythons() == PYTHONS


@pytest.mark.parametrize("system", ["linux-x86_64", "darwin-arm64", "win32-AMD64"])
@pytest.mark.parametrize("python", PYTHONS)
def test_a_list_is_complete(python: str, system: str) -> None:
    """All that is required is in it, and hashes are whole."""
    pins = pins_for(key(python, system))
    names = {pin.name for pin in pins.pins}
    assert {"ipykernel", "ipython", "jupyter-client", "pyzmq", "tornado"} <= names
    assert {name for pin in pins.pins for name in pin.requires} <= names
    hashes = [digest for pin in pins.pins for digest in pin.sha256]
    assert all(len(digest) == 64 and int(digest, 16) for digest in hashes)
    assert all(pin.sha256 for pin in pins.pins)
    assert ("appnope" in names) == (system.startswith("darwin"))


def test_only_python_2_and_pypy_need_sources() -> None:
    """Everything else is unpacked from wheels."""
    with_sources = {
        python: [pin.name for pin in pins_for(key(python)).pins if pin.source] for python in PYTHONS
    }
    assert with_sources.pop("2.7") == ["scandir", "simplegeneric", "tornado"]
    assert with_sources.pop("pypy3.9") == ["tornado"]
    assert not any(with_sources.values())


def test_free_threaded_pythons_get_other_files_of_the_same_versions() -> None:
    """Those of the usual build cannot be loaded, nor what is for any 3.x (abi3)."""
    usual, free = (pins_for(key(python)).pins for python in ("3.14", "3.14t"))
    assert [(pin.name, pin.version) for pin in usual] == [(pin.name, pin.version) for pin in free]
    for one, other in zip(usual, free, strict=True):
        shared = set(one.sha256) & set(other.sha256)
        assert bool(shared) == (one.name not in {"pyzmq", "psutil", "tornado"}), one.name


@pytest.mark.parametrize(
    ("refused", "named"),
    [
        ("cp35-linux-x86_64", "CPython 3.5"),
        ("cp313t-linux-x86_64", "free-threaded CPython 3.13"),
        ("cp312d-linux-x86_64", "debug builds of CPython 3.12"),
        ("pp310-linux-x86_64", "PyPy 3.10"),
        ("graalpy311-linux-x86_64", "GraalPy 3.11"),
    ],
)
def test_other_pythons_are_refused_with_a_way_out(refused: str, named: str) -> None:
    """No runtime is better than one that does not start."""
    with pytest.raises(BuildFailure) as failure:
        pins_for(refused)
    assert failure.value.problem.code == "runtime-unsupported"
    assert failure.value.problem.message.endswith(f"not for {named}")
    assert f"install ipykernel into the environments of {named}" in (
        failure.value.problem.hint or ""
    )


def test_another_list_is_another_build(tmp_path: Path) -> None:
    """The identity covers everything in it."""
    path = wheel(str(tmp_path), "pkg")
    one = pins_of([entry(path)])
    two = pins_of([entry(path, requires={"pkg": [[">=", "1"]]})])
    assert one.id != two.id
    assert one.id == pins_of([entry(path)]).id
    assert len(one.id) == 12


def test_what_another_system_needs_is_left_out(tmp_path: Path) -> None:
    """Also as a requirement: nothing would be there to fulfil it."""
    pkg = entry(wheel(str(tmp_path), "pkg"), requires={"mac": [], "pkg": []})
    mac = entry(wheel(str(tmp_path), "mac"), system="darwin")
    [pin] = pins_of([pkg, mac]).pins
    assert list(pin.requires) == ["pkg"]


def test_tested_floors_are_among_the_requirements() -> None:
    """What the requirements allow, but does not work."""
    pins = {pin.name: pin for pin in pins_for("cp27mu-linux-x86_64").pins}
    assert [">=", "17"] in [list(pair) for pair in pins["jupyter-client"].requires["pyzmq"]]


def test_a_list_says_for_which_python_it_is() -> None:
    """As its file's name does."""
    assert parse(b'{"python": "3.9", "distributions": []}', "linux").python == "3.9"
