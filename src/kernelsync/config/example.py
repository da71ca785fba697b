"""The settings file as it would be if all defaults were written down, with their reasons."""

from __future__ import annotations

from kernelsync.config.kinds import Duration, Switch, Table, Variables
from kernelsync.config.schema import settings_table
from kernelsync.config.writing import duration, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.config.kinds import Field
    from kernelsync.model.manager import Manager

WIDTH = 100
HEADER = (
    "# The settings of kernelsync. Every key is optional; each stands here at its default.",
    "# `kernelsync config check` finds mistakes, `kernelsync config show` says what is in force.",
)
EXCEPT = ("# Where a comment says so, something else was chosen for this machine.",)


def example(
    managers: Sequence[Manager],
    schema: str | None = None,
    chosen: Mapping[str, object] | None = None,
) -> str:
    """Return a settings file that says nothing but the defaults, and what was `chosen`.

    `schema` is the path or URL of the JSON Schema, for editors that look for it there. The keys
    of `chosen` are written with dots ("sources.venv.containers"); beside each stands its default.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += HEADER
    if chosen:
        lines += EXCEPT
    for field in settings_table(tuple(managers)).fields:
        lines += ["", *_field_lines(field, "", field.key, chosen or {})]
    return "\n".join(lines) + "\n"


def _field_lines(
    field: Field, indent: str, name: str, chosen: Mapping[str, object]
) -> Iterator[str]:
    yield from _comment(field.reason, indent)
    if name in chosen:
        yield f"{indent}# Not the default, which is {default_text(field)}."
        yield f"{indent}{field.key}: {text_of(chosen[name])}"
        return
    match field.kind:
        case Table(fields=fields) | Switch(options=Table(fields=(_, *_) as fields)):
            yield f"{indent}{field.key}:"
            for inner in fields:
                yield from _field_lines(inner, indent + "  ", f"{name}.{inner.key}", chosen)
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
