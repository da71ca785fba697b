"""Watches any number of directories on Linux with one inotify instance and one thread.

Built on watchdog's `InotifyFD`, the layer below its `Observer`, which would take a thread for
each directory, hold a rename back for half a second, and keep overflows, refused watches and
dead threads to itself.
"""

from __future__ import annotations

import errno
import os
import sys
import time

from kernelsync.watch.inotify_fd import load
from kernelsync.watch.protocol import Applied, Idle
from kernelsync.watch.rank import may_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyConstants,
        InotifyEvent,
        InotifyFD,
        Mask,
        WatchDescriptor,
    )

    from kernelsync.watch.outline import Outline
    from kernelsync.watch.protocol import Wake
else:
    _module = load()
    CallbackId, Mask = _module.CallbackId, _module.Mask
    InotifyConstants, InotifyFD = _module.InotifyConstants, _module.InotifyFD

# MASK_ADD, because one directory may be reached by two paths of which less counts in one.
_SELF = Mask(
    InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_MASK_ADD
)
_NAMES = Mask(
    _SELF
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
)
# An entry comes or goes, or a file is complete. Never OPEN, CLOSE_NOWRITE or MODIFY: merely using
# an environment would wake us then. CREATE, because hard links and symlinks raise nothing else.
_ENTRIES = Mask(_NAMES | InotifyConstants.IN_CLOSE_WRITE)
_GONE = InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVED_FROM
_LOST = (
    InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT
)
_REFUSED = -1
_NAP, _LONGEST_NAP = 0.03, 0.1
"""Seconds for which events gather after such that may wait: installers make one after another."""
_NAP_SHARE = 0.05
"""The part of the time for which such events have been coming that the next nap takes."""
_LULL = 3.0
"""Seconds without events after which what comes is no part of what was before; nor is it after
an event that could not wait."""


class InotifyNotifier:
    """A `Notifier` by inotify(7).

    Making one takes an inotify instance and starts its thread: OSError EMFILE when this user
    has no instance left (`fs.inotify.max_user_instances`) or this process no file descriptor.
    """

    routes = True

    def __init__(self, wake: Wake) -> None:
        self.wake = wake
        self.overflows = 0
        self.ended: str | None = None
        self.closing = False
        self.may_nap = False
        self._places: dict[str, _Place] = {}
        self._reader = _Reader(self)
        self._reader.start()

    def update(self, outline: Outline) -> Applied:
        """Watch exactly the places of this outline, as far as the system lets us.

        After the first refusal for want of watches, the rest is not tried.
        """
        self._drop([path for path, place in self._places.items() if place.differs(outline)])
        fresh: list[str] = []
        unwatched: dict[str, int] = {}
        error = 0
        for path, identity in outline.identities.items():
            names = _encoded(outline.partial.get(path))
            place = self._places.get(path)
            if place is not None:
                # What happened to a name before it counted is as unknown as with a new watch.
                if not place.widen(names):
                    fresh.append(path)
                continue
            if error != errno.ENOSPC:
                error = self._add(_Place(self, path, identity, names))
            if error:
                unwatched[path] = error
            else:
                fresh.append(path)
        return Applied(fresh=tuple(fresh), unwatched=unwatched)

    def count(self) -> int:
        """Return the number of directories that are watched."""
        return len(self._places)

    def close(self) -> None:
        """Give back the inotify instance and end the thread."""
        self.closing = True
        self._reader.stop()
        self._reader.join(timeout=2.0)
        self._places.clear()

    def _add(self, place: _Place) -> int:
        identifier = CallbackId(id(place))
        try:
            mask = _mask(place.names)
            place.wd = self._reader.add_callback(os.fsencode(place.path), mask, place, identifier)
        except OSError as error:
            return error.errno or errno.EIO
        if place.wd == _REFUSED:  # the one error that watchdog takes for success
            self._reader.remove_callbacks([(place.wd, identifier)])
            return errno.EACCES
        self._places[place.path] = place
        return 0

    def _drop(self, paths: Iterable[str]) -> None:
        for path in paths:
            place = self._places.pop(path)
            place.lost = True
            self._reader.remove_callbacks([(place.wd, CallbackId(id(place)))])

    def end(self, reason: str) -> None:
        """Take note that the reading thread has ended, and why."""
        self.ended = reason
        self.wake(None)


class _Reader(InotifyFD):
    """The one thread, which says so when it ends without having been told to."""

    def __init__(self, notifier: InotifyNotifier) -> None:
        super().__init__()
        self.name = "kernelsync-inotify"
        self._notifier = notifier
        self._began = self._last = 0.0

    def run(self) -> None:
        try:
            super().run()
        finally:
            if self.should_keep_running():
                self._notifier.end(repr(sys.exception()))

    def read_events(self, **options: int) -> list[InotifyEvent]:
        """Return the next events; many at once where those before could wait."""
        now = time.monotonic()
        if not self._notifier.may_nap or now - self._last > _LULL:
            self._began = now
        self._last = now
        if self._notifier.may_nap:
            time.sleep(max(_NAP, min(_LONGEST_NAP, (now - self._began) * _NAP_SHARE)))
        self._notifier.may_nap = True
        return super().read_events(**options)


class _Place:
    """One watched directory; there are thousands, so it is no larger than it must be.

    Its methods are called in the reading thread: they wake, and do nothing else.
    """

    __slots__ = ("_notifier", "identity", "lost", "names", "path", "wd")

    def __init__(
        self, notifier: InotifyNotifier, path: str, identity: int, names: frozenset[bytes] | None
    ) -> None:
        self._notifier = notifier
        self.path = path
        self.identity = identity
        self.names = names
        self.lost = False
        self.wd: WatchDescriptor

    def differs(self, outline: Outline) -> bool:
        """Whether this is no longer the directory at its path, or not watched as it should be."""
        if self.lost or outline.identities.get(self.path) != self.identity:
            return True
        return _mask(self.names) != _mask(outline.partial.get(self.path))

    def widen(self, names: frozenset[bytes] | None) -> bool:
        """Let these names count from now on; True if all of them did already."""
        before, self.names = self.names, names
        return before is None or (names is not None and names <= before)

    def on_event(self, event: InotifyEvent) -> None:
        """Wake, at leisure if the name can wait; not for a name that does not count."""
        if self.lost:
            return
        hint = self.path
        if event.mask & _LOST:
            self.lost = True
        elif self.names is None and may_wait(
            hint,
            event.name,
            gone=bool(event.mask & _GONE),
            is_directory=bool(event.mask & InotifyConstants.IN_ISDIR),
        ):
            self._notifier.wake(Idle(hint))
            return
        elif self.names is None or event.name in self.names:
            hint = os.path.join(hint, os.fsdecode(event.name))
        else:
            return
        self._notifier.may_nap = False
        self._notifier.wake(hint)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:  # noqa: ARG002 - watchdog's signature
        """Wake, because the kernel has ended this watch: its directory is gone, or unmounted."""
        if not (self.lost or self._notifier.closing):
            self.lost = True
            self._notifier.wake(self.path)

    def on_queue_overflow(self) -> None:
        """Wake for everything: events were lost, perhaps those that say that watches ended."""
        self.lost = True
        self._notifier.overflows += 1  # the reading thread alone counts
        self._notifier.wake(None)


def _encoded(names: frozenset[str] | None) -> frozenset[bytes] | None:
    return None if names is None else frozenset(map(os.fsencode, names))


def _mask(names: frozenset[bytes] | frozenset[str] | None) -> Mask:
    if names is None:
        return _ENTRIES
    return _NAMES if names else _SELF
