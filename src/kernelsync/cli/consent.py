"""Whether somebody agrees: said beforehand, asked on a terminal, or nobody is there."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_YES = frozenset({b"y", b"yes"})


def can_ask() -> bool:
    """Whether there is somebody who reads what is printed, and can answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


class Consent:
    """What a person agrees to. Anything but a clear yes is a no, and so is the end of input.

    `yes` agrees to everything; else the one at the terminal is asked, if there is one (`asks`).
    """

    def __init__(self, *, yes: bool, asks: bool) -> None:
        self._yes = yes
        self._asks = asks and not yes
        self.has_asked = False

    @property
    def is_possible(self) -> bool:
        """Whether anybody can agree at all."""
        return self._yes or self._asks

    def to(self, question: str, introduce: Callable[[], None]) -> bool:
        """Return whether the answer is yes; before the first question comes the introduction.

        Raises:
            KeyboardInterrupt: the answer was Ctrl-C.
        """
        if not self._asks:
            return self._yes
        if not self.has_asked:
            introduce()
        self.has_asked = True
        sys.stdout.write(f"{question} [y/N] ")
        sys.stdout.flush()
        # As bytes: what is typed need not be in the encoding of the locale.
        answer = sys.stdin.buffer.readline()
        if not answer.endswith(b"\n"):
            sys.stdout.write("\n")
        return answer.strip().lower() in _YES
