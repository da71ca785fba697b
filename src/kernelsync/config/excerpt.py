"""A mistake in the settings, shown at its place in the text."""

from __future__ import annotations

from kernelsync.config.wording import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.problem import Problem

WIDEST = 100
"""Characters of a line that are shown; of a longer one, the part around the mistake."""

LINE_ENDS = ("\r\n", "\r", "\x85", "\u2028", "\u2029")
"""What YAML counts as the end of a line, beside the line feed."""


def excerpt(problem: Problem, source_text: str) -> str:
    """Return the message, the place, the line with a caret and the hint, each on its line.

    There is no line feed at the end.

    Control characters are escaped everywhere. Without a place, or where the text has no
    such line any more, the excerpt itself is left out.
    """
    number = "" if problem.line is None else str(problem.line)
    gutter = " " * (len(number) + 2)
    place = ":".join(
        str(part) for part in (problem.path or "settings", problem.line, problem.column) if part
    )
    lines = [f"error: {escaped(problem.message)}", f"{gutter[1:]}--> {escaped(place)}"]
    shown = _line_with_caret(problem, source_text)
    if shown is not None:
        line, caret = shown
        lines += [f"{gutter}|", f" {number} | {line}".rstrip(), f"{gutter}| {caret}"]
    if problem.hint is not None:
        lines.append(f"{gutter}= help: {escaped(problem.hint)}")
    return "\n".join(lines)


def _line_with_caret(problem: Problem, source_text: str) -> tuple[str, str] | None:
    """Return the line of a mistake, and below it a caret under its column."""
    if problem.line is None:
        return None
    text = source_text.removeprefix("\ufeff")
    for end in LINE_ENDS:
        text = text.replace(end, "\n")
    lines = text.split("\n")
    if problem.line > len(lines):
        return None
    line = lines[problem.line - 1]
    column = min((problem.column or 1) - 1, len(line))
    start = max(0, column - WIDEST // 2) if len(line) > WIDEST else 0
    before = escaped(line[start:column])
    return before + escaped(line[column : start + WIDEST]), " " * len(before) + "^"
