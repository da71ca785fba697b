"""Words about nodes and about what users wrote, for messages."""

from __future__ import annotations

from kernelsync.config.nodes import Entries, Items, Refused, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.nodes import Node

LONGEST_QUOTE = 60
"""Characters of the user's text that a message repeats."""

LONGEST_SENTENCE = 200
"""Characters of a sentence that repeats a text of the user in full."""


def kind_of(node: Node) -> str:
    """Return what YAML takes a node for, in words."""
    match node:
        case Items():
            return "a list"
        case Entries():
            return "a mapping"
        case Refused():
            return "something that is refused"
        case Scalar():
            meanings = {
                "null": "nothing",
                "bool": f"the truth value {node.text}",
                "int": "a number",
                "float": "a number",
                "timestamp": "a date",
            }
            return meanings.get(node.tag, f"'{brief(node.text)}'")


def brief(text: str) -> str:
    """Return a text fit for a message: on one line, printable, and not long."""
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
    return escaped(short)


def escaped(text: str) -> str:
    """Return a text in which control and other invisible characters are escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def sentence(text: str) -> str:
    """Return a sentence fit for a message, where it repeats a very long text of the user."""
    return escaped(text if len(text) <= LONGEST_SENTENCE else text[:LONGEST_SENTENCE] + "…")


def quote_hint(node: Node) -> str | None:
    """Return a hint for a text that YAML takes for something else."""
    match node:
        case Scalar(tag="null", text=""):
            return None
        case Scalar(text=text):
            return (
                f'YAML reads {brief(text)} as {_meaning(node)}: put it in quotes, "{brief(text)}"'
            )
        case _:
            return None


def _meaning(node: Scalar) -> str:
    if node.tag == "bool":
        return "true" if node.text.lower() in ("true", "yes", "on") else "false"
    if node.tag == "float":
        try:
            return f"the number {float(node.text)}"
        except ValueError:
            return "a number"
    return kind_of(node)
