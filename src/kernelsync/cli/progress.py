"""How far long work is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_WIDTH = 30
_ERASE = "\r\x1b[K"


class Progress:
    """One bar after the other on a stream (stderr); `quiet` shows none."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._is_terminal = stream.isatty()
        self._is_open = False
        self._last = ""

    def show(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` files of something are there."""
        if self._quiet:
            return
        if self._is_terminal:
            filled = _WIDTH * done // max(total, 1)
            bar = "#" * filled + "." * (_WIDTH - filled)
            self._write(f"{_ERASE}{what}  [{bar}] {done}/{total}")
            self._is_open = True
        else:
            self.say(f"{what}: {done} of {total} files are there")

    def say(self, line: str) -> None:
        """Say something that is no progress; the same thing once."""
        if self._quiet or line == self._last:
            return
        self._last = line
        self.end()
        self._write(f"{line}\n")

    def end(self) -> None:
        """Make room for what comes next."""
        if self._is_open:
            self._is_open = False
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
