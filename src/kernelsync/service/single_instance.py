"""Sees to it that one service at most runs for this user on this host."""

from __future__ import annotations

import contextlib
import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.lock import pass_lock
from kernelsync.places import runtime_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.surroundings import Surroundings

_PATIENCE = 0.3
"""Seconds: `is_running` holds the lock for an instant, which must not keep a service away."""


def lock_path(surroundings: Surroundings) -> str:
    """Return the file that a running service holds; it is touched after each pass."""
    return os.path.join(runtime_directory(surroundings), "service.lock")


@contextlib.contextmanager
def single_instance(path: str) -> Iterator[None]:
    """Hold the service's lock.

    Raises:
        KernelsDirectoryError: another service holds it, or it cannot be taken.
    """
    lock = pass_lock(path, timeout=_PATIENCE)
    try:
        lock.__enter__()
    except KernelsDirectoryError as error:
        if isinstance(error.__cause__, OSError):
            raise
        message = "the service runs already on this host"
        hint = (
            "'kernelsync status' shows it; 'kernelsync once' may run beside it; a service for "
            "another home of this user needs an XDG_RUNTIME_DIR of its own"
        )
        raise KernelsDirectoryError(message, path=path, hint=hint) from None
    try:
        yield
    finally:
        lock.__exit__()


def is_running(path: str) -> bool:
    """Return whether a service holds the lock now; nothing is made or written."""
    import fcntl  # noqa: PLC0415 - not on Windows, where there is no service either

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def last_pass(path: str) -> float | None:
    """Return when the last pass ended, in seconds since 1970; None if that is unknown."""
    try:
        return os.stat(path, follow_symlinks=False).st_mtime
    except OSError:
        return None


def touch(path: str) -> None:
    """Take note that a pass has ended now; costs no write on any disk (the directory is in RAM)."""
    with contextlib.suppress(OSError):
        os.utime(path, follow_symlinks=False)
