"""Finds the processes that run on environments: kernels, and whatever else would lose its files."""

from __future__ import annotations

import json
import os
from itertools import pairwise

import psutil

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kernelsync.model.kernelspec import KernelName

_LARGEST_CONNECTION_FILE = 65536
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Process(Value):
    """A process of this user that was started as some Python, or as a kernel.

    `python` is the program as it was named (an environment's own link; what `/proc` calls the
    executable is its base). `kernel` is the kernelspec named in its connection file, None
    where that is not known; `is_kernel` says that it has such a file. `memory` is its resident
    size in bytes, `since` its start in seconds since 1970.
    """

    pid: int
    python: str
    is_kernel: bool
    kernel: str | None
    memory: int
    since: float


def processes(uid: int) -> tuple[Process, ...]:
    """Return what this user runs now; a process that ends meanwhile is left out."""
    return tuple(_processes(uid))


def user_of(name: KernelName, prefixes: Iterable[str], found: Sequence[Process]) -> int | None:
    """Return the process (its id) that still needs an environment or its kernelspec, if any."""
    below = tuple(f"{prefix.rstrip('/')}/" for prefix in prefixes)
    for process in found:
        if process.python.startswith(below) or process.kernel == name:
            return process.pid
    return None


def _processes(uid: int) -> Iterator[Process]:
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if not command or (uid >= 0 and process.uids().effective != uid):
                continue
            connection = _connection_file(command)
            yield Process(
                pid=process.pid,
                python=command[0],
                is_kernel=connection is not None,
                kernel=None if connection is None else _kernel_name(connection),
                memory=process.memory_info().rss,
                since=process.create_time(),
            )
        except psutil.Error:
            continue


def _connection_file(command: Sequence[str]) -> str | None:
    """Return the connection file of a kernel's command line: what Jupyter puts after `-f`."""
    for flag, value in pairwise(command):
        name = os.path.basename(value)
        if flag == "-f" and name.startswith("kernel-") and name.endswith(".json"):
            return value
    return None


def _kernel_name(path: str) -> str | None:
    """Return the `kernel_name` that jupyter_client writes into a connection file."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        written = json.loads(os.read(descriptor, _LARGEST_CONNECTION_FILE))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        os.close(descriptor)
    name = written.get("kernel_name") if isinstance(written, dict) else None
    return name if isinstance(name, str) and name else None


def memory_of(pid: int) -> int | None:
    """Return the resident size of a process in bytes, None if there is none."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None
