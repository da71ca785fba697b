"""Flags, choices, numbers and durations."""

from __future__ import annotations

from kernelsync.config.nodes import Scalar
from kernelsync.config.wording import brief, kind_of, quote_hint
from kernelsync.config.writing import UNITS, duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.kinds import Choice, Count, Duration
    from kernelsync.config.nodes import Node
    from kernelsync.config.scope import Scope

NUMBER_TAGS = ("int", "float")
TRUE_WORDS = ("true", "yes", "on", "y")
FALSE_WORDS = ("false", "no", "off", "n")


def read_text(node: Node, scope: Scope) -> Scalar | None:
    """Return a node that is a text."""
    if isinstance(node, Scalar) and node.tag == "str":
        return node
    message = f"{scope.label} must be a text, not {kind_of(node)}"
    scope.mistakes.add("type", node, message, quote_hint(node))
    return None


def read_flag(node: Node, scope: Scope) -> bool | None:
    """Return true or false; YAML's other words for them are mistakes, for not all editors agree."""
    word = node.text.lower() if isinstance(node, Scalar) else ""
    if isinstance(node, Scalar) and node.tag == "bool" and word in ("true", "false"):
        return word == "true"
    hint = None
    if word in TRUE_WORDS:
        hint = "write true, without quotes"
    if word in FALSE_WORDS:
        hint = "write false, without quotes"
    message = f"{scope.label} must be true or false, not {kind_of(node)}"
    scope.mistakes.add("type", node, message, hint)
    return None


def read_choice(kind: Choice, node: Node, scope: Scope) -> str | None:
    """Return one of the words."""
    scalar = read_text(node, scope)
    if scalar is None:
        return None
    if scalar.text in kind.words:
        return scalar.text
    words = ", ".join(kind.words)
    message = f"{scope.label} must be one of {words}, not '{brief(scalar.text)}'"
    scope.mistakes.add("value", node, message, scope.mistakes.guess(scalar.text, kind.words))
    return None


def read_count(kind: Count, node: Node, scope: Scope) -> int | None:
    """Return a whole number within the bounds."""
    if isinstance(node, Scalar) and node.tag == "int" and _is_decimal(node.text):
        number = int(node.text)
        if kind.least <= number <= kind.most:
            return number
    bounds = f"a whole number from {kind.least} to {kind.most}"
    what = node.text if isinstance(node, Scalar) and node.tag in NUMBER_TAGS else kind_of(node)
    scope.mistakes.add("value", node, f"{scope.label} must be {bounds}, not {brief(what)}")
    return None


def read_duration(kind: Duration, node: Node, scope: Scope) -> float | None:
    """Return a time in seconds."""
    is_candidate = isinstance(node, Scalar) and node.tag in ("str", *NUMBER_TAGS)
    seconds = parse_duration(node.text) if isinstance(node, Scalar) and is_candidate else None
    if seconds is None:
        what = f"'{brief(node.text)}'" if isinstance(node, Scalar) else kind_of(node)
        message = f"{scope.label} must be a time, not {what}"
        scope.mistakes.add("type", node, message, "write it as 500ms, 60s, 2m or 1h")
        return None
    if kind.least <= seconds <= kind.most:
        return seconds
    bounds = f"from {duration(kind.least)} to {duration(kind.most)}"
    text = brief(node.text) if isinstance(node, Scalar) else ""
    scope.mistakes.add("value", node, f"{scope.label} must be {bounds}, not {text}")
    return None


def parse_duration(text: str) -> float | None:
    """Return the seconds of a text such as "60s", "1.5h" or "90"; None if it is no time."""
    # "ms" ends in "s" as well, so longer units come first.
    for unit, length in sorted(UNITS, key=lambda each: -len(each[0])):
        if text.endswith(unit):
            return _scaled(text.removesuffix(unit), length)
    return _scaled(text, 1.0)


def _scaled(number: str, length: float) -> float | None:
    whole, point, fraction = number.partition(".")
    if not _is_digits(whole) or (point and not _is_digits(fraction)):
        return None
    return round(float(number) * length, 6)


def _is_digits(text: str) -> bool:
    longest = 12
    return text.isascii() and text.isdigit() and len(text) <= longest


def _is_decimal(text: str) -> bool:
    return _is_digits(text) and (text == "0" or not text.startswith("0"))
