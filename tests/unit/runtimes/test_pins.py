"""The shipped lists are complete, and each file in them has a hash."""

from __future__ import annotations

import pytest

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.pins import parse, pinned_pythons, pins_for
from support.fake_wheels import entry, pins_of, wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

PYTHONS = ("2.7", *(f"3.{minor}" for minor in range(6, 15)))


def test_there_is_a_list_for_every_python_that_is_promised() -> None:
    """2.7, and 3.6 to 3.14, the oldest first."""
    assert pinned_pythons() == PYTHONS


@pytest.mark.parametrize("system", ["linux-x86_64", "darwin-arm64", "win32-AMD64"])
@pytest.mark.parametrize("python", PYTHONS)
def test_a_list_is_complete(python: str, system: str) -> None:
    """All that is required is in it, and hashes are whole."""
    pins = pins_for(f"cp{python.replace('.', '')}-{system}")
    names = {pin.name for pin in pins.pins}
    assert {"ipykernel", "ipython", "jupyter-client", "pyzmq", "tornado"} <= names
    assert {name for pin in pins.pins for name in pin.requires} <= names
    hashes = [digest for pin in pins.pins for digest in pin.sha256]
    assert all(len(digest) == 64 and int(digest, 16) for digest in hashes)
    assert all(pin.sha256 for pin in pins.pins)
    assert ("appnope" in names) == (system.startswith("darwin"))


def test_only_python_2_needs_sources() -> None:
    """Everything else is unpacked from wheels."""
    with_sources = {
        python: [
            pin.name
            for pin in pins_for(f"cp{python.replace('.', '')}-linux-x86_64").pins
            if pin.source
        ]
        for python in PYTHONS
    }
    assert with_sources.pop("2.7") == ["scandir", "simplegeneric", "tornado"]
    assert not any(with_sources.values())


@pytest.mark.parametrize("key", ["cp35-linux-x86_64", "pp310-linux-x86_64", "graalpy311-linux-x"])
def test_other_pythons_are_refused_with_a_way_out(key: str) -> None:
    """No runtime is better than one that does not start."""
    with pytest.raises(BuildFailure) as failure:
        pins_for(key)
    assert failure.value.problem.code == "runtime-unsupported"
    assert "install ipykernel into" in (failure.value.problem.hint or "")


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
