"""Told an error at whatever system call, a command loses nothing, and says what it could not do."""

from __future__ import annotations

import pytest

from support.kernel_faults import SEED
from support.program_cases import CASES, FAULTS, points_in, two_worlds
from support.program_shots import Tally, chosen, fire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_runs import Done
    from support.program_world import World

_WRITING = (
    "ENOSPC",
    "EDQUOT",
    "EIO",
    "EROFS",
    "EACCES",
    "EMFILE",
    "EINTR",
    "ESTALE",
    "EXDEV",
    "ENOLCK",
)
_READING = ("EIO", "ESTALE", "EACCES")
_LOOKING = frozenset(
    (
        *("open", "openat", "read", "pread64", "getdents64", "readlink", "readlinkat"),
        *("stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"),
        *("statfs", "fstatfs"),
    )
)
_CODES = (0, 1, 2, 4)
_SHOTS = 1
# Not every call is made each time: a shot that hits nothing is made up for by another.
_SPARE = 4
_READS = 2


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, World]]:
    """Return homes with something to create, to update and to remove; one lies on two disks."""
    with two_worlds() as made:
        yield made


def _complaints(world: World, kind: str, done: Done, *, in_place: bool) -> list[str]:
    """Return what is wrong right after an error."""
    wrong = world.violations(kind, in_place=in_place)
    output = done.stdout + done.stderr
    if done.returncode not in _CODES:
        wrong.append(f"exit code {done.returncode}")
    if "Traceback" in output or "bug" in done.stderr:
        wrong.append("a bug, not an error")
    is_told = done.returncode != 0 and bool(output.strip())
    if not is_told and not world.is_done(kind):
        wrong.append("not done, and nobody was told")
    return wrong


@pytest.mark.parametrize("error", _WRITING)
@pytest.mark.parametrize(("kind", "how"), CASES)
def test_an_error_of_writing_breaks_nothing_is_told_and_the_next_pass_heals(
    worlds: dict[str, World], kind: str, how: str, error: str
) -> None:
    """At a sample of all calls that can change something."""
    world, faults = worlds[how], FAULTS[how]
    mutating = [point for point in points_in(world, kind, how) if point.is_mutating]
    tally = Tally(f"{error} of {kind} {how} (seed {SEED})", len(mutating))
    targets = chosen(mutating, _SHOTS + _SPARE, f"{kind} {how} {error}")
    shots = fire(world, kind, targets, tally, *faults, f"error={error}", enough=_SHOTS)
    for point, done in shots:
        complaints = _complaints(world, kind, done, in_place=bool(faults))
        tally.judge(point, done, *complaints, *world.heal())
    tally.close()


def _is_removed_unseen(world: World) -> bool:
    """Return whether a kernel is gone although nobody came to the end of listing the container."""
    listed = [
        line
        for line in world.trace()
        if f"<{world.envs}>" in line and "/* 0 entries */" in line and "INJECTED" not in line
    ]
    return not world.has_doomed() and not listed


@pytest.mark.parametrize("error", _READING)
@pytest.mark.parametrize(("kind", "how"), CASES)
def test_an_error_of_reading_removes_nothing_that_lives_and_is_told(
    worlds: dict[str, World], kind: str, how: str, error: str
) -> None:
    """At a sample of all calls that look at something in the home, or at an interpreter."""
    world, faults = worlds[how], FAULTS[how]
    reading = [
        point
        for point in points_in(world, kind, how)
        if point.name in _LOOKING and not point.is_mutating
    ]
    tally = Tally(f"{error} of reading by {kind} {how} (seed {SEED})", len(reading))
    targets = chosen(reading, _READS, f"{kind} {how} {error}")
    for point, done in fire(world, kind, targets, tally, *faults, f"error={error}"):
        complaints = _complaints(world, kind, done, in_place=bool(faults))
        if point.name == "getdents64" and kind == "once" and _is_removed_unseen(world):
            # Who could not list a container does not know what is gone.
            complaints.append("removed without a listing")
        tally.judge(point, done, *complaints, *world.heal())
    tally.close()


@pytest.mark.parametrize(
    ("kind", "sign", "code"),
    [
        ("once", 'openat(_kernels/changed>, "kernel.json"', 1),
        ("once", "getdents64(_.kernelsync/trash>", 4),
        ("undo", "getdents64(_.kernelsync/trash>", 4),
        ("undo", 'openat(_>, "note.json"', 4),
        ("clean", 'openat(_"same/kernel.json"', 1),
        ("clean", 'openat(_kernels/same>, "kernel.json"', 1),
        ("sweep", "getdents64(_.kernelsync/staging>", 4),
    ],
)
def test_what_cannot_be_read_is_neither_edited_nor_gone(
    worlds: dict[str, World], kind: str, sign: str, code: int
) -> None:
    """It is told as what it is, and the exit code says that not all was done."""
    world = worlds[""]
    call, _, place = sign.partition("_")
    found = points_in(world, kind, "")
    # What was seen before the lock was taken is only a first look.
    locked = next(number for number, each in enumerate(found) if each.name == "flock")
    lines = [each for each in found[locked:] if call in each.line and place in each.line]
    point = lines[0]
    tally = Tally(f"{kind} and {sign}", 1)
    [(_, done)] = fire(world, kind, [point], tally, "error=EIO")
    assert done.returncode == code, done
    assert "cannot be read" in done.stderr, done
    assert "edited" not in done.stdout + done.stderr
    assert world.violations(kind) == []
    assert world.heal() == []


def test_kernels_stay_while_the_disk_with_their_python_does_not_answer(
    worlds: dict[str, World],
) -> None:
    """At every look at a directory of it: that it cannot be examined says nothing against it."""
    world = worlds[""]
    looks = [each for each in points_in(world, "once", "") if f'{world.base}/lib"' in each.line]
    tally = Tally("the disk with all Pythons", len(looks))
    for point, done in fire(world, "once", looks, tally, "error=EIO"):
        tally.judge(point, done, *_complaints(world, "once", done, in_place=False))
    tally.close()
