"""Tells the service manager how the service is, by the protocol of sd_notify(3)."""

from __future__ import annotations

import contextlib
import os
import socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_MICRO = 1_000_000
_LONGEST_STATUS = 200


class Notify:
    """Speaks to the manager that started us; silent where there is none.

    `watchdog` is how often, in seconds, the manager wants to hear that we work: half of its
    patience, as sd_watchdog_enabled(3) advises. None if it does not ask.
    """

    def __init__(self, environ: Mapping[str, str], pid: int) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._status = ""
        self.watchdog = _watchdog(environ, pid)

    @property
    def is_heard(self) -> bool:
        """Whether there is a manager."""
        return self._address is not None

    def ready(self) -> None:
        """Say that the service works: after the first pass, and after each reload."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that the loop still turns."""
        if self.watchdog is not None:
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Let `systemctl status` show one line; only a new one is sent."""
        if text != self._status:
            self._status = text
            self._send(f"STATUS={_one_line(text)}")

    def reloading(self) -> None:
        """Say that settings are being read again; `ready` ends it."""
        monotonic = time.monotonic_ns() // 1000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={monotonic}")

    def stopping(self) -> None:
        """Say that the service is about to end."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        # Nothing depends on being heard; a manager that hangs must not make us hang.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
        ):
            sender.settimeout(1.0)
            sender.sendto(message.encode("utf-8", "backslashreplace"), self._address)


def _address(named: str) -> bytes | None:
    """Return the socket's address; a name that begins with @ is in the abstract name space."""
    if named.startswith("/"):
        return os.fsencode(named)
    if named.startswith("@") and len(named) > 1:
        return b"\0" + os.fsencode(named[1:])
    return None


def _watchdog(environ: Mapping[str, str], pid: int) -> float | None:
    patience, meant = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not patience.isdecimal() or int(patience) == 0 or meant not in {"", str(pid)}:
        return None
    return int(patience) / _MICRO / 2


def _one_line(text: str) -> str:
    """Return the text as one printable line: a newline would begin another assignment."""
    line = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text[:_LONGEST_STATUS]
    )
    return line if len(text) <= _LONGEST_STATUS else f"{line}..."
