"""What the last look says of environments and their kernels."""

from __future__ import annotations

from kernelsync.cli.checks.check import note, ok, wrong
from kernelsync.cli.commands.remarks import left
from kernelsync.cli.commands.starting import BUILD, NOBODY_BUILDS
from kernelsync.model.outcome import State
from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.pip_program import find_pip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.cli.checks.check import Check
    from kernelsync.cli.commands.status import StatusResult
    from kernelsync.model.outcome import Standing
    from kernelsync.model.plan import Action
    from kernelsync.model.problem import Problem

_HARMLESS = frozenset({"watch-eventless", "watch-overflow"})
_NOTHING_TO_DO = "the message says what is wrong"


def found(status: StatusResult) -> Iterator[Check]:
    """Yield how many environments there are, and every problem that `status` has."""
    count = len(status.standings)
    kernels = len(status.kernels)
    if status.unseen is not None:
        message = f"environments were not looked for: {status.unseen}"
        yield note("environments", message, "mend that, and run 'kernelsync doctor' again")
    elif count:
        yield ok("environments", f"environments found: {count}; kernels among them: {kernels}")
    else:
        hint = "'kernelsync once' says where it looks; sources.venv.projects names more places"
        yield note("environments", "no environments were found", hint)
    yield from map(_check_of, status.problems)
    for held in status.held:
        message = f"the kernel '{held.name}' is held: {held.reason}"
        yield wrong("removal-held", message, held.way_out)


def edited(actions: Sequence[Action]) -> Iterator[Check]:
    """Yield the kernels that somebody edited, so that they are left alone."""
    for problem in left(actions):
        yield note(problem.code, problem.message, problem.hint, problem.path)


def waiting(standings: Sequence[Standing]) -> Iterator[Check]:
    """Yield the environments whose installation is not complete yet."""
    for standing in standings:
        if standing.state is State.NOT_READY:
            prefix = standing.environment.candidate.prefix
            message = f"{prefix} is not ready yet: {standing.reason}"
            yield note("not-ready", message, path=prefix)


def lacking(status: StatusResult, environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield the environments without ipykernel, what changes that, and whether that can work."""
    without = [each for each in status.standings if each.state is State.NO_IPYKERNEL]
    offered = [each for each in without if each.offer]
    if offered:
        waiting = (
            "1 environment waits" if len(offered) == 1 else f"{len(offered)} environments wait"
        )
        message = f"{waiting} for a runtime to borrow ipykernel from"
        nobody = f"; {NOBODY_BUILDS}" if status.built_by is None else ""
        yield note("no-ipykernel", message, f"'{BUILD}'{nobody}")
        yield from _pip(environ)
    for standing in without:
        if not standing.offer:
            prefix = standing.environment.candidate.prefix
            message = f"{prefix} is no kernel: {standing.reason}"
            yield note("no-ipykernel", message, f"'{prefix}/bin/python -m pip install ipykernel'")


def _pip(environ: Mapping[str, str]) -> Iterator[Check]:
    try:
        find_pip(environ)
    except BuildFailure as error:
        problem = error.problem
        yield wrong(problem.code, problem.message, problem.hint or _NOTHING_TO_DO)


def _check_of(problem: Problem) -> Check:
    if problem.code in _HARMLESS:
        return note(problem.code, problem.message, problem.hint, problem.path)
    return wrong(problem.code, problem.message, problem.hint or _NOTHING_TO_DO, problem.path)
