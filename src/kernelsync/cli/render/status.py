"""How things stand, for people and for programs."""

from __future__ import annotations

import time
from collections import Counter

from kernelsync.cli.commands.runtime import spelled
from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import columns
from kernelsync.model.outcome import State as Standpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.cli.commands.status import RunningKernel, StatusResult
    from kernelsync.cli.render.look import Look
    from kernelsync.service.state import State

_INSTALL = "kernelsync runtime install --missing"
_MIB = 1 << 20


def data(result: StatusResult) -> dict[str, object]:
    """Return the `data` of the JSON object; times are seconds since 1970, sizes bytes."""
    state = result.state
    watching = None
    if state is not None:
        watching = {
            "watches": state.watching.watches,
            "limit": state.watching.limit,
            "polled": state.watching.polled,
            "replaced": state.watching.replaced,
            "degraded": [problem.message for problem in state.watching.problems],
        }
    return {
        "service": {
            "running": state is not None,
            "pid": None if state is None else state.pid,
            "since": None if state is None else state.started,
            "memory": result.memory,
            "settings": None if state is None else state.settings,
            "kernels_directory": None if state is None else state.kernels_directory,
            "failure": None if state is None else state.failure,
            "confined": None if state is None else state.landlock is not None,
            "landlock": None if state is None else state.landlock,
            "unconfined": None if state is None else state.unconfined,
            "last_pass": result.last_pass,
            "last_change": None if state is None else state.changed,
        },
        "watching": watching,
        "environments": len(result.standings),
        "kernels": _counts(result),
        "runtimes": {
            "borrowing": _borrowing(result),
            "missing": _missing(result),
            "way_out": _INSTALL if _missing(result) else None,
        },
        "held": [
            {"name": each.name, "reason": each.reason, "way_out": each.way_out}
            for each in result.held
        ],
        "running": [_running(each) for each in result.running],
    }


def lines(result: StatusResult, look: Look) -> Iterator[str]:
    """Yield the service first, then the kernels; problems stand on stderr."""
    state = result.state
    if state is None:
        yield f"service    {look.paint('not running', 'yellow')}"
        yield "           start it with 'systemctl --user enable --now kernelsync'"
    else:
        yield from _service(state, result, look)
    if result.last_pass is not None:
        yield f"last pass  {_moment(result.last_pass)}"
    if state is not None and state.changed is not None:
        yield f"changed    {_moment(state.changed)}"
    counts = _counts(result)
    shares = f" ({_shares(counts)})" if counts else ""
    yield f"kernels    {sum(counts.values())} of {len(result.standings)} environments{shares}"
    yield from _runtimes(result)
    for held in result.held:
        yield look.paint(f"held       ! {escape(held.name)}: {escape(held.reason)}", "yellow")
        yield f"           help: {escape(held.way_out)}"
    yield from _table(result, look)


def _service(state: State, result: StatusResult, look: Look) -> Iterator[str]:
    memory = "" if result.memory is None else f", {_size(result.memory)}"
    running = look.paint("running", "green")
    yield f"service    {running} (pid {state.pid}) since {_moment(state.started)}{memory}"
    watching = state.watching
    limit = "" if watching.limit is None else f" of {watching.limit}"
    polled = f", {watching.polled} directories polled" if watching.polled else ""
    degraded = look.paint(" (degraded)", "yellow") if watching.problems else ""
    yield f"watching   {watching.watches}{limit} watches{polled}{degraded}"
    if state.landlock is not None:
        yield f"confined   yes (Landlock ABI {state.landlock})"
    else:
        yield f"confined   no: {escape(state.unconfined or 'it is not known')}"
    if state.failure is not None:
        yield look.paint(f"failing    {escape(state.failure)}", "red")


def _table(result: StatusResult, look: Look) -> Iterator[str]:
    if not result.running:
        return
    yield ""
    rows = [("RUNNING", "PID", "MEMORY", "SINCE", "ENVIRONMENT")]
    rows += [
        (
            escape(each.kernel or "-"),
            str(each.process.pid),
            _size(each.process.memory),
            _moment(each.process.since),
            look.path(each.environment),
        )
        for each in result.running
    ]
    ellipsis = "…" if look.fancy else "..."
    yield from columns(rows, look.width, shrink=(4, 0), ellipsis=ellipsis)


def _running(each: RunningKernel) -> dict[str, object]:
    return {
        "kernel": each.kernel,
        "environment": each.environment,
        "pid": each.process.pid,
        "memory": each.process.memory,
        "since": each.process.since,
    }


def _counts(result: StatusResult) -> dict[str, int]:
    managers = (
        standing.environment.candidate.manager.name
        for standing in result.standings
        if standing.state is Standpoint.KERNEL
    )
    return dict(sorted(Counter(managers).items()))


def _runtimes(result: StatusResult) -> Iterator[str]:
    """Yield who borrows, and who would; nothing where all have an ipykernel of their own."""
    borrowing: Counter[str] = Counter()
    for key, count in _borrowing(result).items():
        borrowing[spelled(key)] += count
    if borrowing:
        count = sum(borrowing.values())
        borrow = "1 kernel borrows" if count == 1 else f"{count} kernels borrow"
        yield f"runtimes   {borrow} ipykernel (Python {_shares(borrowing)})"
    missing = _missing(result)
    if missing:
        count = sum(missing.values())
        lack = "1 environment lacks" if count == 1 else f"{count} environments lack"
        title = "" if borrowing else "runtimes"
        yield f"{title:10} {lack} ipykernel and a runtime (Python {_shares(missing)})"
        yield f"           help: {_INSTALL}"


def _borrowing(result: StatusResult) -> dict[str, int]:
    """Return how many kernels borrow from each runtime, by its key."""
    keys = (
        standing.runtime.key
        for standing in result.standings
        if standing.state is Standpoint.KERNEL and standing.runtime is not None
    )
    return dict(sorted(Counter(keys).items()))


def _missing(result: StatusResult) -> dict[str, int]:
    """Return for how many environments a runtime is missing, by the Python that it is for."""
    offers = (standing.offer for standing in result.standings if standing.offer)
    return dict(sorted(Counter(offers).items()))


def _shares(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _size(size: int) -> str:
    return f"{size / _MIB:.0f} MiB"
