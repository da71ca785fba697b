"""Show where the time of `kernelsync once` goes: imports, functions and system calls.

    python benchmarks/hotspots.py --work DIR [--sizes 10,1000] [--top 25]

Uses (and makes) the same worlds as compare.py. Profilers slow down what they look at, and
Python code more than system calls: use these figures to find places, and compare.py to judge.
"""

from __future__ import annotations

import argparse
import os
import pstats
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace

from compare import CHECKOUT
from installs import install
from ours import once, publish
from sampling import traced_calls
from worlds import world_with_environments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampling import Contestant

PROFILED = """\
import cProfile, sys
profile = cProfile.Profile()
try:
    profile.runcall(__import__("kernelsync.cli.main", fromlist=["main"]).main, ["once"])
finally:
    profile.dump_stats(sys.argv[1])
"""
COLUMNS = 3


@dataclass(frozen=True, kw_only=True)
class Import:
    """One line of `-X importtime`, in microseconds."""

    name: str
    own: int
    whole: int


def imports(lines: Iterable[str]) -> list[Import]:
    """Read what `-X importtime` writes to stderr."""
    found = []
    for line in lines:
        head, _, rest = line.partition(":")
        parts = rest.split("|")
        if head != "import time" or len(parts) != COLUMNS or not parts[0].strip().isdigit():
            continue
        own, whole, name = (part.strip() for part in parts)
        found.append(Import(name=name, own=int(own), whole=int(whole)))
    return found


def call_counts(lines: Iterable[str]) -> Counter[str]:
    """Count the system calls in the lines of strace, by name."""
    counts: Counter[str] = Counter()
    for line in lines:
        name, bracket, _ = line.partition(" ")[2].strip().partition("(")
        if bracket:
            counts[name] += 1
    return counts


def _show_imports(contestant: Contestant, python: str, top: int) -> None:
    # The console script itself: `-m` would import runpy and what that needs.
    program = [python, "-X", "importtime", *contestant.argv]
    import subprocess  # noqa: PLC0415 - stderr is wanted here, and nowhere else

    done = subprocess.run(
        program,
        env=contestant.environ,
        cwd=contestant.cwd,
        check=True,
        capture_output=True,
        text=True,
    )
    found = imports(done.stderr.splitlines())
    print(f"\n{len(found)} imports, {sum(one.own for one in found) / 1000:.1f} ms in all (own, ms)")
    for one in sorted(found, key=lambda one: -one.own)[:top]:
        print(f"  {one.own / 1000:7.2f}  {one.whole / 1000:7.2f}  {one.name}")


def _show_functions(contestant: Contestant, python: str, top: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = f"{directory}/profile"
        replace(contestant, argv=[python, "-c", PROFILED, file]).capture()
        statistics = pstats.Stats(file)
        statistics.sort_stats("tottime").print_stats(top)
        statistics.sort_stats("cumulative").print_stats("kernelsync", top)


def _show_calls(few: tuple[int, Contestant], many: tuple[int, Contestant]) -> None:
    counts = []
    for _, contestant in (few, many):
        lines = traced_calls(contestant, ["all"])
        if lines is None:
            print("\nno strace on this machine: system calls are not counted")
            return
        counts.append(call_counts(lines))
    more = many[0] - few[0]
    print(f"\nsystem calls: {few[0]} environments, {many[0]}, and each one more")
    for name in sorted(counts[1], key=lambda name: counts[0][name] - counts[1][name]):
        each = (counts[1][name] - counts[0][name]) / more
        print(f"  {name:<20}{counts[0][name]:>8}{counts[1][name]:>8}{each:>8.2f}")


def main(arguments: list[str] | None = None) -> int:
    """Print the three views for each number of environments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", required=True, metavar="DIR")
    parser.add_argument("--sizes", default="10,1000")
    parser.add_argument("--top", type=int, default=25)
    options = parser.parse_args(arguments)
    work = os.path.realpath(options.work)
    tools = install(work, CHECKOUT)
    python = f"{tools.kernelsync}/bin/python"
    measured = []
    for size in sorted(int(text) for text in options.sizes.split(",")):
        world = world_with_environments(work, size)
        contestant = once(world, tools)
        publish(world, contestant)
        measured.append((size, contestant))
        print(f"\n===== {size} environments, nothing to do")
        if size == measured[0][0]:
            _show_imports(contestant, python, options.top)
        _show_functions(contestant, python, options.top)
    if len(measured) > 1:
        _show_calls(measured[0], measured[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
