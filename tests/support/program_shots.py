"""Every system call of the program that touches a home, and a fault at each of them."""

from __future__ import annotations

import random
import re

from kernelsync.model.value import Value
from support.kernel_faults import ALL, SEED
from support.program_driver import BEGIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.program_world import Done, World

# What a file system answers that cannot exchange directories (FUSE, NFS).
NO_FLAGS = "renameat2:error=EINVAL"
KILL = "signal=KILL"
HIT_RATE = 0.95

_CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)$")
_MUTATING = frozenset(
    (
        *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat"),
        *("symlink", "symlinkat", "rename", "renameat", "renameat2"),
        *("write", "pwrite64", "sendfile", "copy_file_range", "ftruncate"),
        *("fchmod", "fchmodat", "utimensat", "fsync", "fdatasync", "flock"),
    )
)
_WRITING_FLAGS = ("O_CREAT", "O_WRONLY", "O_RDWR")
# A call that its process did not live to see the end of, and an error.
_ENDS_OF_HIT = ("= ?", "(INJECTED)")


class Point(Value):
    """One system call of the program's own work."""

    name: str
    number: int
    """How many of that name there were when it was made, from the start of the process."""
    line: str
    """What strace says of it."""

    @property
    def is_mutating(self) -> bool:
        """Whether it can change what is on the disk, or is the lock."""
        if self.name in {"openat", "open"}:
            return any(flag in self.line for flag in _WRITING_FLAGS)
        return self.name in _MUTATING


class Tally:
    """How many shots were fired, and how many hit something else or nothing."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._fired = 0
        self.missed: list[str] = []

    def count(self, point: Point, *, hit: bool) -> bool:
        """Count one shot, and return whether it hit."""
        self._fired += 1
        if not hit:
            self.missed.append(f"{point.name}:{point.number}")
        return hit

    @property
    def hits(self) -> int:
        """How many shots have hit."""
        return self._fired - len(self.missed)

    def close(self) -> None:
        """Print the numbers; a harness that has stopped hitting proves nothing, so fail then."""
        hits = self.hits
        print(f"{self._title}: {self._total} points, {self._fired} shots, {hits} hits")  # noqa: T201 - read by people
        assert self._fired > 0, self._title
        # In a small sample, a few calls that are not made every time prove nothing.
        most = max(4.0, (1 - HIT_RATE) * self._fired)
        assert hits > 0, self._title
        assert len(self.missed) <= most, (self._title, self.missed)


def points_of(world: World, kind: str, *faults: str) -> list[Point]:
    """Return every call of the kind's command that names something below the directory."""
    if (kind, faults) not in world.points:
        world.points[kind, faults] = _look_for_points(world, kind, faults)
    return world.points[kind, faults]


def _look_for_points(world: World, kind: str, faults: Sequence[str]) -> list[Point]:
    world.put_back(kind)
    done = world.run_traced(kind, *faults)
    assert done.returncode == 0, done.stderr
    assert world.is_done(kind)
    counts: dict[str, int] = {}
    found: list[Point] = []
    has_begun = False
    for line in world.trace():
        call = _CALL.match(line)
        if call is None:
            continue
        name = call[1]
        counts[name] = counts.get(name, 0) + 1
        has_begun = has_begun or BEGIN in line
        if has_begun and world.directory in line:
            found.append(Point(name=name, number=counts[name], line=line))
    assert has_begun, "the mark is not in the trace"
    return found


def chosen(found: Sequence[Point], count: int, salt: str) -> list[Point]:
    """Return a seeded sample of the points, another for each salt; all if that was asked for."""
    if ALL or count >= len(found):
        return list(found)
    return random.Random(f"{SEED} {salt}").sample(list(found), count)  # noqa: S311 - no secret


def fire(
    world: World,
    kind: str,
    targets: Sequence[Point],
    tally: Tally,
    *faults: str,
    enough: int | None = None,
) -> Iterator[tuple[Point, Done]]:
    """Yield after each run of the command that was hit; the last of the faults is what hits.

    Of a sample, no more are fired at than it takes to hit `enough`.
    """
    *always, fault = faults
    for point in targets:
        if tally.hits == enough and not ALL:
            return
        world.put_back(kind)
        done = world.run_traced(kind, *always, f"{point.name}:{fault}:when={point.number}")
        if tally.count(point, hit=_was_hit(world, point)):
            yield point, done


def _was_hit(world: World, point: Point) -> bool:
    lines = iter(world.trace())
    begun = any(BEGIN in line for line in lines)
    return begun and any(
        f" {point.name}(" in line and world.directory in line and line.endswith(_ENDS_OF_HIT)
        for line in lines
    )
