"""How a plan and its result look; both are printed alike."""

from __future__ import annotations

from kernelsync.model.plan import Create, Hold, Remove, Update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.cli.commands.once import OnceResult
    from kernelsync.cli.render.look import Look
    from kernelsync.model.outcome import Standing
    from kernelsync.model.plan import Action

_WHEN_SEEN = (
    "New pages and commands show this at once, an open JupyterLab within a minute "
    "(or after a reload)."
)
_RUNTIMES = "kernelsync runtime install --missing"
_PLURAL = {"kernel": "kernels", "runtime": "runtimes", "environment": "environments"}


def data(result: OnceResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    names: dict[str, list[str]] = {
        "created": [],
        "updated": [],
        "removed": [],
        "held": [],
        "unchanged": list(result.plan.unchanged),
    }
    for action in result.actions:
        key = _key(action)
        if key is not None:
            names[key].append(_name(action))
    return {
        **{key: sorted(each) for key, each in names.items()},
        "environments": result.tally.environments,
    }


def lines(result: OnceResult, look: Look) -> Iterator[str]:
    """Yield what a person reads: a line for each change, then the counts and the time."""
    if look.quiet:
        return
    changes = [action for action in result.actions if _key(action) is not None]
    if result.built:
        yield f"built {_counted(len(result.built), 'runtime')}: {', '.join(result.built)}"
    yield from _change_lines(changes, result.standings, look)
    if not result.tally.environments and not changes:
        yield from _where_it_looked(result, look)
    yield _summary(result, changes)
    if not result.only_plan and any(not isinstance(action, Hold) for action in changes):
        yield look.paint(_WHEN_SEEN, "dim")


def _change_lines(
    changes: Sequence[Action], standings: Sequence[Standing], look: Look
) -> Iterator[str]:
    from kernelsync.cli.render.table import columns  # noqa: PLC0415 - most passes change nothing

    titles: dict[str, str] = {
        standing.kernel: standing.display_name or ""
        for standing in standings
        if standing.kernel is not None
    }
    from kernelsync.model.natural import natural  # noqa: PLC0415 - as above

    changes = sorted(
        changes, key=lambda action: (_SIGNS.index(_sign(action)), natural(_name(action)))
    )
    rows = [
        (f"{_sign(action)} {_name(action)}", titles.get(_name(action), ""), _where(action, look))
        for action in changes
    ]
    ellipsis = "…" if look.fancy else "..."
    for action, line in zip(
        changes, columns(rows, look.width, shrink=(2, 1, 0), ellipsis=ellipsis), strict=True
    ):
        yield look.paint(line, _COLOURS[line[0]])
        if look.verbose or isinstance(action, Remove | Update):
            yield f"    {look.prose(action.reason)}"


_WORDS = {Create: "created", Update: "updated", Remove: "removed", Hold: "held"}
_SIGNS = "+~-!"
_COLOURS = {"+": "green", "~": "yellow", "-": "red", "!": "yellow"}


def _key(action: Action) -> str | None:
    """Return under which word an action counts; None for what needs no mention."""
    return _WORDS.get(type(action))


def _sign(action: Action) -> str:
    key = _key(action)
    return {"created": "+", "updated": "~", "removed": "-", "held": "!"}.get(key or "", " ")


def _name(action: Action) -> str:
    if isinstance(action, Create | Update):
        return action.spec.name
    return action.installed.name


def _where(action: Action, look: Look) -> str:
    if isinstance(action, Create | Update):
        return look.path(action.spec.mark.prefix)
    mark = action.installed.mark
    return look.path(mark.prefix) if mark is not None else ""


def _summary(result: OnceResult, changes: Sequence[Action]) -> str:
    took = f"({result.seconds:.2f} s)"
    kernels = _counted(len(result.plan.unchanged), "kernel")
    if not changes:
        idle = "nothing to do" if not result.problems else "nothing done"
        return f"{kernels}, {idle} {took}{_without_kernel(result)}"
    counts = {"created": 0, "updated": 0, "removed": 0, "held": 0}
    for action in changes:
        counts[_key(action) or ""] += 1
    words = _FUTURE if result.only_plan else _PAST
    parts = [f"{count} {words[key]}" for key, count in counts.items() if count]
    if result.plan.unchanged:
        parts.append(f"{len(result.plan.unchanged)} unchanged")
    return f"{', '.join(parts)} {took}{_without_kernel(result)}"


_PAST = {"created": "created", "updated": "updated", "removed": "removed", "held": "held"}
_FUTURE = {"created": "to create", "updated": "to update", "removed": "to remove", "held": "held"}


def _without_kernel(result: OnceResult) -> str:
    """Return a remark on environments that would be kernels, had they ipykernel."""
    offered = result.tally.offered
    others = result.tally.lacking - offered
    remark = ""
    if offered:
        remark = f"; {_counted(offered, 'environment')} without ipykernel ({_RUNTIMES})"
    if others and offered:
        return f"{remark}, and {others} more (see 'kernelsync list')"
    if others:
        return f"; {_counted(others, 'environment')} without ipykernel (see 'kernelsync list')"
    return remark


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else _PLURAL[noun]}"


def _where_it_looked(result: OnceResult, look: Look) -> Iterator[str]:
    from kernelsync.cli.render.table import columns  # noqa: PLC0415 - most find something

    yield "No environments found. Looked in:"
    rows = [
        (f"  {look.path(root.path)}", root.manager, "" if root.state == "read" else root.state)
        for root in result.roots
    ]
    yield from columns(rows, look.width, shrink=(0,))
    yield "To widen the search: 'kernelsync once PROJECT', or name folders in the settings under"
    yield "sources.venv.containers or sources.venv.projects ('kernelsync config init' begins them)."
