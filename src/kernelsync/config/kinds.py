"""The kinds of values that settings take, as data.

Checking, the JSON Schema and the example each match over the same closed union `Kind`.
"""

from __future__ import annotations

from kernelsync.model.value import Value


class Flag(Value):
    """`true` or `false`, and no other spelling of them."""


class Choice(Value):
    """One of a few words."""

    words: tuple[str, ...]


class Count(Value):
    """A whole number within bounds (both included)."""

    least: int
    most: int


class Duration(Value):
    """A time such as `60s`, `2m` or `500ms`, bounds in seconds; a plain number is seconds."""

    least: float
    most: float


class PathText(Value):
    """A path; `~` is the home directory, and a relative path starts there as well."""


class PathList(Value):
    """A list of paths."""


class Template(Value):
    """A text with the named fields in braces."""

    fields: tuple[str, ...]


class Variables(Value):
    """A mapping of environment variables to their values."""


class NameGlob(Value):
    """A glob on an environment's name."""


class PathGlob(Value):
    """A glob on an environment's path."""


class VersionRange(Value):
    """A version specifier of PEP 440 on an environment's Python."""


class Table(Value):
    """A mapping with known keys; with `takes_null`, a key without a value has its default."""

    fields: tuple[Field, ...]
    takes_null: bool = True


class Switch(Value):
    """`true`, `false` or a mapping of options, which means true."""

    options: Table


class RuleList(Value):
    """A list of rules, each a text or a mapping with the keys of `rule`."""

    rule: Table
    managers: tuple[str, ...]


TextKind = PathText | Template | NameGlob | PathGlob | VersionRange
ScalarKind = Flag | Choice | Count | Duration | TextKind
Kind = ScalarKind | PathList | Variables | Table | Switch | RuleList


class Field(Value):
    """One key: what it takes, its `default` as a value of the model, and its reason.

    `reason` is the comment in the example and the description in the JSON Schema.
    """

    key: str
    kind: Kind
    default: object
    reason: str
