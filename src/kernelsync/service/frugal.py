"""Keeps a service small between its passes: what a pass took goes back to the system.

A pass over a thousand environments makes 7 MiB of values, and drops them. Python's own
allocator keeps them for the next pass: it gives back in pieces of 1 MiB, which one small
value that stays is enough to hold. The C library's allocator gives back page by page.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOCATOR = "PYTHONMALLOC"
_WORTH_IT = 100
"""Environments of which a pass makes so much that giving it back pays."""


def begin_again(environ: Mapping[str, str]) -> None:
    """Start this program anew with the C library's allocator, in the same process.

    Python chooses its allocator before anything else. Returns where that would bring
    nothing, or was done already.
    """
    if ALLOCATOR in environ or not _is_glibc() or "t" in sys.abiflags:  # a Python without the GIL
        return
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    command = [sys.executable, *sys.orig_argv[1:]]
    try:
        os.execve(sys.executable, command, {**environ, ALLOCATOR: "malloc"})  # noqa: S606 - itself
    except OSError:
        return  # larger, but no worse


class Housekeeping:
    """Gives back what passes leave; see above.

    The program has switched collecting by chance off. What is there after the first pass stays,
    modules above all: to look through it again would cost more than a small pass itself.
    """

    def __init__(self) -> None:
        self._is_frozen = False

    def give_back(self, environments: int) -> None:
        """Collect what is garbage after a pass over so many environments, and return the room."""
        gc.collect()
        if not self._is_frozen:
            gc.freeze()
            self._is_frozen = True
        if environments >= _WORTH_IT and "ctypes" in sys.modules and _is_glibc():
            import ctypes  # noqa: PLC0415 - watching has loaded it

            ctypes.CDLL(None).malloc_trim(0)


def _is_glibc() -> bool:
    try:
        return bool(os.confstr("CS_GNU_LIBC_VERSION"))
    except (AttributeError, ValueError, OSError):
        return False
