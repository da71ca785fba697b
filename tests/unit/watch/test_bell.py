"""The bell: wakes from any thread reach the one that waits, and none is lost."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from kernelsync.watch.bell import Bell, Rung
from kernelsync.watch.doorstep import QueueDoorstep
from kernelsync.watch.protocol import Idle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bell() -> Iterator[Bell]:
    """Return a bell whose clock counts 0, 1, 2..."""
    ticks = itertools.count()
    bell = Bell(lambda: float(next(ticks)))
    yield bell
    bell.close()


def test_hints_are_collected(bell: Bell) -> None:
    """Each hint once, with the times of the first and the last ring."""
    for path in ("/a", "/b", "/a", None):
        bell.ring(path)
    assert bell.take() == Rung(paths=frozenset({"/a", "/b", None}), first=0.0, last=3.0)
    assert bell.take() is None


def test_too_many_hints_name_their_directories(bell: Bell) -> None:
    """Somebody unpacks an archive in a container: they take a bounded amount of memory."""
    for number in range(5000):
        bell.ring(f"/container/{number}")
    rung = bell.take()
    assert rung is not None
    assert "/container" in rung.paths
    assert None not in rung.paths
    assert len(rung.paths) == 1001


def test_too_many_directories_are_everything(bell: Bell) -> None:
    """Whatever happens there, somebody looks."""
    for number in range(5000):
        bell.ring(f"/{number}/new")
    rung = bell.take()
    assert rung is not None
    assert None in rung.paths
    assert len(rung.paths) == 2001


def test_waiting_ends_when_it_rings(bell: Bell) -> None:
    """A ring from another thread ends the wait; so does one that came before."""
    thread = threading.Timer(0.05, bell.ring, ["/a"])
    thread.start()
    assert not bell.wait(30)
    thread.join()
    assert not bell.wait(30)
    assert bell.take() is not None


def test_while_settling_only_a_call_ends_the_wait(bell: Bell) -> None:
    """A burst does not wake the loop for each of its events."""
    bell.ring("/a")
    start = time.monotonic()
    assert not bell.wait(0.1, settling=True)
    assert time.monotonic() - start >= 0.09
    thread = threading.Timer(0.05, bell.call)
    thread.start()
    assert bell.wait(30, settling=True)
    thread.join()


def test_hints_that_may_wait_are_collected_apart(bell: Bell) -> None:
    """One directory may be in both: that something there may wait makes nothing else wait."""
    for path in (Idle("/a"), "/a", Idle("/b")):
        bell.ring(path)
    assert bell.take() == Rung(paths=frozenset({"/a"}), first=1.0, last=1.0)
    assert bell.take(idle=True) == Rung(paths=frozenset({"/a", "/b"}), first=0.0, last=2.0)
    assert bell.take(idle=True) is None


def test_while_dozing_only_what_presses_ends_the_wait(bell: Bell) -> None:
    """Package after package does not wake the loop; a kernel that may come does."""
    bell.ring(Idle("/a"))
    start = time.monotonic()
    assert not bell.wait(0.1, dozing=True)
    assert time.monotonic() - start >= 0.09
    thread = threading.Timer(0.05, bell.ring, ["/a"])
    thread.start()
    assert not bell.wait(30, dozing=True)
    thread.join()
    assert bell.take() is not None


def test_at_rest_what_may_wait_ends_the_wait_too(bell: Bell) -> None:
    """Else nobody would know from when on to wait."""
    thread = threading.Timer(0.05, bell.ring, [Idle("/a")])
    thread.start()
    assert not bell.wait(30)
    thread.join()
    assert bell.take(idle=True) is not None


def test_a_call_is_answered_once(bell: Bell) -> None:
    """A call before the wait ends it, too, and the next wait is another one."""
    bell.call()
    assert bell.wait(30)
    assert not bell.wait(0)


def test_no_ring_is_lost_between_threads() -> None:
    """Whatever four threads ring while another takes, all of it is taken."""
    bell = Bell(time.monotonic)
    wanted = {f"/{thread}/{number}" for thread in range(4) for number in range(200)}

    def ring_all(first: int) -> None:
        for number in range(200):
            bell.ring(f"/{first}/{number}")

    threads = [threading.Thread(target=ring_all, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    taken: set[str | None] = set()
    deadline = time.monotonic() + 30
    while not wanted <= taken and time.monotonic() < deadline:
        bell.wait(1)
        rung = bell.take()
        taken |= rung.paths if rung is not None else frozenset()
    for thread in threads:
        thread.join()
    bell.close()
    assert wanted <= taken


def test_without_a_mount_table_it_still_rings(tmp_path: Path) -> None:
    """MacOS has none."""
    bell = Bell(time.monotonic, mount_table=str(tmp_path / "none"))
    bell.ring("/a")
    assert not bell.wait(30)
    bell.close()


def test_a_queue_serves_where_there_is_no_poll() -> None:
    """On Windows a poke ends the wait in the same way, and each is answered once."""
    doorstep = QueueDoorstep()
    doorstep.poke()
    doorstep.poke()
    assert not doorstep.wait(30)
    start = time.monotonic()
    assert not doorstep.wait(0.05)
    assert time.monotonic() - start >= 0.04
    doorstep.close()
