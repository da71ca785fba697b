"""Looks from time to time at directories on which the system does not report."""

from __future__ import annotations

import contextlib
import errno
import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.watch.protocol import Wake

Fingerprint = tuple[int, int, int, int] | int


def fingerprint(path: str) -> Fingerprint:
    """Return what changes when an entry of the directory comes or goes, or its permissions do.

    Times of modification and change, inode and device; the errno if it cannot be looked at.
    """
    try:
        found = os.stat(path)
    except OSError as error:
        return error.errno or errno.EIO
    except ValueError:  # a NUL in the path
        return errno.EINVAL
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


class Poller:
    """Wakes with each directory whose fingerprint differs from the one `every` seconds before.

    The thread exists only while there is something to poll.
    """

    def __init__(self, wake: Wake, *, every: float) -> None:
        self.every = every
        self._wake = wake
        self._prints: dict[str, Fingerprint] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def update(self, directories: Iterable[str]) -> tuple[str, ...]:
        """Poll these directories, and no others; return those that were not polled before."""
        wanted = dict.fromkeys(directories)
        fresh = {path: fingerprint(path) for path in wanted if path not in self._prints}
        with self._lock:
            for path in [path for path in self._prints if path not in wanted]:
                del self._prints[path]
            self._prints.update(fresh)
            if self._prints and self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(
                    target=self._run, name="kernelsync-polling", daemon=True
                )
                with contextlib.suppress(RuntimeError):  # no thread to be had: not alive, then
                    self._thread.start()
        return tuple(fresh)

    def count(self) -> int:
        """Return the number of directories that are polled."""
        return len(self._prints)

    def alive(self) -> bool:
        """Whether the thread runs, or none is needed."""
        thread = self._thread
        return thread is None or thread.is_alive()

    def close(self) -> None:
        """End the thread; one that hangs in a dead network disk is left behind."""
        self._closed.set()
        thread = self._thread
        if thread is not None and thread.is_alive():
            thread.join(timeout=1.0)

    def _run(self) -> None:
        while not self._closed.wait(self.every):
            with self._lock:
                if not self._prints:
                    self._thread = None
                    return
                known = tuple(self._prints.items())
            for path, before in known:
                if not self._closed.is_set():
                    self._compare(path, before)

    def _compare(self, path: str, before: Fingerprint) -> None:
        now = fingerprint(path)
        if now == before:
            return
        with self._lock:
            if path not in self._prints:
                return
            self._prints[path] = now
        self._wake(path)
