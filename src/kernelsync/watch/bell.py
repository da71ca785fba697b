"""Carries wakes from any thread, and from the mount table, to the one loop that waits."""

from __future__ import annotations

import contextlib

from kernelsync.model.value import Value
from kernelsync.watch.doorstep import doorstep
from kernelsync.watch.mounts import MOUNT_TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.watch.doorstep import Doorstep

_MOST = 1000
"""Different hints that are remembered; beyond, everything is to be looked at."""


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
        self._hints: dict[str | None, None] = {}
        self._first = self._last = 0.0
        self._listening = False
        self._call = self._answered = object()
        self._doorstep = doorstep(mount_table) if sleeping is None else sleeping

    def ring(self, path: str | None, /) -> None:
        """Remember that something may have changed in this directory; None: anywhere."""
        self._last = self._clock()
        if not self._hints:
            self._first = self._last
        self._hints[path if len(self._hints) < _MOST else None] = None
        if self._listening:
            self._doorstep.poke()

    def call(self) -> None:
        """End the present or the next `wait` at once."""
        self._call = object()
        self._doorstep.poke()

    def wait(self, seconds: float | None, *, settling: bool = False) -> bool:
        """Wait until it rings, for so long at most; True if it was ended by `call`.

        `settling`: do not end when it rings.
        """
        self._listening = not settling
        if self._call is self._answered and not (self._listening and self._hints):
            mounts_changed = self._doorstep.wait(seconds)
            if mounts_changed:
                self.ring(None)
        self._listening = False
        call = self._call
        called, self._answered = call is not self._answered, call
        return called

    def take(self) -> Rung | None:
        """Return the hints since the last time, None if there is none."""
        first, last = self._first, self._last
        paths = []
        with contextlib.suppress(KeyError):  # no lock: what is rung meanwhile is found or stays
            while True:
                paths.append(self._hints.popitem()[0])
        return Rung(paths=frozenset(paths), first=first, last=last) if paths else None

    def close(self) -> None:
        """Give back the file descriptors; nobody may ring or wait any more."""
        self._doorstep.close()
