"""What is at the top of a build, written down when it is made: all that passes compare."""

from __future__ import annotations

import os

from kernelsync.runtimes.layout import NAMES, SITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

_LARGEST = 65536
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
CACHE = "__pycache__"
"""What Python itself adds and replaces at any time."""


def write_names(build: str) -> None:
    """Write down what is at the top of a build that is being made.

    Their count comes first, so that a part of the file is not taken for all of it.
    """
    names = sorted(set(os.listdir(os.path.join(build, SITE))) - {CACHE})
    with open(os.path.join(build, NAMES), "x", encoding="utf-8") as file:
        file.write("\n".join((str(len(names)), *names, "")))


def missing_name(build: str, found: Collection[str]) -> str | None:
    """Return what is missing at the top of a build, None if nothing is; `found` is there."""
    names = _read_names(build)
    if names is None:
        return f"{build}/{NAMES}"
    present = frozenset(found)
    for name in names:
        if name not in present:
            return f"{build}/{SITE}/{name}"
    return None


def _read_names(build: str) -> list[str] | None:
    """Return the names as they were written, None if they cannot be read."""
    try:
        descriptor = os.open(f"{build}/{NAMES}", _FLAGS)
        try:
            text = os.read(descriptor, _LARGEST).decode()
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    count, *names = text.split("\n")
    return names[:-1] if count == str(len(names) - 1) else None
