"""The whole program in a fresh interpreter, to be killed or to be told errors.

    python program_driver.py MODULES ARGUMENT...

MODULES is a file with the names of modules to import before anything else, one on a line. What
the program would import on its way is so there before the mark in the trace, and all calls after
the mark are the program's own work. If there is no such file, it is written at the end.
"""

from __future__ import annotations

import importlib
import os
import sys

from kernelsync.cli.main import program

BEGIN = "/kernelsync-program-begins-here"
"""No such file: asking whether it may be accessed marks the beginning in a trace."""


def _preload(path: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            names = file.read().split()
    except FileNotFoundError:
        return False
    for name in names:
        importlib.import_module(name)
    return True


def _record(descriptor: int) -> None:
    names = [name for name, module in sys.modules.items() if _can_be_imported(name, module)]
    os.write(descriptor, "".join(f"{name}\n" for name in names).encode())


def _can_be_imported(name: str, module: object) -> bool:
    return name != "__main__" and getattr(module, "__spec__", None) is not None


def main() -> None:
    """Import what is needed, mark the beginning, and be kernelsync."""
    modules, *arguments = sys.argv[1:]
    if not _preload(modules):
        # The program ends its process itself; this is called before it goes. The file is open by
        # then, because the program takes the right to write elsewhere from itself (Landlock).
        end = os._exit
        descriptor = os.open(modules, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)

        def leave(code: int) -> None:
            _record(descriptor)
            end(code)

        os._exit = leave  # type: ignore[assignment]
    sys.argv = ["kernelsync", *arguments]
    os.access(BEGIN, os.F_OK)
    program()


if __name__ == "__main__":
    main()
