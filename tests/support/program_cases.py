"""The homes and the file systems that every fault is tried on."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile

from support.kernel_faults import scratch
from support.program_shots import NO_FLAGS, points_of
from support.program_world import KINDS, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_shots import Point

FAULTS: dict[str, tuple[str, ...]] = {"": (), "no flags": (NO_FLAGS,), "other disk": ()}
"""What a file system always does, by its name; that nothing moves to another disk is real."""
CASES = (
    *((kind, "") for kind in KINDS),
    *((kind, "no flags") for kind in ("once", "undo", "resume")),
    *((kind, "other disk") for kind in KINDS if kind != "sweep"),
)
"""Every kind of command, and the file system that it works on."""


@contextlib.contextmanager
def two_worlds() -> Iterator[dict[str, World]]:
    """Give a home for each of these file systems; the last has its kernelspecs on another disk."""
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(World(stack.enter_context(scratch())))
        one.keep_leftovers()
        directory, elsewhere = stack.enter_context(scratch()), tempfile.mkdtemp()
        stack.callback(shutil.rmtree, elsewhere)
        assert os.stat(directory).st_dev != os.stat(elsewhere).st_dev, "that is the same disk"
        other = stack.enter_context(World(directory, elsewhere=elsewhere))
        other.keep_leftovers()
        yield {"": one, "no flags": one, "other disk": other}


def points_in(world: World, kind: str, how: str) -> list[Point]:
    """Return the calls of a case at which a fault can be tried: not what another hits anyway."""
    faults = FAULTS[how]
    found = points_of(world, kind, *faults)
    return [point for point in found if not faults or point.name != "renameat2"]
