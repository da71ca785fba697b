"""How log lines look: with priorities for the journal, with the time for people."""

from __future__ import annotations

import logging
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

# The levels of syslog(3), which sd-daemon(3) wants in front of a line.
_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))


def set_up(stream: TextIO, environ: Mapping[str, str], *, verbose: bool, quiet: bool) -> None:
    """Send what kernelsync logs to the stream: changes and problems, and with `verbose` all."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_ForJournal() if _is_journal(stream, environ) else _ForPeople())
    root = logging.getLogger("kernelsync")
    root.handlers = [handler]
    root.propagate = False
    root.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)


class _ForJournal(logging.Formatter):
    """A priority in front of each line; the journal knows the time."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as the journal wants it."""
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return "\n".join(f"<{priority}>{line}" for line in _lines(record, self))


class _ForPeople(logging.Formatter):
    """The time, the level of what is no mere news, and the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a person reads it on a terminal or in a file."""
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        time = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        return f"{time} {level}" + "\n".join(_lines(record, self))


def _lines(record: logging.LogRecord, formatter: logging.Formatter) -> Iterator[str]:
    """Yield the message, whose names may come from anybody, as one line; then any traceback."""
    yield _printable(record.getMessage())
    if record.exc_info:
        for line in formatter.formatException(record.exc_info).split("\n"):
            yield _printable(line)


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether the stream leads to the journal, as systemd.exec(5) says of JOURNAL_STREAM."""
    device, _, inode = environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return (device, inode) == (str(status.st_dev), str(status.st_ino))
