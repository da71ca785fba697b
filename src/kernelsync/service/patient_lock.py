"""The lock of all passes on this host, as a service waits for it: ready to stop."""

from __future__ import annotations

import contextlib
import logging

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.lock import pass_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AT_ONCE = 0.25
"""Seconds after which waiting is interrupted to see whether it is still wanted."""
_logger = logging.getLogger(__name__)


@contextlib.contextmanager
def patient_lock(path: str, interrupt: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of passes, however long another one takes; `interrupt` may raise meanwhile.

    Raises:
        KernelsDirectoryError: the lock file cannot be used.
    """
    lock = pass_lock(path, timeout=_AT_ONCE)
    is_told = False
    while True:
        interrupt()
        try:
            lock.__enter__()
        except KernelsDirectoryError as error:
            if isinstance(error.__cause__, OSError):
                raise
            if not is_told:
                is_told = True
                _logger.debug("waiting for another kernelsync to end its pass")
        else:
            break
    try:
        yield
    finally:
        lock.__exit__()
