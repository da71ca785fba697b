"""How the list of environments looks."""

from __future__ import annotations

from kernelsync.cli.commands.list import PENDING
from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import columns
from kernelsync.model.outcome import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.cli.commands.list import ListResult
    from kernelsync.cli.render.look import Look
    from kernelsync.model.outcome import Standing


def data(result: ListResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {"environments": [described(standing) for standing in result.standings]}


def described(standing: Standing) -> dict[str, object]:
    """Return one environment as JSON; the keys are stable within a schema version."""
    environment = standing.environment
    candidate = environment.candidate
    interpreter = environment.interpreter
    return {
        "path": candidate.prefix,
        "name": candidate.name,
        "manager": candidate.manager.name,
        "python": None if interpreter is None else interpreter.version,
        "implementation": None if interpreter is None else interpreter.implementation,
        "ipykernel": environment.ipykernel,
        "runtime": None if standing.runtime is None else standing.runtime.key,
        "state": standing.state.value,
        "reason": standing.reason,
        "kernel": standing.kernel,
        "display_name": standing.display_name,
        "project": environment.project,
        "aliases": list(candidate.aliases),
    }


def lines(result: ListResult, look: Look) -> Iterator[str]:
    """Yield a table; the reason stands below each environment that is not a kernel."""
    if not result.standings:
        yield "No environments found ('kernelsync once' says where it looks)."
    rows = [_row(standing, look) for standing in result.standings]
    if rows:
        rows.insert(0, ("KERNEL", "PYTHON", "IPYKERNEL", "MANAGER", "PATH"))
    ellipsis = "…" if look.fancy else "..."
    table = columns(rows, look.width, shrink=(4, 0), ellipsis=ellipsis)
    if table:
        yield look.paint(table[0], "bold")
    for standing, line in zip(result.standings, table[1:], strict=True):
        yield line if standing.state is State.KERNEL else look.paint(line, "dim")
        if look.verbose or not (_is_plain(standing) or _lacks_ipykernel(standing)):
            yield f"    {standing.state.value}: {look.prose(standing.reason)}"
    borrowed = dict.fromkeys(_ipykernel(each) for each in result.standings if each.runtime)
    if borrowed:
        yield f"{escape(', '.join(borrowed))}: borrowed from a runtime ('kernelsync runtime list')"
    lacking = [each for each in result.standings if _lacks_ipykernel(each)]
    if lacking:
        yield f"{len(lacking)} without ipykernel, and so without a kernel; to change that:"
        yield f"    {_way_out(lacking, look)}"
    if result.hidden:
        yield f"{result.hidden} more left out (see 'kernelsync list --all')"


def _way_out(lacking: Sequence[Standing], look: Look) -> str:
    """Return the command that makes kernels of most of them, else of one."""
    if any(standing.offer for standing in lacking):
        return "kernelsync runtime install --missing"
    prefix = look.path(lacking[0].environment.candidate.prefix)
    return f"{prefix}/bin/python -m pip install ipykernel"


def _is_plain(standing: Standing) -> bool:
    """Tell whether a row says all: a kernel that is there."""
    return standing.state is State.KERNEL and standing.reason != PENDING


def _lacks_ipykernel(standing: Standing) -> bool:
    """Tell whether only the package is missing: one remark serves all of these."""
    lacks = standing.state is State.NO_IPYKERNEL and standing.environment.ipykernel is None
    return lacks and standing.kernel is None


def _ipykernel(standing: Standing) -> str:
    """Return the version of ipykernel, in parentheses where a runtime lends it."""
    if standing.runtime is not None:
        return f"({standing.runtime.ipykernel})"
    return standing.environment.ipykernel or "-"


def _row(standing: Standing, look: Look) -> tuple[str, ...]:
    environment = standing.environment
    interpreter = environment.interpreter
    return (
        escape(standing.kernel or f"({environment.candidate.name})"),
        "-" if interpreter is None else escape(interpreter.version),
        escape(_ipykernel(standing)),
        environment.candidate.manager.word,
        look.path(environment.candidate.prefix),
    )
