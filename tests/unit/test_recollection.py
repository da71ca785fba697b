"""What is left of the memory when a service lets go of it: the file, or all of it."""

from __future__ import annotations

import os

import pytest

from kernelsync.recollection import Recollection
from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.layout import runtimes_directory
from support.probe_trees import make_base, make_ready
from support.returning import Returning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.probe.memory import Memory


@pytest.fixture
def user(tmp_path: Path) -> Returning:
    """Return a user with one environment, and the memory of a pass over it."""
    make_base(f"{tmp_path}/python")
    make_ready(f"{tmp_path}/envs/one", f"{tmp_path}/python")
    user = Returning(str(tmp_path))
    put_equipment(runtimes_directory(user.surroundings))
    user.run()
    return user


def _copied(source: Memory, target: Memory) -> None:
    target.rows, target.outlines = source.rows, source.outlines
    target.grounds, target.groups = source.grounds, source.groups


def test_what_is_in_the_file_is_read_from_there_again(user: Returning) -> None:
    """All of it: environments, kernelspecs, and the standstill."""
    recollection = Recollection(user.memory, user.surroundings)
    memory, known = recollection.memory(), recollection.known()
    standstill = recollection.standstill()
    assert memory.rows
    assert known
    assert standstill
    written = os.stat(user.memory)
    recollection.forget()
    assert recollection.memory() is not memory
    assert recollection.memory().rows == memory.rows
    assert recollection.known() is not known
    assert recollection.known() == known
    assert recollection.standstill() == standstill
    assert os.stat(user.memory) == written


def test_what_is_not_in_the_file_is_written_first(user: Returning) -> None:
    """The next pass, of whatever process, finds what this one learned."""
    memory = Recollection(user.memory, user.surroundings).memory()
    os.unlink(user.memory)
    recollection = Recollection(user.memory, user.surroundings)
    assert recollection.memory().rows == {}
    _copied(memory, recollection.memory())
    recollection.forget()
    assert recollection.memory().rows == memory.rows
    assert Recollection(user.memory, user.surroundings).memory().rows == memory.rows


@pytest.mark.parametrize("place", [None, "python/bin/python3.12/memory.bin"])
def test_without_a_file_nothing_is_forgotten_but_answers(
    user: Returning, tmp_path: Path, place: str | None
) -> None:
    """There is none, or it cannot be written: what was learned could not be had again."""
    path = None if place is None else f"{tmp_path}/{place}"
    recollection = Recollection(path, user.surroundings)
    memory = recollection.memory()
    _copied(Recollection(user.memory, user.surroundings).memory(), memory)
    rows = memory.rows
    memory.answers = {"/env": (rows, None)}  # type: ignore[dict-item] # only to be dropped
    recollection.forget()
    assert recollection.memory() is memory
    assert memory.rows is rows
    assert memory.answers == {}


def test_what_was_made_of_kernelspecs_is_let_go_of(user: Returning) -> None:
    """Pass after pass it is the same object, until it is forgotten."""
    carry_out = user.stay()
    (first,), (second,) = carry_out().standings, carry_out().standings
    assert second is first
    user.forget()
    (third,) = carry_out().standings
    assert third is not first
    assert third == first


def test_forgetting_twice_is_as_good_as_once(user: Returning) -> None:
    """A service rests after every pass, also after one that read nothing."""
    recollection = Recollection(user.memory, user.surroundings)
    rows, known = recollection.memory().rows, recollection.known()
    recollection.forget()
    recollection.forget()
    assert (recollection.memory().rows, recollection.known()) == (rows, known)
