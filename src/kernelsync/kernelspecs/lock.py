"""One pass at a time on this host: a lock that dies with its holder."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time

from kernelsync.errors import KernelsDirectoryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 0.5
"""Seconds before somebody is told that we wait; most passes are over by then."""
_PAUSE = 0.02
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class PassLock:
    """The lock as a context manager; see `pass_lock`."""

    def __init__(self, path: str, timeout: float | None, waiting: Callable[[], None]) -> None:
        self._path = path
        self._timeout = timeout
        self._waiting = waiting
        self._descriptor = -1

    def __enter__(self) -> None:
        try:
            self._descriptor = self._acquire()
        except OSError as error:
            message = f"the lock {self._path} cannot be taken: {error.strerror}"
            hint = "set XDG_RUNTIME_DIR to a directory of yours on a local disk"
            raise KernelsDirectoryError(message, path=self._path, hint=hint) from error

    def __exit__(self, *_: object) -> None:
        # Closing releases it. The file stays: whoever removes it makes room for two holders.
        os.close(self._descriptor)

    def _acquire(self) -> int:
        # Somebody may have removed the file while we waited; then ours locks nobody out.
        while True:
            descriptor = _open(self._path)
            try:
                self._wait(descriptor)
                if _is_current(descriptor, self._path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _wait(self, descriptor: int) -> None:
        if _try(descriptor):
            return
        start = time.monotonic()
        told = False
        while not _try(descriptor):
            waited = time.monotonic() - start
            if self._timeout is not None and waited >= self._timeout:
                message = f"another kernelsync is at work, and holds {self._path}"
                hint = "try again when it has ended; 'kernelsync status' shows the service"
                raise KernelsDirectoryError(message, path=self._path, hint=hint)
            if not told and waited >= PATIENCE:
                told = True
                self._waiting()
            time.sleep(_PAUSE)


def pass_lock(
    path: str, *, timeout: float | None = None, waiting: Callable[[], None] = lambda: None
) -> PassLock:
    """Return a context manager that holds the lock file `path` (made if need be, never removed).

    It waits for another holder for at most `timeout` seconds, None for as long as it takes, and
    calls `waiting` once after `PATIENCE` seconds of that. Entering costs an open and three
    cheap calls when nobody holds it.

    Entering raises:
        KernelsDirectoryError: another kernelsync held it for too long, the file system has no
            locks (ENOLCK), or the file cannot be made or belongs to somebody else. There is no
            going on without it: two writers could undo each other's work.
    """
    return PassLock(path, timeout, waiting)


def _open(path: str) -> int:
    try:
        descriptor = os.open(path, _FLAGS, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, _FLAGS, 0o600)
    status = os.fstat(descriptor)
    # Somebody else's file would let them hold the lock, and us, for ever.
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        os.close(descriptor)
        raise OSError(errno.EPERM, "it is not a file of ours", path)
    return descriptor


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_current(descriptor: int, path: str) -> bool:
    try:
        found = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(descriptor))
