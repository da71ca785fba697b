"""Values as YAML text, in the form that the settings file has them."""

from __future__ import annotations

from kernelsync.config.nodes import Entries, Items, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.config.nodes import Node

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./~-")
NOT_TEXT = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""Words that YAML 1.1 or 1.2 takes for something other than a text."""

UNITS = (("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001))
TWO_MINUTES = 120.0


def text_of(value: object) -> str:
    """Return a value in YAML's flow style: on one line, wherever it stands."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return quoted(value)
        case tuple():
            return "[" + ", ".join(text_of(item) for item in value) + "]"
        case dict():
            pairs = (f"{quoted(key)}: {text_of(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case _:
            raise TypeError(type(value))


def quoted(text: str) -> str:
    """Return a text in double quotes, or without where it can be nothing else."""
    is_word = text[:1].isalpha() or text.startswith(("/", "~/"))
    is_time = text.rstrip("hms").isdigit() and not text.isdigit()
    if (is_word or is_time) and PLAIN.issuperset(text) and text.lower() not in NOT_TEXT:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def duration(seconds: float) -> str:
    """Return a time with the largest unit in which it is a whole number (but 60s, not 1m)."""
    for unit, length in UNITS:
        if unit == "m" and seconds < TWO_MINUTES:
            continue
        count = round(seconds / length, 6)
        if count.is_integer() and count >= 1:
            return f"{int(count)}{unit}"
    return f"{seconds}s"


def as_written(node: Node) -> str:
    """Return a node in flow style with its texts as the user wrote them."""
    match node:
        case Scalar(tag="str"):
            return quoted(node.text)
        case Scalar():
            return node.text
        case Items():
            return "[" + ", ".join(as_written(item) for item in node.items) + "]"
        case Entries():
            pairs = (f"{each.key.text}: {as_written(each.value)}" for each in node.entries)
            return "{" + ", ".join(pairs) + "}"
        case _:
            return "…"


def block(values: Mapping[str, object], indent: str = "") -> list[str]:
    """Return lines of block style: sections are indented, everything else is on its line."""
    lines = []
    for key, value in values.items():
        if isinstance(value, dict) and value:
            lines.append(f"{indent}{quoted(key)}:")
            lines += block(value, indent + "  ")
        else:
            lines.append(f"{indent}{quoted(key)}: {text_of(value)}")
    return lines


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004 - YAML's escapes have two, four or eight digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - as above
