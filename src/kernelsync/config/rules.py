"""The entries of include and exclude."""

from __future__ import annotations

from kernelsync.config.nodes import Entries, Items, Refused, Scalar
from kernelsync.config.paths import check_path, expand_glob
from kernelsync.config.wording import brief, kind_of, quote_hint, sentence
from kernelsync.config.writing import as_written
from kernelsync.model.settings import Pattern
from kernelsync.planning.globs import check_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kernelsync.config.kinds import RuleList
    from kernelsync.config.nodes import Node
    from kernelsync.config.scope import Scope

    ReadTable = Callable[[Entries], Mapping[str, object]]


def read_rules(
    kind: RuleList, node: Node, scope: Scope, read_table: ReadTable
) -> tuple[Pattern, ...]:
    """Return the rules of a list; `read_table` reads the mapping form of one."""
    if isinstance(node, Refused):
        return ()
    if not isinstance(node, Items):
        hint = f'write a list: ["{brief(node.text)}"]' if isinstance(node, Scalar) else None
        message = f"{scope.label} must be a list of rules, not {kind_of(node)}"
        scope.mistakes.add("type", node, message, hint)
        return ()
    found = (_read_rule(kind, item, scope, read_table) for item in node.items)
    return tuple(rule for rule in found if rule is not None)


def _read_rule(kind: RuleList, node: Node, scope: Scope, read_table: ReadTable) -> Pattern | None:
    match node:
        case Entries(entries=()):
            message = "a rule without a key would fit every environment"
            scope.mistakes.add("value", node, message, 'write "*" if that is meant')
            return None
        case Entries():
            keys = read_table(node)
            return Pattern(text=as_written(node), line=node.line, **keys)  # type: ignore[arg-type] # each key was checked by its kind
        case Scalar(tag="str"):
            return _read_text(kind, node, scope)
        case Refused():
            return None
        case _:
            message = f"a rule must be a text or a mapping, not {kind_of(node)}"
            scope.mistakes.add("type", node, message, quote_hint(node))
            return None


def _read_text(kind: RuleList, node: Scalar, scope: Scope) -> Pattern | None:
    """Read `MANAGER:GLOB`, a glob on the path (it has a slash) or a glob on the name."""
    head, colon, rest = node.text.partition(":")
    manager = None
    pattern = node.text
    if colon and "/" not in head and not head.startswith("~"):
        if head not in kind.managers:
            _unknown_manager(kind, node, head, scope)
            return None
        manager, pattern = head, rest
    is_path = "/" in pattern or pattern.startswith("~")
    pattern = path_glob(pattern, node, scope) if is_path else name_glob(pattern, node, scope)
    return Pattern(
        text=node.text,
        line=node.line,
        manager=manager,
        name=None if is_path else pattern,
        path=pattern if is_path else None,
    )


def _unknown_manager(kind: RuleList, node: Scalar, head: str, scope: Scope) -> None:
    hint = scope.mistakes.guess(head, kind.managers) or "managers are " + ", ".join(kind.managers)
    scope.mistakes.add("value", node, f"unknown manager '{brief(head)}' before ':'", hint)


def name_glob(text: str, node: Scalar, scope: Scope) -> str:
    """Return a glob on a name; what is wrong with it becomes a mistake."""
    mistake = check_glob(text)
    if mistake is None and "/" in text:
        mistake = f"'{brief(text)}' can fit no name, because names have no slash"
    if mistake is not None:
        scope.mistakes.add("pattern", node, sentence(mistake))
    return text


def path_glob(text: str, node: Scalar, scope: Scope) -> str:
    """Return a glob on a path, expanded; what is wrong with it becomes a mistake."""
    mistake = check_path(text) or check_glob(text)
    if mistake is not None:
        scope.mistakes.add("pattern", node, sentence(mistake))
        return text
    return expand_glob(text, scope.home)
