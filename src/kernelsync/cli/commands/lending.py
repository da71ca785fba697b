"""Building the runtimes that a pass could have used, and the pass once more."""

from __future__ import annotations

import sys

from kernelsync.cli.commands.runtime import install
from kernelsync.machine import runtimes_here
from kernelsync.model.natural import in_natural_order
from kernelsync.model.plan import Create, Remove, Update
from kernelsync.model.runtime import spelled
from kernelsync.model.value import Value, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.cli.session import Session
    from kernelsync.model.outcome import PassResult, Standing
    from kernelsync.model.problem import Problem
    from kernelsync.model.runtime import Runtimes
    from kernelsync.pass_options import PassOptions


class Lent(Value):
    """What became of the pass: its result, and the keys of the runtimes that were built."""

    result: PassResult
    built: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def lend(session: Session, options: PassOptions, result: PassResult) -> Lent:
    """Build what the environments of a pass lack, and publish these too."""
    standings = result.standings or session.reconciler.look(options).standings
    runtimes = runtimes_here(session.surroundings)
    keys = in_natural_order(_keys(standings, runtimes))
    if not keys:
        return Lent(result=result)
    pythons = ", ".join(spelled(key) for key in keys)
    sys.stderr.write(f"building runtimes for environments without ipykernel (Python {pythons})\n")
    built, problems = install(session.surroundings, runtimes.directory, keys)
    if not built:
        return Lent(result=result, problems=tuple(problems))
    # pip has ended: from here on nothing is started any more.
    session.confine()
    again = session.reconciler.run(replace(options, eager=True), session.lock)
    return Lent(result=_both(result, again), built=tuple(built), problems=tuple(problems))


def _keys(standings: Sequence[Standing], runtimes: Runtimes) -> set[str]:
    """Return the keys of the runtimes that would make kernels of environments."""
    return {
        runtimes.key_for(interpreter)
        for standing in standings
        if standing.offer and (interpreter := standing.environment.interpreter) is not None
    }


def _both(first: PassResult, second: PassResult) -> PassResult:
    """Return what two passes did as if it had been one."""
    done = [
        outcome
        for outcome in first.outcomes
        if outcome.problem is None and isinstance(outcome.action, Create | Update | Remove)
    ]
    names = {
        outcome.action.spec.name for outcome in done if isinstance(outcome.action, Create | Update)
    }
    unchanged = tuple(name for name in second.plan.unchanged if name not in names)
    return replace(
        second,
        plan=replace(second.plan, unchanged=unchanged),
        outcomes=(*done, *second.outcomes),
    )
