"""What signals ask of the service; the loop looks here whenever it turns."""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_INTERRUPTED = 130


class Signals:
    """Keeps what was asked for, and wakes the loop.

    SIGTERM asks to stop, and SIGINT (exit code 130). SIGHUP asks to read the settings again;
    from a terminal, where it means that the window was closed, it asks to stop.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._reload = False
        self.stopping = False
        self.exit_code = 0

    def install(self) -> None:
        """Take the signals over; only the main thread can."""
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        if hasattr(signal, "SIGHUP"):
            # Descriptor 2, because stdin and stdout may be anything under a service manager.
            on_terminal = os.isatty(2)
            signal.signal(signal.SIGHUP, self._on_stop if on_terminal else self._on_reload)

    def is_stopping(self) -> bool:
        """Whether the service was asked to stop."""
        return self.stopping

    def end(self, exit_code: int) -> None:
        """Stop without a signal."""
        self.stopping = True
        self.exit_code = exit_code

    def take_reload(self) -> bool:
        """Return whether a reload was asked for since the last call."""
        asked, self._reload = self._reload, False
        return asked

    def _on_stop(self, number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        if number == signal.SIGINT:
            self.exit_code = _INTERRUPTED
        self._wake()

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload = True
        self._wake()
