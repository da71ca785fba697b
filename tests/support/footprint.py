"""Reads in a trace of `strace -y` what a program did that it must not do."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\) += (-?\d+|\?)(?:<([^>]*)>)?")
_PLACE = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"(?!\.\.\.)')
_DESCRIPTOR = re.compile(r"^\d+<(/[^>]*)>")
_RUNNING = frozenset({"execve", "execveat"})
_BY_PATH = frozenset(
    (
        *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
        *("link", "linkat", "symlink", "symlinkat", "chmod", "fchmodat", "chown", "fchownat"),
        *("truncate", "utimensat", "mknod", "mknodat", "creat"),
    )
)
_BY_DESCRIPTOR = frozenset({"fchmod", "fchown", "ftruncate", "utimensat"})
_WRITING_FLAGS = ("O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC")
_NOWHERE = frozenset({"/dev/null"})


def outside(trace: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Return the lines that run a program, use the internet, or change something elsewhere.

    Calls that failed changed nothing.
    """
    return [line for line in trace if (call := _CALL.match(line)) and _is_wrong(call, allowed)]


def _is_wrong(call: re.Match[str], allowed: Sequence[str]) -> bool:
    name, arguments, result, opened = call.groups()
    if name in _RUNNING:
        return True
    if name == "socket":
        return arguments.startswith(("AF_INET", "AF_PACKET"))
    if result.startswith("-"):
        return False
    if name in {"open", "openat"}:
        writes = any(flag in arguments for flag in _WRITING_FLAGS)
        return writes and not _is_below(opened or "", allowed)
    if name in _BY_PATH or name in _BY_DESCRIPTOR:
        return not all(_is_below(path, allowed) for path in _places(name, arguments))
    return False


def _places(name: str, arguments: str) -> Iterator[str]:
    descriptor = _DESCRIPTOR.match(arguments)
    if name in _BY_DESCRIPTOR and descriptor:
        yield descriptor[1]
        return
    for directory, path in _PLACE.findall(arguments):
        yield os.path.normpath(os.path.join(directory or "/", path))


def _is_below(path: str, allowed: Sequence[str]) -> bool:
    return path in _NOWHERE or any(f"{path}/".startswith(f"{place}/") for place in allowed)
