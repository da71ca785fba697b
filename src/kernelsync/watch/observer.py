"""Watches directories through watchdog's `Observer`, on macOS and Windows."""

from __future__ import annotations

import errno
import os

from kernelsync.watch.protocol import Applied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from kernelsync.watch.outline import Outline
    from kernelsync.watch.protocol import Wake

_MOST = 256
"""Directories that get a schedule, each of which costs a thread; the others are polled."""


class ObserverNotifier:
    """A `Notifier` by the system's own means, as watchdog's `Observer` knows them.

    `most` is the number of directories that get a schedule of their own. Directories in which
    only some names count get none: FSEvents always reports the whole tree below, and those
    are the home directory and its parents.
    """

    routes = False

    def __init__(
        self,
        wake: Wake,
        *,
        observer: Callable[[], BaseObserver] | None = None,
        most: int = _MOST,
    ) -> None:
        self.overflows = 0
        self._handler = _handler(wake)
        self._most = most
        self._watches: dict[str, tuple[int, ObservedWatch]] = {}
        self._observer = observer() if observer is not None else _platform_observer()
        self._observer.start()

    @property
    def ended(self) -> str | None:
        """Why nobody will be woken again; None while it works."""
        return None if self._observer.is_alive() else "the observer's thread has ended"

    def update(self, outline: Outline) -> Applied:
        """Watch exactly the places of this outline, as far as the system lets us."""
        # A thread ends with its directory, even if there is a new one at the same path.
        ended = {thread.watch for thread in tuple(self._observer.emitters) if not thread.is_alive()}
        for path, (identity, watch) in tuple(self._watches.items()):
            same = outline.identities.get(path) == identity and path not in outline.partial
            if not same or watch in ended:
                # Never schedule before this: watchdog would keep the old, dead emitter.
                del self._watches[path]
                self._observer.unschedule(watch)
        fresh: list[str] = []
        unwatched: dict[str, int] = {}
        for path, identity in outline.identities.items():
            if path in self._watches:
                continue
            error = 0
            if path not in outline.partial and len(self._watches) < self._most:
                error = self._add(path, identity)
            if path in self._watches:
                fresh.append(path)
            else:
                unwatched[path] = error
        return Applied(fresh=tuple(fresh), unwatched=unwatched)

    def count(self) -> int:
        """Return the number of directories that are watched."""
        return len(self._watches)

    def close(self) -> None:
        """Stop all threads."""
        self._observer.stop()
        self._observer.join(timeout=2.0)
        self._watches.clear()

    def _add(self, path: str, identity: int) -> int:
        try:
            watch = self._observer.schedule(self._handler, path, follow_symlink=True)
        except OSError as error:
            return error.errno or errno.EIO
        self._watches[path] = (identity, watch)
        return 0


def _platform_observer() -> BaseObserver:
    from watchdog.observers import Observer  # noqa: PLC0415 - it loads what the platform has

    return Observer()


def _handler(wake: Wake) -> FileSystemEventHandler:
    from watchdog import events  # noqa: PLC0415 - only where the service runs

    class Handler(events.FileSystemEventHandler):
        """Wakes with the directory of the event, unless something was merely opened or read."""

        def dispatch(self, event: FileSystemEvent) -> None:
            if event.event_type in {events.EVENT_TYPE_OPENED, events.EVENT_TYPE_CLOSED_NO_WRITE}:
                return
            wake(_directory(event.src_path))
            if event.dest_path:
                wake(_directory(event.dest_path))

    return Handler()


def _directory(path: bytes | str) -> str:
    return os.path.dirname(os.fsdecode(path))
