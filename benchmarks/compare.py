"""Measure `kernelsync once` beside its peers, in one interleaved run, and print the ratios.

    python benchmarks/compare.py                       10, 100 and 1,000 environments
    python benchmarks/compare.py --full                10,000 too
    python benchmarks/compare.py --smoke               does the harness work? (CI)
    python benchmarks/compare.py --work DIR --runs 31  keeps what it makes, for the next time

No figure makes it fail: it prints "meets" or "misses" beside each target. It fails (1) when
something that belongs to the run could not be measured at all.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile

from contest import gather
from installs import install
from report import document, table, targets
from sampling import MeasurementError, interleave
from searching import search_contest, search_verdict
from targets import Sizes, verdicts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from figures import Verdict

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SMOKE = Sizes(small=2, middle=10, large=11, huge=20, promised=False)
FIRST_RUNS = 3


def parser() -> argparse.ArgumentParser:
    """Return the command line of this script."""
    top = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--sizes", default="10,100,1000", help="numbers of environments")
    top.add_argument("--full", action="store_true", help="10,000 environments too")
    top.add_argument("--smoke", action="store_true", help="a few environments, two runs")
    top.add_argument("--runs", type=int, default=15, help="samples of each program (default 15)")
    top.add_argument("--repositories", type=int, default=200, help="in the tree of projects")
    top.add_argument("--files", type=int, default=400, help="in each repository")
    top.add_argument("--work", metavar="DIR", help="keep environments and tools there")
    top.add_argument("--json", metavar="FILE", help="write every sample there")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether everything could be measured."""
    options = parser().parse_args(arguments)
    work = os.path.realpath(options.work or temporary())
    try:
        return _run(options, work)
    except MeasurementError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if not options.work:
            shutil.rmtree(work)


def temporary() -> str:
    """Make a directory beside the checkout's other build products.

    Not in /tmp: it is often in memory, where fsync costs nothing, and environments in
    temporary directories are judged by rules that others need not pass.
    """
    os.makedirs(f"{CHECKOUT}/build", exist_ok=True)
    return tempfile.mkdtemp(prefix="benchmark-", dir=f"{CHECKOUT}/build")


def _run(options: argparse.Namespace, work: str) -> int:
    sizes, counts = _sizes(options)
    runs = 2 if options.smoke else options.runs
    print(f"installing the tools in {work}", flush=True)
    tools = install(work, CHECKOUT)
    contest = gather(work, tools, counts, FIRST_RUNS)
    shape = (3, 40) if options.smoke else (options.repositories, options.files)
    search = search_contest(work, tools, *shape)
    contest.failures.extend(search.failures)
    everybody = {**contest.contestants, **search.contestants}
    print(f"measuring {len(everybody)} programs, {runs} times each", flush=True)
    interleave(list(everybody.values()), runs)

    found = [*verdicts(contest, sizes), search_verdict(search, promised=sizes.promised)]
    print("", ", ".join(f"{name} {version}" for name, version in tools.versions.items()), sep="\n")
    print("", *table(everybody), "", *targets(found), sep="\n")
    for failure in contest.failures:
        print(f"not measured: {failure}", file=sys.stderr)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(document(everybody, found, contest.failures, tools.versions), file, indent=1)
    return 1 if contest.failures or (options.smoke and _incomplete(found)) else 0


def _sizes(options: argparse.Namespace) -> tuple[Sizes, list[int]]:
    if options.smoke:
        return SMOKE, [SMOKE.small, SMOKE.middle, SMOKE.large, SMOKE.huge]
    counts = {int(text) for text in options.sizes.split(",")}
    if options.full:
        counts.add(Sizes().huge)
    return Sizes(), sorted(counts)


def _incomplete(found: list[Verdict]) -> bool:
    return any(verdict.measured is None for verdict in found)


if __name__ == "__main__":
    sys.exit(main())
