"""What a long-lived process holds, read from outside, and the bounds within which it may grow."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass

import psutil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_GROWTH = 2 * 1024 * 1024
"""Bytes of its own memory by which a process may grow between warm-up and end.

Allocators keep what a burst has needed, so there is noise of some hundred KiB. What leaks one
object for each pass exceeds this in an hour, and what leaks an environment's facts in a minute.
"""

_WATCH = "inotify wd:"


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """One look: bytes of memory that nobody shares (USS), and counts."""

    memory: int
    descriptors: int
    threads: int
    watches: int

    def told(self) -> dict[str, int]:
        """Return the figures by name."""
        return asdict(self)


def look_at(pid: int) -> Vitals:
    """Return the figures of a process that rests."""
    process = psutil.Process(pid)
    return Vitals(
        memory=process.memory_full_info().uss,
        descriptors=process.num_fds(),
        threads=process.num_threads(),
        watches=_inotify_watches(pid),
    )


def growth(samples: Sequence[Vitals]) -> list[str]:
    """Return what has grown beyond its bound, in words; all samples are of the same state.

    The first third is the warm-up: its largest figures are compared with the smallest of
    the last third, for a leak never gives back. What is counted may not grow at all.

    Raises:
        ValueError: fewer than three samples tell nothing.
    """
    if len(samples) < 3:
        message = f"{len(samples)} samples are too few to see growth"
        raise ValueError(message)
    third = len(samples) // 3
    early, late = samples[:third], samples[-third:]
    complaints = []
    for name in ("descriptors", "threads", "watches", "memory"):
        before = max(getattr(each, name) for each in early)
        after = min(getattr(each, name) for each in late)
        if after > before + (MOST_GROWTH if name == "memory" else 0):
            complaints.append(f"{name} grew from {before} to {after}")
    return complaints


def _inotify_watches(pid: int) -> int:
    """Count the watches of all inotify instances, as proc(5) shows them."""
    directory = f"/proc/{pid}/fdinfo"
    count = 0
    for name in os.listdir(directory):
        with open(f"{directory}/{name}", encoding="ascii") as file:
            count += sum(line.startswith(_WATCH) for line in file)
    return count
