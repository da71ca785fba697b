"""Told an error at whatever system call, a command loses nothing, and says what it could not do."""

from __future__ import annotations

import pytest

from support.kernel_faults import SEED, scratch
from support.program_shots import NO_FLAGS, Tally, chosen, fire, points_of
from support.program_world import KINDS, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_world import Done

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
_CODES = (0, 1, 2, 4)
_SHOTS = 1
# Not every call is made each time: a shot that hits nothing is made up for by another.
_SPARE = 4
_READS = 6


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory:
        made = World(directory)
        made.keep_for_sweep(made.last_exchange())
        yield made


def _complaints(world: World, kind: str, done: Done, *, in_place: bool = False) -> list[str]:
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
@pytest.mark.parametrize("kind", [*KINDS, "once file by file"])
def test_an_error_of_writing_breaks_nothing_is_told_and_the_next_pass_heals(
    world: World, kind: str, error: str
) -> None:
    """At a sample of all calls that can change something."""
    kind, _, how = kind.partition(" ")
    faults = (NO_FLAGS,) if how else ()
    found = points_of(world, kind, *faults)
    mutating = [one for one in found if one.is_mutating and one.name != "renameat2"]
    if not faults:
        mutating = [one for one in found if one.is_mutating]
    tally = Tally(f"{error} of {kind} {how} (seed {SEED})", len(mutating))
    wrong: dict[str, object] = {}
    targets = chosen(mutating, _SHOTS + _SPARE, f"{kind} {how} {error}")
    shots = fire(world, kind, targets, tally, *faults, f"error={error}", enough=_SHOTS)
    for point, done in shots:
        complaints = _complaints(world, kind, done, in_place=bool(how))
        healed = world.run("once")
        unsettled = world.invariants.unsettled()
        if complaints or unsettled or healed.returncode != 0:
            output = done.stdout + done.stderr
            wrong[point.line] = (complaints, output, unsettled, healed.stdout + healed.stderr)
    tally.close()
    assert wrong == {}


@pytest.mark.parametrize("error", _READING)
def test_an_error_of_reading_removes_nothing_that_lives_and_is_told(
    world: World, error: str
) -> None:
    """At a sample of all calls that look at environments, their interpreter and kernelspecs."""
    found = points_of(world, "once")
    places = (world.envs, world.base, world.kernels)
    reading = [
        one
        for one in found
        if not one.is_mutating and one.name != "close" and any(path in one.line for path in places)
    ]
    tally = Tally(f"{error} of reading (seed {SEED})", len(reading))
    wrong: dict[str, object] = {}
    for point, done in fire(world, "once", chosen(reading, _READS, error), tally, f"error={error}"):
        complaints = _complaints(world, "once", done)
        if point.name == "getdents64" and f"<{world.envs}>" in point.line:
            # Who could not list a container does not know what is gone.
            complaints += [] if world.has_doomed() else ["removed without a listing"]
        healed = world.run("once")
        unsettled = world.invariants.unsettled()
        if complaints or unsettled or healed.returncode != 0:
            output = done.stdout + done.stderr
            wrong[point.line] = (complaints, output, unsettled, healed.stdout + healed.stderr)
    tally.close()
    assert wrong == {}
