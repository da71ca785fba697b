"""What of the memory of the probe is written to its file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.probe.memory import Memory


def condensed(memory: Memory) -> dict[str, object]:
    """Return the rows, and what they use; what only earlier ones used is left out."""
    rows: dict[str, list[int]] = memory.rows  # type: ignore[assignment] # all in use, so checked
    outlines: dict[int, int] = {}
    for row in rows.values():
        outlines.setdefault(row[0], len(outlines))
    used: list[dict[str, int]] = [memory.outlines[old] for old in outlines]  # type: ignore[misc] # as above
    grounds: dict[int, int] = {}
    for outline in used:
        grounds.setdefault(outline["ground"], len(grounds))
    return {
        "groups": {str(group): private for group, private in memory.groups.items()},
        "grounds": [memory.grounds[old] for old in grounds],
        "outlines": [{**each, "ground": grounds[each["ground"]]} for each in used],
        "environments": {real: [outlines[row[0]], *row[1:]] for real, row in rows.items()},
    }
