"""Reads from /proc what a running process has cost and what it holds; Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sampling import MeasurementError

KIB = 1024


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a process had used and held at one moment.

    `cpu` in seconds over all its present threads; `switches` counts voluntary context
    switches (it went to sleep, so something had woken it); `rss` and `uss` in bytes.
    """

    cpu: float
    switches: int
    threads: int
    rss: int
    uss: int
    watches: int
    instances: int


def read(pid: int) -> Reading:
    """Return the reading of a process now.

    Raises:
        MeasurementError: there is no such process any more.
    """
    proc = f"/proc/{pid}"
    try:
        tasks = os.listdir(f"{proc}/task")
        # In nanoseconds; the CPU time in `stat` comes in steps of 10 ms.
        cpu = sum(int(_text(f"{proc}/task/{task}/schedstat").split()[0]) for task in tasks)
        switches = sum(
            _fields(f"{proc}/task/{task}/status")["voluntary_ctxt_switches"] for task in tasks
        )
        rollup = _fields(f"{proc}/smaps_rollup")
        watches = [count for count in map(_watches, _descriptors(pid)) if count is not None]
    except OSError as error:
        message = f"process {pid} has ended while it was measured: {error}"
        raise MeasurementError(message) from error
    return Reading(
        cpu=cpu / 1e9,
        switches=switches,
        threads=len(tasks),
        rss=rollup["Rss"] * KIB,
        uss=(rollup["Private_Clean"] + rollup["Private_Dirty"]) * KIB,
        watches=sum(watches),
        instances=len(watches),
    )


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _fields(path: str) -> dict[str, int]:
    """Return the numbers of lines such as `Rss:   123 kB`."""
    lines = (line.partition(":") for line in _text(path).splitlines())
    numbers = ((name, rest.split()) for name, _, rest in lines)
    return {name: int(words[0]) for name, words in numbers if words and words[0].isdecimal()}


def _descriptors(pid: int) -> list[tuple[int, str]]:
    return [(pid, number) for number in os.listdir(f"/proc/{pid}/fd")]


def _watches(descriptor: tuple[int, str]) -> int | None:
    """Return the number of watches behind a descriptor, None if it is no inotify instance."""
    pid, number = descriptor
    try:
        if os.readlink(f"/proc/{pid}/fd/{number}") != "anon_inode:inotify":
            return None
        return _text(f"/proc/{pid}/fdinfo/{number}").count("inotify wd:")
    except FileNotFoundError:  # closed meanwhile
        return None
