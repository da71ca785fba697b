"""Every system call of the program that touches a home, and a fault at each of them."""

from __future__ import annotations

import random
import re

from kernelsync.model.value import Value
from support.kernel_faults import ALL, SEED
from support.program_driver import BEGIN
from support.shards import IS_WHOLE, NAME, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.program_runs import Done
    from support.program_world import World

# What a file system answers that cannot exchange directories (FUSE, NFS).
NO_FLAGS = "renameat2:error=EINVAL"
KILL = "signal=KILL"
HIT_RATE = 0.95
# On a busy machine a pass may find that files have rested, and then makes other calls.
_TRIES = 2
_LOOKS = 5

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
_MARKING = ("access", "?faccessat", "?faccessat2")


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
    """How many shots were fired, how many hit something else or nothing, and what they broke."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._fired = 0
        self.missed: list[str] = []
        self._broken: list[str] = []

    def count(self, point: Point, *, hit: bool) -> None:
        """Count one shot."""
        self._fired += 1
        if not hit:
            self.missed.append(f"{point.name}:{point.number}")

    def judge(self, point: Point, done: Done, *wrong: str) -> None:
        """Take note of what is wrong after a hit, if anything is."""
        if wrong:
            line = point.line.partition(" ")[2]
            self._broken.append(f"at {line}\n  {wrong}\n  {done.returncode} {_said(done)!r}")

    @property
    def hits(self) -> int:
        """How many shots have hit."""
        return self._fired - len(self.missed)

    def close(self) -> None:
        """Print the numbers; a harness that has stopped hitting proves nothing, so fail then."""
        hits = self.hits
        numbers = f"{self._total} points, {self._fired} shots, {hits} hits"
        numbers += f", {len(self._broken)} broken"
        print(f"{self._title}, {NAME}: {numbers}", *self.missed)  # noqa: T201 - read by people
        if self._fired == 0 and not IS_WHOLE:
            return
        assert self._fired > 0, self._title
        # In a small sample, a few calls that are not made every time prove nothing.
        most = max(4.0, (1 - HIT_RATE) * self._fired)
        assert hits > 0, self._title
        assert len(self.missed) <= most, (self._title, self.missed)
        assert not self._broken, "\n".join((self._title, *self._broken))


def _said(done: Done) -> str:
    return done.stdout + done.stderr


def points_of(world: World, kind: str, *faults: str) -> list[Point]:
    """Return every call of the kind's command that names something below the directory."""
    if (kind, faults) not in world.points:
        found: list[Point] = []
        # Until two runs make the same calls: on a busy machine one may be out of the ordinary.
        for _ in range(_LOOKS):
            before, found = found, _look_for_points(world, kind, faults)
            if _numbers(before) == _numbers(found):
                break
        world.points[kind, faults] = found
    return world.points[kind, faults]


def _numbers(points: Sequence[Point]) -> list[tuple[str, int]]:
    return [(point.name, point.number) for point in points]


def _look_for_points(world: World, kind: str, faults: Sequence[str]) -> list[Point]:
    world.put_back(kind)
    done = world.run_traced(kind, *faults)
    assert done.returncode == 0, done.stderr
    assert world.is_done(kind)
    world.invariants.learn()
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
        if has_begun and world.concerns(line):
            found.append(Point(name=name, number=counts[name], line=line))
    assert has_begun, "the mark is not in the trace"
    return found


def chosen(found: Sequence[Point], count: int, salt: str) -> list[Point]:
    """Return a seeded sample of the points, another for each salt; all if that was asked for.

    Of all, those of this shard.
    """
    if ALL:
        return list(share(found))
    if count >= len(found):
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
    injected = [each.partition(":")[0] for each in always]
    for point in targets:
        if tally.hits == enough and not ALL:
            return
        names = dict.fromkeys((*_MARKING, *injected, point.name))
        shot = f"{point.name}:{fault}:when={point.number}"
        for _ in range(_TRIES):
            world.put_back(kind)
            done = world.run_traced(kind, *always, shot, names=tuple(names))
            if _was_hit(world, point):
                tally.count(point, hit=True)
                yield point, done
                break
        else:
            tally.count(point, hit=False)


def _was_hit(world: World, point: Point) -> bool:
    lines = iter(world.trace())
    begun = any(BEGIN in line for line in lines)
    return begun and any(
        f" {point.name}(" in line and world.concerns(line) and line.endswith(_ENDS_OF_HIT)
        for line in lines
    )
