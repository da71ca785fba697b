"""How the user unit, and what became of it, look."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.service import ServiceResult
    from kernelsync.cli.render.look import Look


def data(result: ServiceResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {
        "path": result.path,
        "changed": result.changed,
        "manager": result.manager,
        "active": result.active,
        "variables": dict(result.variables),
        "unit": result.text,
        "strict": result.strict,
        "disabled": result.disabled,
    }


def lines(result: ServiceResult, look: Look) -> Iterator[str]:
    """Yield what was done, and what to do next; `show` yields the unit."""
    if result.topic == "show":
        yield from (escape(line) for line in (result.text or "").rstrip("\n").split("\n"))
    elif not look.quiet:
        yield from (_uninstalled if result.topic == "uninstall" else _installed)(result, look)


def _uninstalled(result: ServiceResult, look: Look) -> Iterator[str]:
    if result.disabled and not result.changed:
        yield "Stopped and disabled the service; its unit came with the program, and goes with it."
    elif result.changed:
        yield f"Removed {look.path(result.path)}; the kernels stay ('kernelsync clean')."
    else:
        yield f"There is no {look.path(result.path)}."


def _installed(result: ServiceResult, look: Look) -> Iterator[str]:
    deed = "Wrote" if result.changed else "Nothing to change in"
    yield f"{deed} {look.path(result.path)}"
    if result.strict is not None:
        yield f"  and the strict drop-in {look.path(result.strict)}"
    if result.variables:
        yield f"  with {', '.join(result.variables)} as they are in this shell"
    if not result.manager:
        yield "The user's systemd does not answer here; in a login session:"
    if result.active:
        yield "  systemctl --user restart kernelsync      to use it now"
    else:
        yield "  systemctl --user enable --now kernelsync to start it, now and with each login"
    yield "  loginctl enable-linger                   to let it run while you are logged out"
