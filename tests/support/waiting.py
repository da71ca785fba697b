"""Waits for something to become true, without guessing how long it takes."""

from __future__ import annotations

import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_STEP = 0.02


def wait_until(
    predicate: Callable[[], object],
    *,
    timeout: float = 10.0,
    what: Callable[[], str] = lambda: "",
) -> None:
    """Return as soon as the predicate holds; fail after `timeout` seconds, saying `what()`."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not predicate():
        if time.monotonic() > deadline:
            message = f"not true within {timeout:g} s: {predicate} {what()}"
            raise AssertionError(message)
        pause.wait(_STEP)
