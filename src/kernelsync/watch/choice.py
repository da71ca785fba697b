"""Chooses how directories are watched on this platform."""

from __future__ import annotations

from kernelsync.watch.watcher import POLL_EVERY, DirectoryWatcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.watch.protocol import Notifier, Wake, Watcher


def watcher_for(platform: str, wake: Wake, *, poll_every: float = POLL_EVERY) -> Watcher:
    """Return a watcher for this platform (as `sys.platform`); it starts with its first update."""
    opener = _inotify if platform == "linux" else _observer
    return DirectoryWatcher(wake, opener, poll_every=poll_every)


def _inotify(wake: Wake) -> Notifier:
    from kernelsync.watch.inotify import InotifyNotifier  # noqa: PLC0415 - loads on Linux only

    return InotifyNotifier(wake)


def _observer(wake: Wake) -> Notifier:
    from kernelsync.watch.observer import ObserverNotifier  # noqa: PLC0415 - not on Linux

    return ObserverNotifier(wake)
