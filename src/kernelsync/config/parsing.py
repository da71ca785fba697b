"""YAML text into nodes, with mistakes instead of surprises.

The tree is built from the parser's events, so that neither depth nor aliases ever reach a
recursive function: a file of `[[[[…` is a mistake, and never a `RecursionError`.
"""

from __future__ import annotations

import yaml  # takes two starts of Python: this module is imported only if there is a file

from kernelsync.config.nodes import Entries, Entry, Items, Refused, Scalar
from kernelsync.config.syntax import QUOTE_HINT, explain, first_unprintable
from kernelsync.config.wording import brief

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.config.mistakes import Mistakes
    from kernelsync.config.nodes import Node

MOST_DEPTH = 16
MOST_NODES = 2000
"""Keys, values and items; the largest settings have hundreds."""

LONGEST_TEXT = 4096
"""Characters of one text: a path can have no more."""


def parse(text: str, mistakes: Mistakes) -> Node | None:
    """Return the tree of a settings file, None if it is empty or cannot be parsed at all."""
    # libyaml is ten times faster, but not every build of PyYAML has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = TreeBuilder(mistakes)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
            if builder.is_full:
                return None
    except yaml.reader.ReaderError:
        mistakes.add_at(first_unprintable(text), "syntax", "a character that YAML does not allow")
    except yaml.MarkedYAMLError as error:
        place, message, hint = explain(error, text)
        mistakes.add_at(place, "syntax", message, hint)
    return builder.root


class TreeBuilder:
    """The nodes of one document, out of the parser's events."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._open: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []
        self._nodes = 0
        self._documents = 0
        self._resolver = yaml.resolver.Resolver()
        self.root: Node | None = None
        self.is_full = False

    def take(self, event: yaml.Event) -> None:
        """Put one event into its place."""
        match event:
            case yaml.DocumentStartEvent():
                self._start_document(event)
            case yaml.ScalarEvent():
                self._add(self._scalar(event))
            case yaml.AliasEvent():
                self._refuse(event, f"the alias '*{brief(event.anchor or '')}'", QUOTE_HINT)
                self._add(Refused(line=_line(event), column=_column(event)))
            case yaml.CollectionStartEvent():
                self._open_collection(event)
            case yaml.CollectionEndEvent():
                self._close_collection()
            case _:
                # The stream's own events, and the end of a document, add nothing.
                pass

    def _start_document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            place = (_line(event), _column(event))
            message = "a second document; the settings are one"
            self._mistakes.add_at(place, "yaml", message, "remove the line '---'")
            self.is_full = True

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        if self._is_refused(event):
            return Refused(line=_line(event), column=_column(event))
        tag = self._tag(event.value) if event.implicit[0] else "str"
        node = Scalar(text=event.value, tag=tag, line=_line(event), column=_column(event))
        if len(node.text) > LONGEST_TEXT:
            self._mistakes.add("size", node, f"a text of more than {LONGEST_TEXT} characters")
            return Refused(line=node.line, column=node.column)
        if any("\ud800" <= char <= "\udfff" for char in node.text):
            self._mistakes.add("yaml", node, "an escape that is half of a character")
            return Refused(line=node.line, column=node.column)
        return node

    def _tag(self, text: str) -> str:
        """Return what YAML takes a text without quotes for."""
        tag: str = self._resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call] # the stubs say nothing about it
        return tag.rpartition(":")[2]

    def _open_collection(self, event: yaml.CollectionStartEvent) -> None:
        self._open.append((event, []))
        if len(self._open) > MOST_DEPTH:
            place = (_line(event), _column(event))
            self._mistakes.add_at(place, "yaml", f"more than {MOST_DEPTH} levels of nesting")
            self.is_full = True

    def _close_collection(self) -> None:
        event, children = self._open.pop()
        line, column = _line(event), _column(event)
        if self._is_refused(event):
            self._add(Refused(line=line, column=column))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._add(Items(items=tuple(children), line=line, column=column))
        else:
            entries = tuple(self._entries(children))
            self._add(Entries(entries=entries, line=line, column=column))

    def _entries(self, children: list[Node]) -> Iterator[Entry]:
        """Pair keys with values; a key that is no text or was there before is a mistake."""
        first_lines: dict[str, int] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if isinstance(key, Refused):
                continue
            if not isinstance(key, Scalar):
                self._mistakes.add("yaml", key, "a key must be a word, not a list or a mapping")
            elif key.text in first_lines:
                message = f"duplicate key '{brief(key.text)}'"
                hint = f"it is on line {first_lines[key.text]} already; keep one of them"
                self._mistakes.add("duplicate-key", key, message, hint)
            else:
                first_lines[key.text] = key.line
                yield Entry(key=key, value=value)

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            message = f"more than {MOST_NODES} keys and values"
            self._mistakes.add("size", node, message)
            self.is_full = True
        elif self._open:
            self._open[-1][1].append(node)
        else:
            self.root = node

    def _is_refused(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> bool:
        if event.anchor is not None:
            self._refuse(event, f"the anchor '&{brief(event.anchor)}'", QUOTE_HINT)
        if event.tag is not None:
            self._refuse(event, f"the tag '{brief(event.tag)}'", QUOTE_HINT)
        return event.anchor is not None or event.tag is not None

    def _refuse(self, event: yaml.Event, what: str, hint: str) -> None:
        message = f"{what}: settings have neither aliases nor tags"
        self._mistakes.add_at((_line(event), _column(event)), "yaml", message, hint)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _column(event: yaml.Event) -> int:
    return event.start_mark.column + 1 if event.start_mark is not None else 1
