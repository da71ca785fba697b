"""Paths, templates, version specifiers and variables."""

from __future__ import annotations

from kernelsync.config.nodes import Entries, Items, Refused, Scalar
from kernelsync.config.paths import check_path, expand
from kernelsync.config.scalars import read_text
from kernelsync.config.wording import brief, escaped, kind_of, sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.kinds import Template
    from kernelsync.config.nodes import Node
    from kernelsync.config.scope import Scope


def read_path(node: Scalar, scope: Scope) -> str | None:
    """Return a path, absolute."""
    mistake = check_path(node.text)
    if mistake is None:
        return expand(node.text, scope.home)
    scope.mistakes.add("value", node, f"{scope.label}: {mistake}")
    return None


def read_paths(node: Node, scope: Scope) -> tuple[str, ...]:
    """Return the paths of a list, absolute."""
    if isinstance(node, Refused):
        return ()
    if not isinstance(node, Items):
        hint = f'write a list: ["{brief(node.text)}"]' if isinstance(node, Scalar) else None
        message = f"{scope.label} must be a list of paths, not {kind_of(node)}"
        scope.mistakes.add("type", node, message, hint)
        return ()
    paths = []
    for item in node.items:
        scalar = None if isinstance(item, Refused) else read_text(item, scope)
        path = None if scalar is None else read_path(scalar, scope)
        if path is not None:
            paths.append(path)
    return tuple(paths)


def read_template(kind: Template, node: Scalar, scope: Scope) -> str:
    """Return a template whose fields are all known."""
    from kernelsync.planning.templates import check_template  # noqa: PLC0415 - rarely set

    mistake = check_template(node.text, kind.fields)
    if not node.text.strip():
        mistake = "an empty template"
    elif any(char < " " or char == "\x7f" for char in node.text):
        mistake = f"a control character in '{brief(node.text)}'"
    if mistake is not None:
        scope.mistakes.add("pattern", node, f"{scope.label}: {sentence(mistake)}")
    return node.text


def read_range(node: Scalar, scope: Scope) -> str:
    """Return a version specifier."""
    from kernelsync.planning.specifiers import (  # noqa: PLC0415 - rarely set
        check_specifier,
        parse_specifier,
    )

    mistake = check_specifier(node.text)
    if mistake is not None:
        wanted = f"=={node.text.strip()}.*"
        hint = 'write it as "<3.8", ">=3.9,<3.13" or "==3.12.*"'
        if parse_specifier(wanted) is not None:
            hint = f'write "{wanted}" for any {node.text.strip()}'
        scope.mistakes.add("pattern", node, f"{scope.label}: {sentence(mistake)}", hint)
    return node.text


def read_variables(node: Node, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return environment variables in the order in which they are written."""
    if isinstance(node, Refused):
        return ()
    if not isinstance(node, Entries):
        message = f"{scope.label} must be a mapping of variables, not {kind_of(node)}"
        scope.mistakes.add("type", node, message, 'write {NAME: "value"}')
        return ()
    found = []
    for entry in node.entries:
        name = entry.key.text
        if not (name.isascii() and name.isidentifier()):
            message = f"'{brief(name)}' cannot be the name of a variable"
            hint = "letters, digits and underscores, and no digit at the beginning"
            scope.mistakes.add("value", entry.key, message, hint)
            continue
        value = _read_value(entry.value, scope.below(escaped(name)))
        if value is not None:
            found.append((name, value))
    return tuple(found)


def _read_value(node: Node, scope: Scope) -> str | None:
    scalar = None if isinstance(node, Refused) else read_text(node, scope)
    if scalar is None:
        return None
    if "\0" in scalar.text:
        scope.mistakes.add("value", node, f"{scope.label}: no variable can hold a NUL character")
        return None
    return scalar.text
