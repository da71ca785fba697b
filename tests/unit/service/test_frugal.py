"""What keeps a service small: another allocator from the start, and giving back what is over."""

from __future__ import annotations

import gc
import os
import platform
import sys
import weakref

import pytest

import kernelsync
from kernelsync.service.frugal import ALLOCATOR, Housekeeping
from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(kernelsync.__file__)))
_BEGIN = """
import os, sys
from kernelsync.service.frugal import begin_again
print("begins", os.getpid(), *sys.argv[1:])
{before}
begin_again(os.environ)
print("goes on", os.environ.get("PYTHONMALLOC"))
"""
_GIVE_BACK = """
import ctypes, os
from kernelsync.service.frugal import Housekeeping
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
pile = [bytes(100) for _ in range(300_000)]
stays = bytes(100)
full = resident()
pile.clear()
left = []
for environments in (10, 1000):
    Housekeeping().give_back(environments)
    left.append(resident())
print(full, *left)
"""
_IS_GLIBC = platform.libc_ver()[0] == "glibc"


def _lines(program: str, *arguments: str, **variables: str) -> list[str]:
    environ = {"PATH": os.defpath, "PYTHONPATH": _SOURCE, **variables}
    command = (sys.executable, "-c", program, *arguments)
    return run(command, environ=environ).expect(0).stdout.splitlines()


def test_it_begins_again_once_with_the_allocator_of_the_c_library() -> None:
    """In the same process, with the same arguments; what was printed before is not lost."""
    *begun, last = _lines(_BEGIN.format(before=""), "run", "--verbose")
    assert len(begun) == 1 + _IS_GLIBC
    assert len(set(begun)) == 1
    assert begun[0].endswith(" run --verbose")
    assert last == ("goes on malloc" if _IS_GLIBC else "goes on None")


def test_an_allocator_that_somebody_chose_stays() -> None:
    """Also its own choice: it does not begin for ever."""
    begun, last = _lines(_BEGIN.format(before=""), **{ALLOCATOR: "pymalloc"})
    assert begun.startswith("begins ")
    assert last == "goes on pymalloc"


def test_a_program_that_cannot_be_started_again_goes_on() -> None:
    """Its Python was upgraded, or is out of reach: larger is no worse."""
    _, last = _lines(_BEGIN.format(before="sys.executable = '/nowhere/python'"))
    assert last == "goes on None"


@pytest.fixture
def by_hand() -> Iterator[None]:
    """Let nothing be collected by chance, as in the service."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


class _Ring:
    """Something that only the collector frees."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("by_hand")
def test_garbage_is_collected_after_every_pass() -> None:
    """What was there after the first is left out, and what came later is not."""
    keeping = Housekeeping()
    for _ in range(3):
        ring = weakref.ref(_Ring())
        assert ring() is not None
        keeping.give_back(1)
        assert ring() is None


@pytest.mark.usefixtures("by_hand")
def test_what_is_there_after_the_first_pass_is_not_looked_through_again() -> None:
    """It stays for good; what later passes leave is not added to it."""
    keeping = Housekeeping()
    assert gc.get_freeze_count() == 0
    keeping.give_back(1)
    frozen = gc.get_freeze_count()
    assert frozen > 1000
    kept = [[number] for number in range(1000)]
    keeping.give_back(1)
    assert gc.get_freeze_count() <= frozen
    assert len(kept) == 1000


@pytest.mark.skipif(not _IS_GLIBC, reason="only the GNU C library is told to give back")
def test_the_room_of_a_large_pass_goes_back_to_the_system() -> None:
    """After a small pass that would cost more than it brings."""
    (line,) = _lines(_GIVE_BACK, **{ALLOCATOR: "malloc"})
    full, after_small, after_large = map(int, line.split())
    assert after_large < full / 2
    assert after_large < after_small / 2
