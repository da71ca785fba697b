"""kernelsync as a contestant: the first run, and the run that has nothing to do."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass, replace

from changes import WRITING_CALLS, differences, snapshot, started_programs, writing_calls
from sampling import Contestant, MeasurementError, measure, traced_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from installs import Tools
    from workshop import Workshop
    from worlds import World

MOST_TO_LOOK_AT = 1000
"""What a run changes on the disk is looked at up to this number of environments."""


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """What a run with nothing to do did besides reading.

    `changed` are the files that differ afterwards; `writes` its system calls that write,
    and `programs` those that it started (both None without strace).
    """

    changed: list[str]
    writes: list[str] | None
    programs: list[str] | None


def once(world: World, tools: Tools | Workshop) -> Contestant:
    """Return `kernelsync once` in this world."""
    return Contestant(
        name="kernelsync once",
        argv=[f"{tools.kernelsync}/bin/kernelsync", "once"],
        environ=world.environ(),
        cwd=world.home,
    )


def first_runs(world: World, contestant: Contestant, runs: int) -> Contestant:
    """Measure runs that publish everything, each into a data directory of its own."""
    first = replace(contestant, name="kernelsync once, first", samples=[])
    for number in range(runs):
        data = f"{world.home}/first-{number}"
        shutil.rmtree(data, ignore_errors=True)  # of a run that was stopped
        os.mkdir(data)
        try:
            first.samples.append(measure(replace(first, environ=world.environ(data=data))))
        finally:
            shutil.rmtree(data)
    return first


def publish(world: World, contestant: Contestant) -> None:
    """Run until there is nothing left to do.

    Raises:
        MeasurementError: the second run still changes something, or kernels are missing.
    """
    contestant.capture()
    asking = replace(contestant, argv=[*contestant.argv, "--json"])
    report = json.loads(asking.capture())["data"]
    kernels = len(report["unchanged"])
    changes = sum(len(report[key]) for key in ("created", "updated", "removed", "held"))
    if changes or kernels < world.count * 9 // 10:
        message = f"{contestant.name}: {kernels} kernels unchanged and {changes} changes in {world}"
        raise MeasurementError(message)


def conduct(world: World, contestant: Contestant) -> Conduct | None:
    """Look at what one more run changes in the home directory; None in a huge world.

    The files that were generated are left out; the data, state, cache and runtime
    directories are in.
    """
    if world.count > MOST_TO_LOOK_AT:
        return None
    before = _snapshot(world)
    time.sleep(0.01)  # a write in the same tick of the clock would leave the times as they were
    contestant.capture()
    changed = differences(before, _snapshot(world))
    calls = traced_calls(contestant, WRITING_CALLS)
    programs = traced_calls(contestant, ["execve", "execveat"])
    return Conduct(
        changed=changed,
        writes=None if calls is None else writing_calls(calls),
        programs=None if programs is None else started_programs(programs),
    )


def _snapshot(world: World) -> dict[str, tuple[int, int, int, int]]:
    places = [f"{world.home}/{name}" for name in os.listdir(world.home)]
    return snapshot(*(place for place in places if place not in world.generated))
