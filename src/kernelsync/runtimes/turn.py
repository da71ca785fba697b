"""One builder at a time, and no removal of what a kernel uses: locks that die with their holder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.layout import IN_USE, LOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE = 0.05
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


@contextlib.contextmanager
def turn(directory: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a directory of runtimes; `waiting` is called once if another has it.

    The lock's file stays: whoever removes it makes room for two holders.

    Raises:
        BuildFailure: the file system has no locks.
    """
    os.makedirs(directory, mode=0o700, exist_ok=True)
    path = os.path.join(directory, LOCK)
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        is_told = False
        while not _try(descriptor, path):
            if not is_told:
                is_told = True
                waiting()
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def unused(build: str) -> Iterator[bool]:
    """Tell whether no kernel uses a build, and let none begin to for as long as this lasts."""
    path = os.path.join(build, IN_USE)
    try:
        descriptor = os.open(path, _FLAGS & ~os.O_CREAT)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _try(descriptor, path)
    finally:
        os.close(descriptor)


def _try(descriptor: int, path: str) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        message = f"the lock {path} cannot be taken: {error.strerror}"
        hint = "set XDG_DATA_HOME to a directory on a local disk"
        raise BuildFailure(message, code="no-lock", path=path, hint=hint) from error
    return True
