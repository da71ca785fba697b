"""Several programs, and several hosts, on one home: they take turns, and keep to their own."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import sys

import pytest

from support import controls
from support.kernel_faults import scratch
from support.program_world import World
from support.snapshots import identities
from support.trees import make_base, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RACERS = 10
_TIMEOUT = 60
_HOSTS = ("host-a", "host-b")
_HOLD = (
    "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX);"
    "print('ready', flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="module")
def home() -> Iterator[World]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory, World(directory) as made:
        yield made


@pytest.fixture
def world(home: World) -> World:
    """Return it as it was before a pass."""
    home.put_back("once")
    return home


def _lock(world: World) -> str:
    return f"{world.home}/.runtime/kernelsync/lock"


@pytest.fixture
def holder(world: World) -> Iterator[subprocess.Popen[str]]:
    """Return a process that holds the lock."""
    command = [sys.executable, "-c", _HOLD, _lock(world)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_ten_passes_and_a_service_at_once_end_as_one(world: World) -> None:
    """Nobody fails, nothing is lost, and nothing is done twice."""
    service = world.start("run")
    racers = [world.start("once") for _ in range(_RACERS)]
    said = [racer.communicate(timeout=_TIMEOUT) for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * _RACERS, said
    state = f"{world.home}/.local/state/kernelsync/service-*.json"
    wait_until(lambda: glob.glob(state), timeout=_TIMEOUT)
    assert world.invariants.unsettled() == []
    service.send_signal(signal.SIGTERM)
    output = service.communicate(timeout=_TIMEOUT)
    assert service.returncode == 0, output
    assert world.invariants.unsettled() == []


def test_who_waits_for_a_stopped_pass_says_so_and_goes_on_when_it_dies(
    world: World, holder: subprocess.Popen[str]
) -> None:
    """A stopped process holds its lock; nobody works beside it."""
    holder.send_signal(signal.SIGSTOP)
    waiting = world.start("once")
    assert waiting.stderr is not None
    assert waiting.stderr.readline() == "waiting for another kernelsync to end its pass\n"
    assert world.has_doomed()
    holder.send_signal(signal.SIGKILL)
    output = waiting.communicate(timeout=_TIMEOUT)
    assert waiting.returncode == 0, output
    assert world.invariants.unsettled() == []


def test_a_lock_file_that_goes_while_somebody_waits_is_made_anew(
    world: World, holder: subprocess.Popen[str]
) -> None:
    """Who then gets the old file's lock takes the new one's."""
    waiting = world.start("once")
    assert waiting.stderr is not None
    waiting.stderr.readline()
    os.unlink(_lock(world))
    holder.send_signal(signal.SIGKILL)
    output = waiting.communicate(timeout=_TIMEOUT)
    assert waiting.returncode == 0, output
    assert os.path.exists(_lock(world))
    assert world.invariants.unsettled() == []


@pytest.mark.parametrize("kind", ["symlink", "fifo", "directory"])
def test_something_else_in_the_place_of_the_lock_is_told(world: World, kind: str) -> None:
    """Nothing is written without the lock, nobody hangs, and the way out is named."""
    os.unlink(_lock(world))
    elsewhere = f"{world.home}/elsewhere"
    make = {"symlink": lambda path: os.symlink(elsewhere, path), "fifo": os.mkfifo}
    make.get(kind, os.mkdir)(_lock(world))
    before = identities(world.data)
    done = world.run("once")
    assert done.returncode in {1, 4}, done
    assert _lock(world).replace(world.home, "~") in done.stderr or _lock(world) in done.stderr
    assert identities(world.data) == before
    assert not os.path.lexists(elsewhere)


def test_two_hosts_on_one_home_touch_only_their_own(tmp_path: Path) -> None:
    """Each has its own kernelspecs, and takes only those back."""
    home = str(tmp_path / "home")
    kernels = f"{home}/.local/share/jupyter/kernels"
    base = make_base(tmp_path / "python")
    for name in ("one", "two", "three"):
        make_venv(f"{home}/.venvs/{name}", base=base)
    owned: dict[str, set[str]] = {host: set() for host in _HOSTS}
    for host in _HOSTS * 2:
        before = set(os.listdir(kernels)) if os.path.isdir(kernels) else set()
        pictures = identities(*(f"{kernels}/{name}" for name in before))
        controls.pass_over("ours", home, host=host)
        assert identities(*(f"{kernels}/{name}" for name in before)) == pictures
        owned[host] |= set(os.listdir(kernels)) - before
    assert len(owned["host-a"]) == 3
    shutil.rmtree(f"{home}/.venvs/one")
    for host, other in (_HOSTS, _HOSTS[::-1]):
        pictures = identities(*(f"{kernels}/{name}" for name in owned[other]))
        controls.pass_over("ours", home, host=host)
        assert identities(*(f"{kernels}/{name}" for name in owned[other])) == pictures
    left = set(os.listdir(kernels))
    assert len(left & owned["host-a"]) == 2
