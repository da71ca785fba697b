"""What keeps kernels from appearing, for people and for programs."""

from __future__ import annotations

from kernelsync.cli.checks.check import Level
from kernelsync.cli.render.wrap import entry
from kernelsync.model.value import as_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.doctor import DoctorResult
    from kernelsync.cli.render.look import Look

_NO_KERNELS_YET = frozenset({"no-ipykernel", "not-ready"})
"""Notes about environments that wait for something, or that lack it."""
_COLORS = {Level.OK: "green", Level.NOTE: "yellow"}


def data(result: DoctorResult) -> dict[str, object]:
    """Return the `data` of the JSON object."""
    return {"checks": [{**as_dict(each), "level": each.level.value} for each in result.checks]}


def lines(result: DoctorResult, look: Look) -> Iterator[str]:
    """Yield what is right and what is good to know; problems stand on stderr."""
    for check in result.checks:
        if check.level is Level.PROBLEM:
            continue
        word = f"{check.level.value:4}"
        first, *more = entry(f"{word}  ", look.prose(check.message), look)
        yield look.paint(word, _COLORS[check.level]) + first.removeprefix(word)
        yield from more
        if check.hint is not None:
            yield from entry("      help: ", look.prose(check.hint), look)
    count = len(result.problems)
    noun = "problem" if count == 1 else "problems"
    if count:
        yield f"{count} {noun}"
    elif any(check.code in _NO_KERNELS_YET for check in result.checks):
        yield "no problems, but not every environment is a kernel yet"
    else:
        yield "nothing keeps kernels from appearing"
