"""Templates for names: text with fields in braces, such as `{name} ({manager} {minor})`.

`str.format` is not used: on a text that a user wrote, it would reach into objects
(`{name.__class__}`).
"""

from __future__ import annotations

from functools import lru_cache

from kernelsync.model.value import Value
from kernelsync.planning.suggest import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Part(Value):
    """A piece of a template: literal `text`, or the name of a `field` that stands there."""

    text: str = ""
    field: str | None = None


def fields_of(template: str) -> tuple[str, ...]:
    """Return the names of a template's fields in their order, repetitions included."""
    return tuple(part.field for part in _parts(template) if part.field is not None)


def check_template(text: str, allowed: Sequence[str]) -> str | None:
    """Return what is wrong with a template as a sentence, None if it is right."""
    parts = _parse(text)
    if isinstance(parts, str):
        return parts
    for part in parts:
        if part.field is not None and part.field not in allowed:
            return _unknown_field(part.field, allowed)
    return None


def fill(template: str, facts: Mapping[str, str]) -> str:
    """Return a template with each field replaced by its fact; a fact that is missing is empty.

    Raises:
        ValueError: The template is none; `check_template` says why.
    """
    return "".join(
        part.text if part.field is None else facts.get(part.field, "") for part in _parts(template)
    )


def _unknown_field(field: str, allowed: Sequence[str]) -> str:
    known = ", ".join(allowed)
    if not field.isidentifier():
        return f"'{{{field}}}' is not a field: only the name of a field may be in braces ({known})"
    guess = nearest(field, allowed)
    question = f", did you mean '{{{guess}}}'?" if guess else ":"
    return f"unknown field '{{{field}}}'{question} fields are {known}"


def _parts(template: str) -> tuple[Part, ...]:
    parts = _parse(template)
    if isinstance(parts, str):
        raise ValueError(parts)  # noqa: TRY004 - the value of the template is wrong, not its type
    return parts


@lru_cache(maxsize=64)
def _parse(template: str) -> tuple[Part, ...] | str:
    """Return the parts of a template, or a sentence that says why it has none."""
    parts = []
    at = 0
    while at < len(template):
        if template.startswith(("{{", "}}"), at):
            parts.append(Part(text=template[at]))
            at += 2
        elif template[at] == "}":
            return "a '}' without its '{' (write '}}' for a brace itself)"
        elif template[at] == "{":
            end = template.find("}", at)
            if end < 0:
                return "a '{' without its '}' (write '{{' for a brace itself)"
            parts.append(Part(field=template[at + 1 : end]))
            at = end + 1
        else:
            end = _next_brace(template, at)
            parts.append(Part(text=template[at:end]))
            at = end
    return tuple(parts)


def _next_brace(template: str, start: int) -> int:
    places = [at for at in (template.find("{", start), template.find("}", start)) if at >= 0]
    return min(places, default=len(template))
