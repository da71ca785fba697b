"""Nodes against their kinds: each right value, or a mistake at its place."""

from __future__ import annotations

from kernelsync.config.kinds import (
    Choice,
    Count,
    Duration,
    Flag,
    NameGlob,
    PathGlob,
    PathList,
    PathText,
    RuleList,
    Switch,
    Table,
    Template,
    Variables,
    VersionRange,
)
from kernelsync.config.nodes import Entries, Refused, Scalar
from kernelsync.config.rules import name_glob, path_glob, read_rules
from kernelsync.config.scalars import (
    read_choice,
    read_count,
    read_duration,
    read_flag,
    read_text,
)
from kernelsync.config.texts import (
    read_path,
    read_paths,
    read_range,
    read_template,
    read_variables,
)
from kernelsync.config.wording import brief, kind_of
from kernelsync.typed import assert_never

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.kinds import Field, Kind, ScalarKind, TextKind
    from kernelsync.config.nodes import Node
    from kernelsync.config.scope import Scope


def read_table(table: Table, node: Node, scope: Scope) -> dict[str, object]:
    """Return the values of the keys that are there; one without a value is as if absent."""
    if isinstance(node, Refused) or (table.takes_null and _is_null(node)):
        return {}
    fields = {field.key: field for field in table.fields}
    if not isinstance(node, Entries):
        what = scope.label or "the settings file"
        message = f"{what} must be a mapping, not {kind_of(node)}"
        scope.mistakes.add("type", node, message, _keys_hint(fields, scope))
        return {}
    found: dict[str, object] = {}
    for entry in node.entries:
        field = fields.get(entry.key.text)
        if field is None:
            _unknown_key(entry.key, fields, scope)
        elif not (table.takes_null and _is_null(entry.value)):
            found[field.key] = _read(field.kind, entry.value, scope.below(field.key))
    return found


def _read(kind: Kind, node: Node, scope: Scope) -> object:
    """Return a node's value; what is returned after a mistake is never used."""
    value: object
    match kind:
        case Table():
            value = read_table(kind, node, scope)
        case Switch():
            value = _read_switch(kind, node, scope)
        case RuleList():
            value = read_rules(kind, node, scope, lambda each: read_table(kind.rule, each, scope))
        case PathList():
            value = read_paths(node, scope)
        case Variables():
            value = read_variables(node, scope)
        case _:
            value = None if isinstance(node, Refused) else _read_scalar(kind, node, scope)
    return value


def _read_scalar(kind: ScalarKind, node: Node, scope: Scope) -> object:
    value: object
    match kind:
        case Flag():
            value = read_flag(node, scope)
        case Choice():
            value = read_choice(kind, node, scope)
        case Count():
            value = read_count(kind, node, scope)
        case Duration():
            value = read_duration(kind, node, scope)
        case _:
            scalar = read_text(node, scope)
            value = None if scalar is None else _read_checked_text(kind, scalar, scope)
    return value


def _read_checked_text(kind: TextKind, scalar: Scalar, scope: Scope) -> str | None:
    match kind:
        case PathText():
            value = read_path(scalar, scope)
        case Template():
            value = read_template(kind, scalar, scope)
        case NameGlob():
            value = name_glob(scalar.text, scalar, scope)
        case PathGlob():
            value = path_glob(scalar.text, scalar, scope)
        case VersionRange():
            value = read_range(scalar, scope)
        case _:
            assert_never(kind)
    return value


def _read_switch(kind: Switch, node: Node, scope: Scope) -> object:
    """Return True or False, or the options as a dictionary."""
    match node:
        case Entries():
            return read_table(kind.options, node, scope)
        case Scalar(tag="bool"):
            return read_flag(node, scope)
        case Refused():
            return None
        case _:
            keys = ", ".join(field.key for field in kind.options.fields)
            options = f", or a mapping of its options ({keys})" if keys else ""
            message = f"{scope.label} must be true or false{options}, not {kind_of(node)}"
            scope.mistakes.add("type", node, message, _option_hint(kind, node))
            return None


def _option_hint(kind: Switch, node: Node) -> str | None:
    """Return a hint for a path that was written in the place of the options."""
    fields = kind.options.fields
    if isinstance(node, Scalar) and fields and isinstance(fields[0].kind, PathText):
        return f'write {{{fields[0].key}: "{brief(node.text)}"}}'
    return None


def _unknown_key(key: Scalar, fields: dict[str, Field], scope: Scope) -> None:
    where = f" in {scope.label}" if scope.label else ""
    hint = scope.mistakes.guess(key.text, fields) or _keys_hint(fields, scope)
    scope.mistakes.add("unknown-key", key, f"unknown key '{brief(key.text)}'{where}", hint)


def _keys_hint(fields: dict[str, Field], scope: Scope) -> str:
    if not fields:
        return f"{scope.label} has no options"
    return "keys are " + ", ".join(fields)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag == "null"
