"""How things stand, for people and for programs."""

from __future__ import annotations

import time

from kernelsync.cli.render import tally
from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import columns
from kernelsync.cli.render.wrap import entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.status import RunningKernel, StatusResult
    from kernelsync.cli.render.look import Look
    from kernelsync.model.problem import Problem
    from kernelsync.service.state import State

_MIB = 1 << 20
_UNKNOWN = "it is not known why"


def data(result: StatusResult) -> dict[str, object]:
    """Return the `data` of the JSON object; times are seconds since 1970, sizes bytes.

    What is not known, as nobody could look, is None: an empty list says that there is none.
    """
    state = result.state
    is_seen = result.unseen is None
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
            "start": list(result.start.commands),
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
        **tally.data(result),
        "held": [
            {"name": each.name, "reason": each.reason, "way_out": each.way_out}
            for each in result.held
        ],
        "left": [_left(each) for each in result.left] if is_seen else None,
        "running": [_running(each) for each in result.running] if is_seen else None,
    }


def lines(result: StatusResult, look: Look) -> Iterator[str]:
    """Yield the service first, then the kernels; problems stand on stderr."""
    state = result.state
    if state is None:
        yield f"service    {look.paint('not running', 'yellow')}"
        yield from _start(result, look)
    else:
        yield from _service(state, result, look)
    if result.last_pass is not None:
        yield f"last pass  {_moment(result.last_pass)}"
    if state is not None and state.changed is not None:
        yield f"changed    {_moment(state.changed)}"
    yield from tally.lines(result, look)
    for held in result.held:
        text = f"! {escape(held.name)}: {look.prose(held.reason)}"
        for line in entry("held       ", text, look):
            yield look.paint(line, "yellow")
        yield from entry("           help: ", look.prose(held.way_out), look)
    for left in result.left:
        yield from entry("left alone ", look.prose(left.message), look)
    yield from _table(result, look)


def _start(result: StatusResult, look: Look) -> Iterator[str]:
    title = "           help: "
    for command in result.start.commands:
        yield from entry(title, command, look)
        title = " " * len(title)
    if result.start.remark is not None:
        yield from entry(title, result.start.remark, look)


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
        yield from entry("confined   ", f"no: {look.prose(state.unconfined or _UNKNOWN)}", look)
    if state.failure is not None:
        for line in entry("failing    ", look.prose(state.failure), look):
            yield look.paint(line, "red")


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


def _left(each: Problem) -> dict[str, object]:
    return {"path": each.path, "reason": each.message}


def _running(each: RunningKernel) -> dict[str, object]:
    return {
        "kernel": each.kernel,
        "environment": each.environment,
        "pid": each.process.pid,
        "memory": each.process.memory,
        "since": each.process.since,
    }


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _size(size: int) -> str:
    return f"{size / _MIB:.0f} MiB"
