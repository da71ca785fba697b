"""How runtimes, and what became of them, look."""

from __future__ import annotations

import os

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import columns
from kernelsync.model.runtime import Risk, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.runtime import RuntimeResult
    from kernelsync.cli.render.look import Look
    from kernelsync.model.runtime import Ailing, Runtime

_INSTALL = "kernelsync runtime install --missing"


def data(result: RuntimeResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {
        "directory": result.directory,
        "runtimes": [_described(result, runtime) for runtime in result.runtimes],
        "damaged": [_described_ailing(result, ailing) for ailing in result.ailing],
        "missing": [
            {"key": key, "python": spelled(key), "environments": list(result.used_by[key])}
            for key in result.missing
        ],
        "installed": list(result.installed),
        "removed": list(result.removed),
    }


def lines(result: RuntimeResult, look: Look) -> Iterator[str]:
    """Yield a table of what is there, or what was done; and what to do next."""
    if result.topic == "list":
        yield from _table(result, look)
        return
    if look.quiet:
        return
    for key in result.installed:
        yield look.paint(f"+ {escape(key)}", "green")
    for key in result.removed:
        yield look.paint(f"- {escape(key)}", "red")
    yield from _losers(result)
    waiting = sum(
        len(result.used_by.get(key, ())) - len(result.kernels.get(key, ()))
        for key in result.installed
    )
    if waiting:
        noun = "environment" if waiting == 1 else "environments"
        yield f"{waiting} {noun} can be a kernel now: 'kernelsync once' (a running service does it)"
    elif not (result.installed or result.removed or result.problems):
        yield "Nothing to do."


def _losers(result: RuntimeResult) -> Iterator[str]:
    """Yield how many kernels go with what was removed."""
    count = sum(len(result.kernels.get(key, ())) for key in result.removed)
    if count:
        losing = "1 environment loses its" if count == 1 else f"{count} environments lose their"
        yield f"{losing} kernel: 'kernelsync once' removes it (a running service does it)"


def _table(result: RuntimeResult, look: Look) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("PYTHON", "IPYKERNEL", "ENVIRONMENTS", "RUNTIME")]
    rows += [_row(result, runtime) for runtime in result.runtimes]
    rows += [_ailing_row(result, ailing) for ailing in result.ailing]
    if len(rows) > 1:
        head, *body = columns(rows, look.width, shrink=(3,))
        yield look.paint(head, "bold")
        yield from body
        yield f"in {look.path(result.directory)}"
        keys = {each.key for each in result.runtimes} | {each.key for each in result.ailing}
        if not keys <= result.used_by.keys():
            yield "What is unused goes with 'kernelsync runtime remove'."
    else:
        yield "No runtimes."
    if result.missing:
        count = sum(len(result.used_by[key]) for key in result.missing)
        noun = "environment lacks" if count == 1 else "environments lack"
        pythons = ", ".join(spelled(key) for key in result.missing)
        yield f"{count} {noun} ipykernel and a runtime (for {escape(pythons)}); to change that:"
        yield f"    {_INSTALL}"
    if result.outdated:
        pythons = ", ".join(spelled(key) for key in result.outdated)
        yield f"There are newer ones for {escape(pythons)}: 'kernelsync runtime install --upgrade'"


def _row(result: RuntimeResult, runtime: Runtime) -> tuple[str, ...]:
    users = _users(result, runtime.key)
    return spelled(runtime.key), escape(runtime.ipykernel), users, escape(runtime.key)


def _ailing_row(result: RuntimeResult, ailing: Ailing) -> tuple[str, ...]:
    """Return the row of a runtime that is not used; the problems say why."""
    return spelled(ailing.key), _state(ailing), _users(result, ailing.key), escape(ailing.key)


def _state(ailing: Ailing) -> str:
    return "damaged" if ailing.risk is Risk.NONE else ailing.risk.value


def _users(result: RuntimeResult, key: str) -> str:
    count = len(result.used_by.get(key, ()))
    return str(count) if count else "unused"


def _described_ailing(result: RuntimeResult, ailing: Ailing) -> dict[str, object]:
    return {
        "key": ailing.key,
        "python": spelled(ailing.key),
        "state": _state(ailing),
        "reason": ailing.reason,
        "path": ailing.directory,
        "environments": list(result.used_by.get(ailing.key, ())),
    }


def _described(result: RuntimeResult, runtime: Runtime) -> dict[str, object]:
    return {
        "key": runtime.key,
        "python": spelled(runtime.key),
        "ipykernel": runtime.ipykernel,
        "debugger": runtime.debugger,
        "path": runtime.directory,
        "build": os.path.basename(runtime.build),
        "outdated": runtime.key in result.outdated,
        "environments": list(result.used_by.get(runtime.key, ())),
    }
