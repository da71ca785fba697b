"""How the user units, and what became of them, look."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape
from kernelsync.model.value import as_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.service import ServiceResult, Unit
    from kernelsync.cli.render.look import Look


def data(result: ServiceResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {
        "path": result.path,
        "changed": result.changed,
        "manager": result.manager,
        "active": result.active,
        "variables": dict(result.variables),
        "units": [as_dict(unit) for unit in result.units],
        "strict": result.strict,
        "disabled": result.disabled,
    }


def lines(result: ServiceResult, look: Look) -> Iterator[str]:
    """Yield what was done, and what to do next; `show` yields the units."""
    if result.topic == "show":
        yield from _shown(result, look)
    elif not look.quiet:
        yield from (_uninstalled if result.topic == "uninstall" else _installed)(result, look)


def _shown(result: ServiceResult, look: Look) -> Iterator[str]:
    """Yield each unit below its file's name, as `systemctl cat` does."""
    for position, unit in enumerate(result.units):
        if position:
            yield ""
        yield f"# {look.path(unit.path)}{' (masked, and left so)' if unit.masked else ''}"
        yield from (escape(line) for line in (unit.text or "").rstrip("\n").split("\n"))


def _uninstalled(result: ServiceResult, look: Look) -> Iterator[str]:
    for unit in result.units:
        yield f"Removed {look.path(unit.path)}"
    if result.units:
        yield "The kernels stay ('kernelsync clean' removes them)."
    elif result.disabled:
        yield "Stopped and disabled the service; its unit came with the program, and goes with it."
    else:
        yield f"There is no {look.path(result.path)}."


def _installed(result: ServiceResult, look: Look) -> Iterator[str]:
    for unit in result.units:
        yield f"{_deed(unit)} {look.path(unit.path)}"
    if result.variables:
        yield f"  with {', '.join(result.variables)} as in this shell"
    if not result.manager:
        yield "The user's systemd does not answer here; in a login session:"
    if result.active:
        yield "  systemctl --user restart kernelsync       to use it now"
    else:
        yield "  systemctl --user enable --now kernelsync  to start it, now and with each login"
    yield "  loginctl enable-linger                    to let it run while you are logged out"


def _deed(unit: Unit) -> str:
    if unit.masked:
        return "Masked, and left so:"
    return "Wrote" if unit.changed else "Nothing to change in"
