"""Which owners a user namespace hides, by its map, and who is vouched for all the same."""

from __future__ import annotations

import os

import pytest

from kernelsync.model.surroundings import Owners
from kernelsync.namespace import VARIABLE, is_complete, owners_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_WHOLE = "         0          0 4294967295\n"
_ONE = "      1000       1000          1\n"
_ROOTLESS = "0 1000 1\n1 100000 65536\n"


def _proc(tmp_path: Path, **files: str) -> str:
    """Write a `/proc` with these files: uid_map, gid_map, overflowuid, overflowgid."""
    for name, text in files.items():
        where = "self" if name.endswith("_map") else "sys/kernel"
        (tmp_path / where).mkdir(parents=True, exist_ok=True)
        (tmp_path / where / name).write_text(text)
    return str(tmp_path)


@pytest.mark.parametrize(
    "mapping", [_WHOLE, "0 0 1\n1 1 4294967294\n", "1 1 4294967294\n0 5 1\n", "0 7 4294967295"]
)
def test_a_map_of_everybody_is_complete(mapping: str) -> None:
    """In one range or several, in any order, whoever they are outside."""
    assert is_complete(mapping)


@pytest.mark.parametrize(
    "mapping",
    [
        "",
        _ONE,
        _ROOTLESS,
        "0 0 65536\n",
        "0 0 4294967294\n",
        "1 1 4294967295\n",
        "0 0\n",
        "x y z\n",
    ],
)
def test_every_other_map_is_partial(mapping: str) -> None:
    """Also the empty one of a namespace that nobody has set up, and nonsense."""
    assert not is_complete(mapping)


def test_nobody_is_hidden_on_an_ordinary_machine(tmp_path: Path) -> None:
    """Then the number of the hidden is a user like any other: nobody vouches for it."""
    proc = _proc(tmp_path, uid_map=_WHOLE, gid_map=_WHOLE, overflowuid="65534\n")
    assert owners_here({VARIABLE: "/usr"}, "/home/ada", proc) == Owners()


def test_the_hidden_have_the_number_that_the_system_says(tmp_path: Path) -> None:
    """An administrator may have set another than the usual one."""
    proc = _proc(
        tmp_path, uid_map=_ONE, gid_map=_ROOTLESS, overflowuid="4711\n", overflowgid="4712\n"
    )
    found = owners_here({}, "/home/ada", proc)
    assert (found.nobody, found.no_group) == (4711, 4712)
    assert (found.trees, found.directories) == ((), ())


def test_a_system_that_says_nothing_hides_owners(tmp_path: Path) -> None:
    """Without `/proc` it cannot be told; nothing is published by mistake, and nothing lost."""
    found = owners_here({}, "/home/ada", str(tmp_path / "none"))
    assert (found.nobody, found.no_group) == (65534, 65534)


@pytest.mark.parametrize(
    ("path", "vouched"),
    [
        ("/srv", True),
        ("/srv/pythons", True),
        ("/srv/pythons/bin/python", True),
        ("/srv/pythons-of-a-stranger", False),
        ("/srv/other", False),
        ("/", True),
        ("/home", True),
        ("/home/ada", False),
        ("/home/ada/.venvs/app", False),
        ("/home/bob", False),
        ("/relative", False),
    ],
)
def test_a_name_vouches_for_what_is_below_and_what_it_lies_in(
    tmp_path: Path, path: str, *, vouched: bool
) -> None:
    """And for the directories above home, in which the settings themselves lie."""
    proc = _proc(tmp_path, uid_map=_ONE, gid_map=_ONE)
    found = owners_here({VARIABLE: "/srv/pythons/:relative:"}, "/home/ada", proc)
    assert found.vouched_for(path) is vouched


def test_without_a_name_nobody_vouches_for_anything(tmp_path: Path) -> None:
    """A namespace alone says nothing about who made what."""
    proc = _proc(tmp_path, uid_map=_ONE, gid_map=_ONE)
    found = owners_here({}, "/home/ada", proc)
    assert not any(found.vouched_for(path) for path in ("/", "/usr", "/home", "/home/ada"))


def test_links_are_followed(tmp_path: Path) -> None:
    """A home that is a link lies below two places; so does a tree."""
    real = tmp_path / "disk" / "ada"
    real.mkdir(parents=True)
    os.symlink(real, tmp_path / "ada")
    proc = _proc(tmp_path / "proc", uid_map=_ONE, gid_map=_ONE)
    found = owners_here({VARIABLE: "~/pythons"}, str(tmp_path / "ada"), proc)
    assert found.vouched_for(f"{real}/pythons/bin")
    assert found.vouched_for(str(tmp_path / "disk"))
    assert not found.vouched_for(f"{real}/.venvs")
