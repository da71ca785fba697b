"""The program in forked processes: each is one run of it, without a start of Python.

    python program_server.py MODULE GO ANSWERS OUTPUT ERRORS

For each line on stdin, the arguments of a run as JSON with the file for the names of its modules
or null, it forks a process that calls `begin(arguments)` of MODULE, and that ends the process.
It writes its id to ANSWERS and takes a byte from GO before it begins: whoever wants to trace it
has the time for that. When it has ended, ANSWERS gets its exit code. All four are descriptors.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    Begin = Callable[[Sequence[str]], NoReturn]


class Server:
    """Forks a process for each run; what an earlier one imported is there for the next."""

    def __init__(self, begin: Begin, descriptors: Sequence[int]) -> None:
        self._begin = begin
        self._go, self._answers, self._output, self._errors = descriptors

    def serve(self, line: str) -> None:
        """Make one run."""
        arguments, modules = json.loads(line)
        recorded = -1
        if modules is not None:
            # Open before it takes the right to write elsewhere from itself (Landlock).
            recorded = os.open(modules, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC)
        child = os.fork()
        if child == 0:
            self._become_the_program(arguments, recorded)
        _, status = os.waitpid(child, 0)
        if modules is not None:
            os.close(recorded)
            _import(modules)
        self._say(os.waitstatus_to_exitcode(status))

    def _become_the_program(self, arguments: Sequence[str], recorded: int) -> NoReturn:
        if recorded >= 0:
            _record_at_the_end(recorded)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(self._output, 1)
        os.dup2(self._errors, 2)
        # From here on, calls are counted. Whether this waiting counts cannot be said, so it waits
        # by a call that no fault is tried at.
        self._say(os.getpid())
        select.select([self._go], [], [])
        os.read(self._go, 1)
        os.close(self._go)
        self._begin(arguments)

    def _say(self, number: int) -> None:
        os.write(self._answers, f"{number}\n".encode())


def _record_at_the_end(descriptor: int) -> None:
    """Write down which modules there are when the program ends its process, as it does itself."""
    end = os._exit

    def leave(code: int) -> None:
        names = [name for name, module in sys.modules.items() if _can_be_imported(name, module)]
        os.write(descriptor, "".join(f"{name}\n" for name in names).encode())
        end(code)

    os._exit = leave  # type: ignore[assignment]


def _can_be_imported(name: str, module: object) -> bool:
    return name != "__main__" and getattr(module, "__spec__", None) is not None


def _import(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        for name in file.read().split():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def main(module: str, *descriptors: str) -> None:
    """Serve until stdin ends."""
    server = Server(importlib.import_module(module).begin, [int(each) for each in descriptors])
    while line := os.read(0, 65536).decode():
        server.serve(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
