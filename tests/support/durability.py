"""Reads in a trace of strace whether what was published was durable before it could be seen."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATED = re.compile(r" openat\(.*O_CREAT.*\) = \d+<([^>]*)>$")
_WRITTEN = re.compile(r" (?:write|pwrite64)\(\d+<([^>]*)>")
_SYNCED = re.compile(r" (?:fsync|fdatasync)\(\d+<([^>]*)>\) += 0")
_MOVED = re.compile(r' renameat2?\(\d+<([^>]*)>, "([^"]*)", \d+<([^>]*)>, "[^"]*"(?:, \w+)?\) = 0')


def out_of_order(trace: Iterable[str], kernels: str) -> list[str]:
    """Return what was visible to Jupyter before it was on the disk, and what never got there.

    A file counts as visible once its directory was moved into `kernels`, or from the start if
    it was made there. Needs a trace with `strace -y`, which shows paths for descriptors.
    """
    unsynced: set[str] = set()
    wrong: list[str] = []
    awaiting = False
    for line in trace:
        if made := _CREATED.search(line) or _WRITTEN.search(line):
            unsynced |= {made[1], os.path.dirname(made[1])}
            wrong += [f"{made[1]} was written in place"] * made[1].startswith(f"{kernels}/")
        elif synced := _SYNCED.search(line):
            unsynced.discard(synced[1])
            awaiting = awaiting and synced[1] != kernels
        elif (moved := _MOVED.search(line)) and kernels in (moved[1], moved[3]):
            source = f"{moved[1]}/{moved[2]}"
            late = [path for path in unsynced if f"{path}/".startswith(f"{source}/")]
            wrong += [f"{path} was published before it was synced" for path in sorted(late)]
            awaiting = True
    if awaiting:
        wrong.append(f"{kernels} was not synced after the last move")
    return list(dict.fromkeys(wrong))
