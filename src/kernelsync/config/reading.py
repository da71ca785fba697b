"""The text of the settings file, read without trusting what lies at its path."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.mistakes import Mistakes

LARGEST = 64 * 1024
"""Bytes; the largest settings have a few thousand."""


def read_text(path: str, mistakes: Mistakes, *, is_named: bool) -> str | None:
    """Return the file's text, None after a mistake.

    For a file that `is_named` by the user, the user answers, whoever owns it. Opening never
    waits, as it would for a FIFO.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        hint = "`kernelsync config init` makes one"
        mistakes.add_at(None, "missing", "there is no such file", hint)
        return None
    except (OSError, ValueError) as error:
        mistakes.add_at(None, "unreadable", f"the file cannot be opened: {_reason(error)}")
        return None
    try:
        return _read_open(descriptor, mistakes, is_named=is_named)
    except OSError as error:
        mistakes.add_at(None, "unreadable", f"the file cannot be read: {_reason(error)}")
        return None
    finally:
        os.close(descriptor)


def _read_open(descriptor: int, mistakes: Mistakes, *, is_named: bool) -> str | None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        mistakes.add_at(None, "unreadable", "this is not a regular file")
        return None
    distrust = why_not_trusted(found.st_mode, None if is_named else found.st_uid, _own_uid())
    if distrust is not None:
        mistakes.add_at(None, "unsafe", distrust[0], distrust[1])
        return None
    content = b""
    while len(content) <= LARGEST and (more := os.read(descriptor, LARGEST + 1 - len(content))):
        content += more
    if len(content) > LARGEST:
        mistakes.add_at(None, "size", f"the file is larger than {LARGEST // 1024} KiB")
        return None
    return _decode(content, mistakes)


def why_not_trusted(mode: int, owner: int | None, uid: int | None) -> tuple[str, str] | None:
    """Return why another user may have written this file, and a hint; None if none could.

    Settings put variables into every kernel: whoever writes them runs code in kernels.
    `owner` is None where it does not matter, `uid` where the system has no such thing.
    """
    if uid is None:
        return None
    if mode & stat.S_IWOTH:
        return "every user of this machine may change the file", "chmod o-w takes that away"
    if owner is not None and owner not in (0, uid):
        hint = "take it over with chown, or name it with --config"
        return f"the file belongs to another user (uid {owner})", hint
    return None


def _own_uid() -> int | None:
    return os.geteuid() if hasattr(os, "geteuid") else None


def _decode(content: bytes, mistakes: Mistakes) -> str | None:
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
        mistakes.add_at((line, column), "encoding", "the file is not UTF-8", "save it as UTF-8")
        return None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        # On some systems a FIFO without a writer, a socket or a device cannot be opened so.
        return "it is not a file" if error.errno == errno.ENXIO else os.strerror(error.errno)
    return str(error)
