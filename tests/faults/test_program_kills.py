"""Killed at whatever system call, a command of the program breaks nothing, and a pass heals."""

from __future__ import annotations

import pytest

from support.kernel_faults import SEED
from support.program_cases import CASES, FAULTS, points_in, two_worlds
from support.program_shots import KILL, Tally, chosen, fire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_world import World

_SHOTS = {"changing": 8, "looking": 2}


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, World]]:
    """Return homes with something to create, to update and to remove; one lies on two disks."""
    with two_worlds() as made:
        yield made


@pytest.mark.parametrize(("kind", "how"), CASES)
@pytest.mark.parametrize("calls", _SHOTS)
def test_a_killed_command_breaks_nothing_and_the_next_pass_heals(
    worlds: dict[str, World], kind: str, how: str, calls: str
) -> None:
    """At a sample of the calls that change something, or of those that only look."""
    world, faults = worlds[how], FAULTS[how]
    found = points_in(world, kind, how)
    targets = [point for point in found if point.is_mutating == (calls == "changing")]
    tally = Tally(f"kills of {kind} {how}, {calls} (seed {SEED})", len(targets))
    assert len(targets) > _SHOTS[calls]
    shots = chosen(targets, _SHOTS[calls], f"{kind} {how} {calls}")
    for point, done in fire(world, kind, shots, tally, *faults, KILL):
        assert done.returncode != 0
        at_once = world.violations(kind, in_place=bool(faults))
        tally.judge(point, done, *at_once, *world.heal())
    tally.close()
