"""What can be said of runtimes after a look at all of their files."""

from __future__ import annotations

from kernelsync.cli.checks.check import ok, wrong
from kernelsync.machine import runtimes_here
from kernelsync.planning.lack import problem_of
from kernelsync.runtimes.verifying import examined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kernelsync.cli.checks.check import Check
    from kernelsync.model.problem import Problem
    from kernelsync.model.surroundings import Surroundings


def whole(surroundings: Surroundings, known: Collection[Problem]) -> Iterator[Check]:
    """Yield which runtimes nobody may use, and why; those that are `known` were told already."""
    runtimes = examined(runtimes_here(surroundings))
    told = {problem.path for problem in known}
    found = runtimes.ailing if runtimes.distrust is None else (runtimes.distrust,)
    for ailing in found:
        problem = problem_of(ailing)
        if problem.path not in told:
            yield wrong(problem.code, problem.message, problem.hint or "", problem.path)
    if runtimes.installed:
        count = len(runtimes.installed)
        noun = "runtime is" if count == 1 else "runtimes are"
        yield ok("runtimes", f"{count} {noun} whole", runtimes.directory)
