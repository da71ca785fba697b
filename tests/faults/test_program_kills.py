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

_SHOTS = 14
_CASES = [(kind, ()) for kind in KINDS] + [("once", (NO_FLAGS,)), ("undo", (NO_FLAGS,))]
_NAMES = [f"{kind}{' file by file' if faults else ''}" for kind, faults in _CASES]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory:
        made = World(directory)
        made.keep_for_sweep(made.last_exchange())
        yield made


def _targets(found: list[Point], faults: tuple[str, ...]) -> list[Point]:
    """Return calls of both kinds; what a fault hits anyway cannot be killed as well."""
    free = [point for point in found if not faults or point.name != "renameat2"]
    mutating = [point for point in free if point.is_mutating]
    reading = [point for point in free if not point.is_mutating]
    return [*chosen(mutating, _SHOTS), *chosen(reading, _SHOTS // 3)]


@pytest.mark.parametrize(("kind", "faults"), _CASES, ids=_NAMES)
def test_a_killed_command_breaks_nothing_and_the_next_pass_heals(
    world: World, kind: str, faults: tuple[str, ...]
) -> None:
    """A sample of all calls; before each, everything is put back."""
    found = points_of(world, kind, *faults)
    tally = Tally(f"kills of {kind} {faults} (seed {SEED})", len(found))
    assert sum(point.is_mutating for point in found) > _SHOTS
    wrong: dict[str, object] = {}
    for point, done in fire(world, kind, _targets(found, faults), tally, *faults, KILL):
        assert done.returncode != 0
        at_once = world.violations(kind, in_place=bool(faults))
        healed = world.run("once")
        unsettled = world.invariants.unsettled()
        if at_once or unsettled or healed.returncode != 0:
            wrong[point.line] = (at_once, unsettled, healed.stdout, healed.stderr)
    tally.close()
    assert wrong == {}
