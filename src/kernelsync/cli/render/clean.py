"""How a plan of `clean` and its result look; both are printed alike."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape
from kernelsync.model.natural import in_natural_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.clean import CleanResult
    from kernelsync.cli.render.look import Look


def data(result: CleanResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    kept = [{"name": name, "reason": reason} for name, reason in result.kept]
    return {"removed": sorted(result.removed), "kept": kept}


def lines(result: CleanResult, look: Look) -> Iterator[str]:
    """Yield a line for each kernel, then the count and the way back."""
    if look.quiet:
        return
    for name in in_natural_order(result.removed):
        yield look.paint(f"- {escape(name)}", "red")
    for name, reason in result.kept:
        yield f"  {escape(name)} stays: {escape(reason)}"
    if result.removed:
        yield _count(result)
    elif not result.problems:
        yield "Nothing of kernelsync's to remove."


def _count(result: CleanResult) -> str:
    if result.only_plan:
        return f"{len(result.removed)} to remove"
    return f"{len(result.removed)} removed ('kernelsync undo' brings them back)"
