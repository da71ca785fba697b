"""Killed at whatever system call, a command of the program breaks nothing, and a pass heals."""

from __future__ import annotations

import pytest

from support.kernel_faults import SEED, scratch
from support.program_shots import KILL, NO_FLAGS, Tally, chosen, fire, points_of
from support.program_world import KINDS, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_shots import Point

_SHOTS = {"changing": 10, "looking": 3}
_CASES = [(kind, ()) for kind in KINDS] + [("once", (NO_FLAGS,)), ("undo", (NO_FLAGS,))]
_NAMES = [f"{kind}{' file by file' if faults else ''}" for kind, faults in _CASES]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory:
        made = World(directory)
        made.keep_for_sweep(made.last_exchange())
        yield made


def _free(found: list[Point], faults: tuple[str, ...]) -> list[Point]:
    """Return the calls that can be killed: what a fault hits anyway cannot."""
    return [point for point in found if not faults or point.name != "renameat2"]


@pytest.mark.parametrize(("kind", "faults"), _CASES, ids=_NAMES)
@pytest.mark.parametrize("calls", _SHOTS)
def test_a_killed_command_breaks_nothing_and_the_next_pass_heals(
    world: World, kind: str, faults: tuple[str, ...], calls: str
) -> None:
    """At a sample of the calls that change something, or of those that only look."""
    found = _free(points_of(world, kind, *faults), faults)
    targets = [point for point in found if point.is_mutating == (calls == "changing")]
    tally = Tally(f"kills of {kind} {faults}, {calls} (seed {SEED})", len(targets))
    assert len(targets) > _SHOTS[calls]
    wrong: dict[str, object] = {}
    shots = chosen(targets, _SHOTS[calls], f"{kind} {calls}")
    for point, done in fire(world, kind, shots, tally, *faults, KILL):
        assert done.returncode != 0
        at_once = world.violations(kind, in_place=bool(faults))
        healed = world.run("once")
        unsettled = world.invariants.unsettled()
        if at_once or unsettled or healed.returncode != 0:
            wrong[point.line] = (at_once, unsettled, healed.stdout, healed.stderr)
    tally.close()
    assert wrong == {}
