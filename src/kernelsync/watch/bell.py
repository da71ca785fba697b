"""Carries wakes from any thread, and from the mount table, to the one loop that waits."""

from __future__ import annotations

import contextlib
import os

from kernelsync.model.value import Value
from kernelsync.watch.doorstep import doorstep
from kernelsync.watch.mounts import MOUNT_TABLE
from kernelsync.watch.protocol import Idle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.watch.doorstep import Doorstep

_MOST = 1000
"""Different hints that are remembered. Beyond, of any others only the directories that they are
in; beyond twice as many, everything is to be looked at."""


class Rung(Value):
    """The hints since the last look (None among them: everything), and when they came."""

    paths: frozenset[str | None]
    first: float
    last: float


class Bell:
    """Rung by watchers (`ring`, a `Wake`) and signal handlers (`call`); waited on by one loop.

    Both may be called from any thread and from a signal handler: they take no lock, never
    block and never raise. While the loop lets a burst settle, ringing does not wake it. Where
    there is a mount table, a change in it rings for everything: an unmounted or covered
    directory raises no event, and may even come back with the same inode.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        mount_table: str = MOUNT_TABLE,
        sleeping: Doorstep | None = None,
    ) -> None:
        """Sleep on the mount table, or where `sleeping` says."""
        self._clock = clock
        self._pressing, self._idle = _Pile(), _Pile()
        self._call = self._answered = object()
        self._doorstep = doorstep(mount_table) if sleeping is None else sleeping

    def ring(self, path: str | None, /) -> None:
        """Remember that something may have changed in this directory; None: anywhere."""
        pile = self._idle if isinstance(path, Idle) else self._pressing
        pile.add(path, self._clock())
        if pile.awaited:
            self._doorstep.poke()

    def call(self) -> None:
        """End the present or the next `wait` at once."""
        self._call = object()
        self._doorstep.poke()

    def wait(self, seconds: float | None, *, settling: bool = False, dozing: bool = False) -> bool:
        """Wait until it rings, for so long at most; True if it was ended by `call`.

        `settling`: do not end when it rings; `dozing`: do not when that may wait.
        """
        self._pressing.awaited = not settling
        self._idle.awaited = not (settling or dozing)
        rung = self._pressing.has_rung() or self._idle.has_rung()
        if self._call is self._answered and not rung:
            mounts_changed = self._doorstep.wait(seconds)
            if mounts_changed:
                self.ring(None)
        self._pressing.awaited = self._idle.awaited = False
        call = self._call
        called, self._answered = call is not self._answered, call
        return called

    def take(self, *, idle: bool = False) -> Rung | None:
        """Return the hints since the last time (`idle`: those that may wait), None without any."""
        return (self._idle if idle else self._pressing).take()

    def close(self) -> None:
        """Give back the file descriptors; nobody may ring or wait any more."""
        self._doorstep.close()


class _Pile:
    """Hints of one rank; `awaited` says that the loop is to be woken for them."""

    __slots__ = ("_first", "_hints", "_last", "awaited")

    def __init__(self) -> None:
        self._hints: dict[str | None, None] = {}
        self._first = self._last = 0.0
        self.awaited = False

    def add(self, path: str | None, now: float) -> None:
        self._last = now
        if not self._hints:
            self._first = now
        count = len(self._hints)
        if path is not None and count >= _MOST:
            path = os.path.dirname(path) if count < 2 * _MOST else None
        self._hints[path] = None

    def has_rung(self) -> bool:
        """Whether there is what the loop waits for."""
        return self.awaited and bool(self._hints)

    def take(self) -> Rung | None:
        first, last = self._first, self._last
        paths = []
        with contextlib.suppress(KeyError):  # no lock: what is rung meanwhile is found or stays
            while True:
                paths.append(self._hints.popitem()[0])
        return Rung(paths=frozenset(paths), first=first, last=last) if paths else None
