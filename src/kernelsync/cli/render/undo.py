"""How the trash, and what came back from it, look."""

from __future__ import annotations

import time

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.table import columns
from kernelsync.kernelspecs.undo import WHAT_IS_NEXT
from kernelsync.model.natural import in_natural_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.undo import UndoResult
    from kernelsync.cli.render.look import Look
    from kernelsync.kernelspecs.trash import TrashEntry


def data(result: UndoResult) -> dict[str, object]:
    """Return the `data` of the JSON object; times are seconds since 1970."""
    restored = [each.entry.name for each in result.restored if each.problem is None]
    entries = [
        {"name": entry.name, "why": str(entry.why), "when": entry.when, "batch": entry.batch}
        for entry in result.entries
    ]
    return {"restored": sorted(restored), "trash": entries}


def lines(result: UndoResult, look: Look) -> Iterator[str]:
    """Yield what is in the trash, or a line for each kernel that came back."""
    if result.only_list:
        yield from _trash_lines(result, look)
        return
    restored = [each.entry.name for each in result.restored if each.problem is None]
    if look.quiet:
        return
    for name in in_natural_order(restored):
        yield look.paint(f"+ {escape(name)}", "green")
    if restored:
        yield f"{len(restored)} brought back"
        yield look.paint(f"Note: {WHAT_IS_NEXT}.", "dim")
    elif not result.problems:
        yield "Nothing to undo."


def _trash_lines(result: UndoResult, look: Look) -> Iterator[str]:
    if not result.entries:
        yield "The trash is empty."
    rows = [_row(entry) for entry in result.entries]
    yield from columns(rows, look.width, shrink=(1,))


def _row(entry: TrashEntry) -> tuple[str, str, str]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.when))
    return (when, escape(entry.name), str(entry.why))
