"""What to say about a text that is not YAML."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import yaml

QUOTE_HINT = "if this is a pattern or a text, put it in double quotes"


def explain(
    error: yaml.MarkedYAMLError, text: str
) -> tuple[tuple[int, int] | None, str, str | None]:
    """Return the place of a syntax error, and what to say about it."""
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else None
    problem = error.problem or error.context or "this"
    return place, f"not YAML: {problem}", _syntax_hint(problem, place, text)


def _syntax_hint(problem: str, place: tuple[int, int] | None, text: str) -> str | None:
    lines = text.splitlines()
    if place is None or place[0] > len(lines):
        return "a bracket or a quote may not be closed"
    line, column = lines[place[0] - 1], place[1] - 1
    if "\t" in line[: column + 1] and not line[:column].strip():
        return "YAML is indented with spaces, not with tabs"
    around = line[max(column - 1, 0) : column + 1]
    if any(char in "*&!%@`" for char in around):
        return QUOTE_HINT
    if "mapping values" in problem:
        return "a text with ': ' in it must be in quotes; a key must be on a line of its own"
    return None


def first_unprintable(text: str) -> tuple[int, int] | None:
    """Return the line and column of the first character that YAML does not allow."""
    allowed = "\t\n\r\x85"
    for number, line in enumerate(text.split("\n"), start=1):
        for column, char in enumerate(line, start=1):
            if char not in allowed and (
                char < " " or "\x7f" <= char < "\xa0" or char in "\ufffe\uffff"
            ):
                return number, column
    return None
