"""Watches directories by events where the system gives them, and by polling where it does not."""

from __future__ import annotations

import contextlib
import errno
import os
import time

from kernelsync.watch import trouble
from kernelsync.watch.mounts import eventless_devices
from kernelsync.watch.outline import device_of, draw, identity_of
from kernelsync.watch.polling import Poller
from kernelsync.watch.protocol import NEVER, Health

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from kernelsync.model.problem import Problem
    from kernelsync.watch.outline import Outline
    from kernelsync.watch.protocol import Notifier, Wake

    Opener = Callable[[Wake], Notifier]
    MountTable = Callable[[], Mapping[int, str]]

POLL_EVERY = 10.0
"""Seconds between two looks at a directory without events."""

_AT_REST = 10.0
"""Seconds without a change after which nobody is at work in a directory."""

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})

_OVERFLOW_TOLD = 60.0
"""Seconds for which lost events are told of: the pass that makes up for them comes at once."""


class DirectoryWatcher:
    """The `Watcher` for every platform; `opener` makes the platform's notifier.

    A directory on a file system without events (`mounts`: device -> description) is watched and
    polled: its events tell of this machine's changes at once, the polling of all others.
    """

    def __init__(
        self,
        wake: Wake,
        opener: Opener,
        *,
        poll_every: float = POLL_EVERY,
        mounts: MountTable = eventless_devices,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wake = wake
        self._opener = opener
        self._mounts = mounts
        self._clock = clock
        self._notifier: Notifier | None = None
        self._poller = Poller(wake, every=poll_every)
        self._directories: Collection[str] = ()
        self._problems: tuple[Problem, ...] = ()
        self._devices: Mapping[int, str] = {}
        self._limit: int | None = None
        self._overflows = 0
        self._overflow_told_until = float("-inf")
        self._announces = False

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:
        """Watch these directories, and no others; only the differences cost anything."""
        self._directories = directories
        self._apply(looked)

    def check(self) -> Health:
        """Compare what is watched with what is there now, mend it, and return the health."""
        self._apply()
        return self.health()

    def health(self) -> Health:
        """Return the health as far as it is known, without touching the disk."""
        notifier, poller = self._notifier, self._poller
        problems = list(self._problems)
        ended = None if notifier is None else notifier.ended
        if ended is None and not poller.alive():
            ended = "the polling thread has ended"
        if ended is not None:
            problems.insert(0, trouble.dead(ended))
        if self._is_overflow_news():
            problems.append(trouble.overflow())
        return Health(
            alive=ended is None,
            watches=0 if notifier is None else notifier.count(),
            polled=poller.count(),
            limit=self._limit,
            announces=self._announces,
            problems=tuple(problems),
        )

    def close(self) -> None:
        """Stop watching, for good."""
        if self._notifier is not None:
            self._notifier.close()
        self._poller.close()

    def _is_overflow_news(self) -> bool:
        overflows = 0 if self._notifier is None else self._notifier.overflows
        if overflows != self._overflows:
            self._overflows = overflows
            self._overflow_told_until = self._clock() + _OVERFLOW_TOLD
        return self._clock() < self._overflow_told_until

    def _apply(self, looked: float = NEVER) -> None:
        problems: list[Problem] = []
        notifier = self._notifier = self._notifier or self._open(problems)
        routes = notifier is not None and notifier.routes
        outline = draw(self._directories, routes=routes)
        fresh: tuple[str, ...] = ()
        unwatched: Mapping[str, int] = dict.fromkeys(outline.identities, 0)
        if notifier is not None:
            applied = notifier.update(outline)
            fresh, unwatched = applied.fresh, applied.unwatched
        # What has vanished since it was drawn needs another look, and no polling.
        gone = {path: error for path, error in unwatched.items() if _has_vanished(path, error)}
        unwatched = {path: error for path, error in unwatched.items() if path not in gone}
        polled = self._poll(outline, unwatched, problems)
        self._limit = trouble.max_watches() if routes else None
        self._announces = routes and not unwatched and not self._poller.count()
        self._problems = tuple(problems)
        busy = [path for path in fresh if not _was_at_rest(path, looked)]
        for path in dict.fromkeys((*busy, *polled, *gone)):
            self._wake(path)

    def _poll(
        self, outline: Outline, unwatched: Mapping[str, int], problems: list[Problem]
    ) -> tuple[str, ...]:
        """Poll what has no watch or no events; return what was not polled before.

        Of the way to a directory nothing is polled: `check` sees when it leads elsewhere.
        """
        asked = {path: error for path, error in unwatched.items() if path not in outline.partial}
        eventless = self._eventless(outline, problems)
        problems.extend(trouble.of_unwatched(asked, self._poller.every))
        return self._poller.update([*asked, *eventless])

    def _open(self, problems: list[Problem]) -> Notifier | None:
        try:
            return self._opener(self._wake)
        except (OSError, RuntimeError) as error:  # no instance or descriptor; no thread
            problems.append(trouble.no_notifier(error, self._poller.every))
            return None

    def _eventless(self, outline: Outline, problems: list[Problem]) -> list[str]:
        with contextlib.suppress(OSError):  # what was known before still holds, most likely
            self._devices = self._mounts()
        devices = self._devices
        if not devices:
            return []
        found = {
            path: device_of(identity)
            for path, identity in outline.identities.items()
            if path not in outline.partial and device_of(identity) in devices
        }
        if found:
            mounts = sorted({devices[device] for device in found.values()})
            problems.append(trouble.eventless(mounts, len(found), self._poller.every))
        return list(found)


def _has_vanished(path: str, error: int) -> bool:
    return error in _ABSENT and identity_of(path) is None


def _was_at_rest(path: str, looked: float) -> bool:
    """Whether a directory is as it was long before that look: the look missed nothing."""
    try:
        return os.stat(path).st_ctime < looked - _AT_REST
    except OSError:
        return False
