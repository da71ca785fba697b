"""Targets 8 and 9: what the service costs while nothing happens, and what it holds."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from figures import Verdict, summary
from readings import KIB
from sampling import MeasurementError
from serving import rival, serving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from readings import Reading
    from serving import Process, Service
    from workshop import Workshop
    from worlds import World

_TRIES = 4
TARGETED = ("watchdog-targeted", "watchfiles-targeted")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Readings of idle processes, for so many environments.

    `begun` is the service after its first pass, `later` after one that an event has woken.
    `wakes` are its voluntary context switches over the time of rest, `bare` is a Python that
    sleeps, `others` are rivals that watch the same directories.
    """

    count: int
    begun: Reading
    later: Reading
    bare: Reading
    wakes: int
    others: dict[str, Reading]


def stand(world: World, shop: Workshop, *, seconds: float, rivals: bool) -> Standing:
    """Let the service rest for so long in a world where everything is published."""
    with serving(world, shop) as service:
        begun = service.read()
        _nudge(world, service)
        later = service.until_idle()
        wakes = _wakes_at_rest(world, service, seconds)
        with rival(shop, "sleep") as bare:
            nothing = bare.until_idle()
    others = {kind: _other(world, shop, kind) for kind in TARGETED} if rivals else {}
    return Standing(
        count=world.count, begun=begun, later=later, bare=nothing, wakes=wakes, others=others
    )


def verdicts(
    few: Standing | None, many: Standing | None, seconds: float, *, promised: bool
) -> list[Verdict]:
    """Return the verdicts about rest and memory."""
    count = 0 if many is None else many.count
    return [
        Verdict(
            target=8,
            what=f"voluntary context switches in {seconds:g} s at rest, {count:,} environments",
            limit=0.0,
            unit="",
            measured=None if many is None else summary([float(many.wakes)]),
        ),
        Verdict(
            target=9,
            what=f"resident memory, {count:,} environments / a bare Python",
            limit=2.3 if promised else None,
            unit="x",
            measured=None if many is None else summary([many.later.rss / many.bare.rss]),
            text="" if many is None else "\n".join(_lines(many)),
        ),
        Verdict(
            target=9,
            what="inotify watches for each environment",
            limit=4.0 if promised else None,
            unit="",
            measured=None if many is None else summary([many.later.watches / many.count]),
        ),
        Verdict(
            target=9,
            what="inotify instances",
            limit=1.0,
            unit="",
            measured=None if many is None else summary([float(many.later.instances)]),
        ),
        Verdict(
            target=9,
            what=f"threads, {count:,} environments / {0 if few is None else few.count}",
            limit=1.0,
            unit="x",
            measured=None
            if few is None or many is None
            else summary([many.later.threads / few.later.threads]),
        ),
    ]


def _lines(standing: Standing) -> list[str]:
    rows = {
        "bare Python": standing.bare,
        "service, begun": standing.begun,
        "service, later": standing.later,
        **standing.others,
    }
    return [
        f"{name:<20}RSS {_mib(each.rss):6.1f} MiB{each.rss / standing.bare.rss:6.2f}x"
        f"  USS {_mib(each.uss):6.1f} MiB  {each.threads:5} threads"
        f"  {each.instances} instances  {each.watches:6} watches"
        for name, each in rows.items()
    ]


def _mib(size: int) -> float:
    return size / KIB / KIB


def _nudge(world: World, service: Service) -> None:
    """Let an event wake a pass that changes nothing."""
    passes = service.passes()
    os.mkdir(f"{world.containers}/nudge")
    os.rmdir(f"{world.containers}/nudge")
    deadline = time.monotonic() + 30
    while service.passes() == passes:
        if time.monotonic() > deadline:
            message = "an event wakes no pass of the service"
            raise MeasurementError(message)
        time.sleep(0.05)


def _wakes_at_rest(world: World, service: Service, seconds: float) -> int:
    """Count wake-ups over a time in which no pass took place: rescans come by the clock."""
    for _ in range(_TRIES):
        _nudge(world, service)
        before, passes = service.until_idle(), service.passes()
        time.sleep(seconds)
        after = service.read()
        if service.passes() == passes:
            return after.switches - before.switches
    message = f"the service made a pass in each of {_TRIES} times of rest"
    raise MeasurementError(message)


def _other(world: World, shop: Workshop, kind: str) -> Reading:
    """Return the reading of a rival that watches what the service watches."""
    listed = f"{world.home}/targets"
    with open(listed, "w", encoding="utf-8") as file:
        file.write("\n".join(_targets(world)))
    with rival(shop, kind, listed) as process:
        time.sleep(1)
        return _settled(process)


def _settled(process: Process) -> Reading:
    """Return a reading once its memory stands still: one that polls is never idle."""
    before = process.read()
    for _ in range(60):
        time.sleep(0.5)
        now = process.read()
        if (now.rss, now.watches) == (before.rss, before.watches):
            return now
        before = now
    return before


def _targets(world: World) -> list[str]:
    """Return the container, and three directories of each environment."""
    found = [world.containers]
    for name in sorted(os.listdir(world.containers)):
        prefix = f"{world.containers}/{name}"
        found += [prefix, f"{prefix}/bin", f"{prefix}/lib/python3.11/site-packages"]
    return [path for path in found if os.path.isdir(path)]
