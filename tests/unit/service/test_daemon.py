"""The loop when its passes fail: it goes on, but it does not pretend."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time

import pytest

from kernelsync.model.outcome import PassResult, tally_of
from kernelsync.model.plan import Plan
from kernelsync.service.daemon import Daemon
from kernelsync.service.notify import Notify
from kernelsync.service.parts import parts_of
from kernelsync.service.settings_file import SettingsFile
from kernelsync.service.state import read_state, state_path
from support.values import settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings

_NOTHING = PassResult(
    plan=Plan(actions=(), unchanged=()),
    outcomes=(),
    standings=(),
    tally=tally_of(()),
    roots=(),
    problems=(),
)


class _Basis:
    """A basis whose passes fail as often as it is told, and then end the service."""

    def __init__(self, world: Surroundings, failures: int, asked: int = 1) -> None:
        self.surroundings = world
        self.settings_path = os.path.join(world.home, "config.yaml")
        self.settings: Settings = settings()
        self.kernels_directory = os.path.join(world.home, "kernels")
        self.reconciler = self
        self.passes = 0
        self._failures = failures
        self._asked = asked

    def run(self, *_: object) -> PassResult:
        """Carry out one pass, or fail."""
        self.passes += 1
        if self.passes <= self._failures:
            message = "no such thing"
            raise LookupError(message)
        if self.passes >= self._failures + self._asked:
            os.kill(os.getpid(), signal.SIGTERM)
        return _NOTHING

    def forget(self) -> None:
        """Hold nothing."""


@pytest.fixture
def world(tmp_path: Path) -> Surroundings:
    """Return a user with nothing at all."""
    return surroundings(home=str(tmp_path), environ={"XDG_RUNTIME_DIR": str(tmp_path)})


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Return the socket of a service manager that asks for a sign of life each second."""
    handlers = [
        (each, signal.getsignal(each)) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    ]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)  # noqa: FBT003 - the only form there is
        yield listening
    for number, handler in handlers:
        signal.signal(number, handler)


def _run(basis: _Basis, tmp_path: Path) -> int:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
    file = SettingsFile(lambda: basis)  # type: ignore[arg-type, return-value] # a double
    parts = parts_of(file, clock=time.monotonic)
    return Daemon(file, Notify(environ, os.getpid()), parts).run()


def _heard(manager: socket.socket) -> list[str]:
    heard = []
    try:
        while True:
            heard.append(manager.recv(10000).decode())
    except BlockingIOError:
        return heard


def test_a_failed_pass_is_tried_again(
    world: Surroundings,
    manager: socket.socket,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The traceback is logged once; the manager hears of life when a pass has succeeded."""
    basis = _Basis(world, failures=2)
    assert _run(basis, tmp_path) == 0
    assert basis.passes == 3
    bugs = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert len(bugs) == 1
    assert bugs[0].exc_info is not None
    heard = _heard(manager)
    assert heard.count("READY=1") == 1
    assert heard.count("WATCHDOG=1") == 1
    assert heard[-1] == "STOPPING=1"


def test_it_works_without_any_failure(
    world: Surroundings, manager: socket.socket, tmp_path: Path
) -> None:
    """The state is written for `status`, and says that nothing fails."""
    assert _run(_Basis(world, failures=0), tmp_path) == 0
    state = read_state(state_path(world))
    assert state is not None
    assert (state.pid, state.failure) == (os.getpid(), None)
    assert "READY=1" in _heard(manager)
