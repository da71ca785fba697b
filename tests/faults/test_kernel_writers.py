"""Passes that run at the same time take turns, and none undoes what another did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from kernelsync.kernelspecs.lock import pass_lock
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.plan import Create, Update
from support import kernel_racer
from support.kernels import HOST, NOW, DiskShelf, contents_of, make_spec, put
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

RACERS = 10
TIMEOUT = 60
ROUNDS = 500


@pytest.fixture
def shelf(tmp_path: Path) -> DiskShelf:
    """Return a data directory that does not exist yet."""
    return DiskShelf(str(tmp_path / "jupyter"))


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, kernel_racer.__file__, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_ten_processes_publish_at_once_and_nothing_is_lost(shelf: DiskShelf) -> None:
    """Each publishes its own kernelspecs, and all want one that only the first can create."""
    racers = [_start("race", shelf.data, str(number)) for number in range(RACERS)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.communicate("go\n", timeout=TIMEOUT)
    assert [racer.returncode for racer in racers] == [0] * RACERS
    expected = {
        spec.name: contents_of(spec)
        for number in range(RACERS)
        for spec in kernel_racer.specs(number)
    }
    assert shelf.contents() == expected
    store = shelf.store(HOST)
    found = {store.verify(kernel).ownership for kernel in store.read()[0]}
    assert found == {Ownership.OURS}
    with open(kernel_racer.counter_path(shelf.data), encoding="ascii") as counter:
        assert int(counter.read()) == RACERS * kernel_racer.PASSES
    assert os.listdir(os.path.join(shelf.data, ".kernelsync", "staging")) == []


def test_a_killed_holder_lets_go_of_the_lock(shelf: DiskShelf) -> None:
    """At once, and without anybody's help."""
    holder = _start("hold", shelf.data, "0")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=TIMEOUT)
    with pass_lock(kernel_racer.lock_path(shelf.data), timeout=0):
        assert holder.returncode == -signal.SIGKILL


def test_nobody_is_led_outside_by_a_link_that_comes_and_goes(shelf: DiskShelf) -> None:
    """Another process swaps the kernelspec for a link to a directory, and back, all the time."""
    outside = kernel_racer.outside_path(shelf.data)
    spec = make_spec(kernel_racer.SWAPPED)
    put(outside, contents_of(spec))
    before = identities(outside)
    with shelf.store().prepare(NOW) as writer:
        assert writer.apply(Create(spec=spec, reason="new")).problem is None
        [kernel] = shelf.store().read()[0]
        swapper = _start("swap", shelf.data, "0")
        assert swapper.stdout is not None
        assert swapper.stdout.readline() == "ready\n"
        codes: list[str] = []
        while len(codes) < ROUNDS or (len(set(codes)) == 1 and len(codes) < 10 * ROUNDS):
            changed = make_spec(kernel_racer.SWAPPED, display_name=f"number {len(codes)}")
            problem = writer.apply(Update(spec=changed, installed=kernel, reason="changed")).problem
            codes.append("done" if problem is None else problem.code)
        swapper.communicate(timeout=TIMEOUT)
    assert identities(outside) == before
    assert len(set(codes)) > 1, "the two never met"
