"""Lets one thread sleep until any other pokes it, or until the mount table changes."""

from __future__ import annotations

import contextlib
import math
import os
import select

from kernelsync.typed import Protocol

_CHUNK = 4096


class Doorstep(Protocol):
    """Where a thread sleeps. `poke` may come from any thread and from a signal handler."""

    def poke(self) -> None:
        """End the present or the next `wait`."""

    def wait(self, seconds: float | None) -> bool:
        """Sleep until poked, for so long at most; True if mounts have changed meanwhile."""

    def close(self) -> None:
        """Give back what it holds."""


def doorstep(mount_table: str) -> Doorstep:
    """Return the doorstep for this system; Windows has no `poll`, and no mount table."""
    return PipeDoorstep(mount_table) if hasattr(select, "poll") else QueueDoorstep()


class PipeDoorstep:
    """Sleeps in poll(2) on a pipe, and on the mount table, as proc(5) tells how."""

    def __init__(self, mount_table: str) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._mounts: int | None = None
        self._poll = select.poll()
        self._poll.register(self._reader, select.POLLIN)
        with contextlib.suppress(OSError):
            self._mounts = os.open(mount_table, os.O_RDONLY | os.O_CLOEXEC)
            self._poll.register(self._mounts, select.POLLPRI)

    def poke(self) -> None:
        """End the present or the next `wait`."""
        with contextlib.suppress(BlockingIOError):  # full: it will end anyway
            os.write(self._writer, b"!")

    def wait(self, seconds: float | None) -> bool:
        """Sleep until poked, for so long at most; True if mounts have changed meanwhile."""
        milliseconds = None if seconds is None else math.ceil(seconds * 1000)
        ready = {descriptor for descriptor, _ in self._poll.poll(milliseconds)}
        if self._reader in ready:
            with contextlib.suppress(BlockingIOError):
                while len(os.read(self._reader, _CHUNK)) == _CHUNK:
                    continue
        return self._mounts in ready

    def close(self) -> None:
        """Give back the file descriptors."""
        for descriptor in (self._reader, self._writer, self._mounts):
            if descriptor is not None:
                os.close(descriptor)


class QueueDoorstep:
    """Sleeps in a `SimpleQueue`, whose `put` is safe in signal handlers too."""

    def __init__(self) -> None:
        import queue  # noqa: PLC0415 - not where there is poll(2)

        self._pokes: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._empty = queue.Empty

    def poke(self) -> None:
        """End the present or the next `wait`."""
        self._pokes.put(None)

    def wait(self, seconds: float | None) -> bool:
        """Sleep until poked, for so long at most."""
        with contextlib.suppress(self._empty):
            self._pokes.get(timeout=seconds)
            while True:
                self._pokes.get_nowait()
        return False

    def close(self) -> None:
        """Hold nothing: there is nothing to give back."""
