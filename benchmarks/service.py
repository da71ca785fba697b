"""Measure the service beside its rivals, in one run: its load, rest, memory and latency.

    python benchmarks/service.py                       10 and 1,000 environments; some ten minutes
    python benchmarks/service.py --only 9,10           these targets alone
    python benchmarks/service.py --smoke               does the harness work? (CI)
    python benchmarks/service.py --work DIR --runs 200 keeps what it makes, for the next time

No figure makes it fail: it prints "meets" or "misses" beside each target. It fails (1) when
something that belongs to the run could not be measured at all. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys

import bursts
import latency
import load
import standing
from compare import CHECKOUT, temporary
from ours import once, publish
from report import document, targets
from sampling import MeasurementError
from workshop import HEAVY, furnish
from worlds import world_with_environments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from figures import Verdict
    from workshop import Workshop
    from worlds import World

    Found = TypeVar("Found")

LOAD, REST, MEMORY, LATENCY, BURST = 7, 8, 9, 10, 11
"""The numbers of the targets."""


def parser() -> argparse.ArgumentParser:
    """Return the command line of this script."""
    top = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--only", default="7,8,9,10,11", help="the targets to measure")
    top.add_argument("--few", type=int, default=10, help="environments in the small world")
    top.add_argument("--many", type=int, default=1000, help="environments in the large world")
    top.add_argument("--runs", type=int, default=100, help="environments made for the latency")
    top.add_argument("--rest", type=float, default=30.0, help="seconds of rest")
    top.add_argument("--smoke", action="store_true", help="a few environments, short times")
    top.add_argument("--work", metavar="DIR", help="keep environments and tools there")
    top.add_argument("--json", metavar="FILE", help="write the figures there")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether everything could be measured."""
    options = parser().parse_args(arguments)
    if options.smoke:
        options.few, options.many, options.runs, options.rest = 2, 20, 2, 2.0
    work = os.path.realpath(options.work or temporary())
    try:
        return _run(options, work)
    except MeasurementError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if not options.work:
            shutil.rmtree(work)


def _run(options: argparse.Namespace, work: str) -> int:
    print(f"installing the tools in {work}", flush=True)
    shop = furnish(work, CHECKOUT, heavy=_wheels(options))
    measurement = _Measurement(options, work, shop)
    print(", ".join(f"{name} {version}" for name, version in shop.versions.items()), flush=True)
    measurement.run(_wanted(options))
    for failure in measurement.failures:
        print(f"not measured: {failure}", file=sys.stderr)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            contents = document({}, measurement.found, measurement.failures, shop.versions)
            json.dump(contents, file, indent=1)
    return 1 if measurement.failures else 0


def _wheels(options: argparse.Namespace) -> list[str]:
    """Return the packages that the targets wanted need as wheels."""
    if not _wanted(options) & {LOAD, LATENCY}:
        return []
    return HEAVY[-1:] if options.smoke else HEAVY


def _wanted(options: argparse.Namespace) -> set[int]:
    return {int(word) for word in options.only.split(",")}


class _Measurement:
    """Measures target by target; what cannot be measured is named, and the next one follows."""

    def __init__(self, options: argparse.Namespace, work: str, shop: Workshop) -> None:
        self.found: list[Verdict] = []
        self.failures: list[str] = []
        self._options = options
        self._work = work
        self._shop = shop
        self._promised = not options.smoke

    def run(self, wanted: set[int]) -> None:
        """Measure the targets that are wanted."""
        shop, promised = self._shop, self._promised
        few, many = self._world(self._options.few), self._world(self._options.many)
        if LOAD in wanted:
            print("load: tools work in a watched place", flush=True)
            packages = HEAVY if promised else HEAVY[-1:]
            carried = self._attempt(lambda: load.carry_load(few, shop, packages))
            self._tell(load.verdicts(carried, promised=promised))
        if wanted & {REST, MEMORY}:
            self._stand(few, many)
        if LATENCY in wanted:
            self._wait(few, many)
        if BURST in wanted:
            print("burst and overflow", flush=True)
            found = self._attempt(lambda: bursts.burst(few, shop, self._options.many))
            self._tell(bursts.verdicts(found, promised=promised))

    def _stand(self, few: World, many: World) -> None:
        rest = self._options.rest
        standings = []
        for world in (few, many):
            print(f"rest and memory, {world.count} environments", flush=True)
            standings.append(
                self._attempt(
                    lambda world=world: standing.stand(
                        world, self._shop, seconds=rest, rivals=world is many
                    )
                )
            )
        self._tell(standing.verdicts(*standings, rest, promised=self._promised))

    def _wait(self, few: World, many: World) -> None:
        for world in (few, many):
            print(f"latency, {world.count} environments", flush=True)
            latencies = self._attempt(
                lambda world=world: latency.wait_times(world, self._shop, self._options.runs)
            )
            found = [] if latencies is None else [latencies]
            self._tell(latency.verdicts(found, promised=self._promised))

    def _tell(self, verdicts: list[Verdict]) -> None:
        """Print verdicts as soon as they are known: the rest takes its time."""
        self.found += verdicts
        print(*targets(verdicts), sep="\n", flush=True)

    def _world(self, count: int) -> World:
        """Return a world of so many environments, all of them published."""
        world = world_with_environments(self._work, count)
        publish(world, once(world, self._shop))
        return world

    def _attempt(self, measure: Callable[[], Found]) -> Found | None:
        try:
            return measure()
        except MeasurementError as error:
            self.failures.append(str(error))
            return None


if __name__ == "__main__":
    sys.exit(main())
