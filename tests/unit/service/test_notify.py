"""What the service manager hears."""

from __future__ import annotations

import os
import socket

import pytest

from kernelsync.service.notify import Notify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PID = 4711


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """Return the socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(5.0)
        yield listening


def _notify(address: str, **variables: str) -> Notify:
    return Notify({"NOTIFY_SOCKET": address, **variables}, _PID)


def test_ready_is_told_through_the_named_socket(manager: socket.socket, tmp_path: Path) -> None:
    """The protocol is one datagram with an assignment."""
    manager.bind(str(tmp_path / "notify"))
    _notify(str(tmp_path / "notify")).ready()
    assert manager.recv(100) == b"READY=1"


def test_an_abstract_socket_begins_with_an_at_sign(manager: socket.socket) -> None:
    """Containers and old managers name such sockets."""
    manager.bind(f"\0kernelsync-test-{os.getpid()}")
    _notify(f"@kernelsync-test-{os.getpid()}").ready()
    assert manager.recv(100) == b"READY=1"


def test_reloading_tells_its_time(manager: socket.socket, tmp_path: Path) -> None:
    """Systemd orders it by the monotonic clock, in microseconds."""
    manager.bind(str(tmp_path / "notify"))
    _notify(str(tmp_path / "notify")).reloading()
    first, second = manager.recv(100).decode().split("\n")
    assert first == "RELOADING=1"
    assert second.removeprefix("MONOTONIC_USEC=").isdecimal()


def test_a_status_is_one_line_and_is_sent_once(manager: socket.socket, tmp_path: Path) -> None:
    """A newline in a path would begin another assignment, such as WATCHDOG=trigger."""
    manager.bind(str(tmp_path / "notify"))
    notify = _notify(str(tmp_path / "notify"))
    notify.status("a\nWATCHDOG=trigger\x1b[2J")
    notify.status("a\nWATCHDOG=trigger\x1b[2J")
    notify.stopping()
    assert manager.recv(1000) == b"STATUS=a\\nWATCHDOG=trigger\\x1b[2J"
    assert manager.recv(1000) == b"STOPPING=1"


def test_a_long_status_is_cut(manager: socket.socket, tmp_path: Path) -> None:
    """It is for one line of `systemctl status`."""
    manager.bind(str(tmp_path / "notify"))
    _notify(str(tmp_path / "notify")).status("x" * 5000)
    assert len(manager.recv(10000)) < 300


@pytest.mark.parametrize("address", ["", "relative", "@", "/no/such/socket"])
def test_nobody_listening_is_no_error(address: str) -> None:
    """It runs in a terminal just as well."""
    notify = _notify(address, WATCHDOG_USEC="1000000")
    notify.ready()
    notify.alive()
    assert notify.watchdog == 0.5


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "180000000"}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(_PID)}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
    ],
)
def test_the_watchdog_wants_to_hear_twice_in_its_patience(
    variables: dict[str, str], expected: float | None
) -> None:
    """Variables for another process are not for us."""
    assert _notify("", **variables).watchdog == expected


def test_without_a_watchdog_nothing_is_said_to_it(manager: socket.socket, tmp_path: Path) -> None:
    """WATCHDOG=1 is only for a manager that asked."""
    manager.bind(str(tmp_path / "notify"))
    notify = _notify(str(tmp_path / "notify"))
    notify.alive()
    notify.stopping()
    assert manager.recv(100) == b"STOPPING=1"
