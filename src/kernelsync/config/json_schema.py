"""The settings as a JSON Schema (draft-07), for editors that check and complete YAML."""

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
from kernelsync.config.schema import settings_table
from kernelsync.config.writing import duration
from kernelsync.typed import assert_never

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.config.kinds import Field, Kind, ScalarKind, TextKind
    from kernelsync.model.manager import Manager

    Schema = dict[str, object]

DURATION = r"^[0-9]{1,12}(\.[0-9]{1,12})?(ms|s|m|h)?$"
VERSION = r"[0-9]{1,9}(\.[0-9]{1,9})*"
CLAUSE = (
    rf"\s*((<=|>=|==|!=|<|>)\s*{VERSION}"
    rf"|(==|!=)\s*{VERSION}\.\*|~=\s*[0-9]{{1,9}}(\.[0-9]{{1,9}})+)\s*"
)
PATH = r"^(?!~[^/])[^\u0000-\u001f\u007f]*\S[^\u0000-\u001f\u007f]*$"
NAME = r"^[^/]*[^/\s][^/]*$"
VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$"


def json_schema(managers: Sequence[Manager]) -> dict[str, object]:
    """Return the schema of the whole file.

    It accepts all that is right. It cannot say whether a glob's brackets are closed, or
    how long a text such as "2h" is; the program itself can.
    """
    whole = _schema(settings_table(tuple(managers)))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "kernelsync settings",
        **whole,
    }


def _schema(kind: Kind) -> Schema:
    match kind:
        case Table():
            return _table(kind)
        case Switch():
            return {"anyOf": [{"type": "boolean"}, _table(kind.options)]}
        case RuleList():
            return {"type": "array", "items": _rule(kind)}
        case PathList():
            return {"type": "array", "items": _schema(PathText())}
        case Variables():
            return {
                "type": "object",
                "propertyNames": {"pattern": VARIABLE},
                "additionalProperties": {"type": "string"},
            }
        case _:
            return _scalar(kind)


def _scalar(kind: ScalarKind) -> Schema:
    match kind:
        case Flag():
            return {"type": "boolean"}
        case Choice():
            return {"enum": list(kind.words)}
        case Count():
            return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
        case Duration():
            return _duration(kind)
        case _:
            return {"type": "string", "pattern": _pattern(kind)}


def _pattern(kind: TextKind) -> str:
    match kind:
        case PathText() | PathGlob():
            value = PATH
        case Template():
            value = _template(kind)
        case NameGlob():
            value = NAME
        case VersionRange():
            value = f"^{CLAUSE}(,{CLAUSE})*$"
        case _:
            assert_never(kind)
    return value


def _table(table: Table) -> Schema:
    properties = {field.key: _property(field, table) for field in table.fields}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _property(field: Field, table: Table) -> Schema:
    schema = _schema(field.kind)
    if table.takes_null:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": field.reason, **schema}


def _rule(kind: RuleList) -> Schema:
    managers = "|".join(kind.managers)
    texts = {
        "type": "string",
        # MANAGER:GLOB, a path, or a name; a colon elsewhere is a mistake in the manager's name.
        "pattern": rf"^(({managers}):(?!~[^/]).*\S.*|~|~?/.*|[^/:~][^/:]*(/.*)?)$",
        "minLength": 1,
    }
    return {"anyOf": [texts, {**_table(kind.rule), "minProperties": 1}]}


def _duration(kind: Duration) -> Schema:
    times = f"from {duration(kind.least)} to {duration(kind.most)}"
    return {
        "anyOf": [
            {"type": "string", "pattern": DURATION, "description": times},
            {"type": "number", "minimum": kind.least, "maximum": kind.most},
        ]
    }


def _template(kind: Template) -> str:
    fields = "|".join(kind.fields)
    return rf"^(?=.*\S)([^{{}}\u0000-\u001f\u007f]|\{{\{{|\}}\}}|\{{({fields})\}})+$"
