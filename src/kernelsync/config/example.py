"""The settings file as it would be if all defaults were written down, with their reasons."""

from __future__ import annotations

from kernelsync.config.kinds import Duration, Switch, Table, Variables
from kernelsync.config.schema import settings_table
from kernelsync.config.writing import duration, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.config.kinds import Field
    from kernelsync.model.manager import Manager

WIDTH = 100
HEADER = (
    "# The settings of kernelsync. Every key is optional; each stands here at its default.",
    "# `kernelsync config check` finds mistakes, `kernelsync config show` says what is in force.",
)


def example(managers: Sequence[Manager], schema: str | None = None) -> str:
    """Return a settings file that says nothing but the defaults.

    `schema` is the path or URL of the JSON Schema, for editors that look for it there.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += HEADER
    for field in settings_table(tuple(managers)).fields:
        lines += ["", *_field_lines(field, "")]
    return "\n".join(lines) + "\n"


def _field_lines(field: Field, indent: str) -> Iterator[str]:
    yield from _comment(field.reason, indent)
    match field.kind:
        case Table(fields=fields) | Switch(options=Table(fields=(_, *_) as fields)):
            yield f"{indent}{field.key}:"
            for inner in fields:
                yield from _field_lines(inner, indent + "  ")
        case _:
            yield f"{indent}{field.key}: {default_text(field)}"


def default_text(field: Field) -> str:
    """Return a key's default as YAML text."""
    default = field.default
    if isinstance(field.kind, Duration) and isinstance(default, float):
        return duration(default)
    if isinstance(field.kind, Variables):
        return "{}"
    return text_of(default)


def _comment(reason: str, indent: str) -> Iterator[str]:
    """Wrap each line of a reason, but leave those that begin with a space as they are."""
    import textwrap  # noqa: PLC0415 - only the example needs it

    prefix = f"{indent}# "
    for line in reason.split("\n"):
        if line.startswith(" "):
            yield prefix + line
        else:
            yield from textwrap.wrap(
                line,
                WIDTH,
                initial_indent=prefix,
                subsequent_indent=prefix,
                break_on_hyphens=False,
                break_long_words=False,
            )
