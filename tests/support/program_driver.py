"""The whole program in this process, after a mark in the trace of whoever follows it."""

from __future__ import annotations

import os
import sys

from kernelsync.cli.main import program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

BEGIN = "/kernelsync-program-begins-here"
"""No such file: asking whether it may be accessed marks the beginning in a trace."""


def begin(arguments: Sequence[str]) -> NoReturn:
    """Mark the beginning, and be kernelsync; that ends the process."""
    sys.argv = ["kernelsync", *arguments]
    os.access(BEGIN, os.F_OK)
    program()


if __name__ == "__main__":
    begin(sys.argv[1:])
