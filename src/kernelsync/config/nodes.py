"""The settings file as a tree of nodes that know their places."""

from __future__ import annotations

from kernelsync.model.value import Value


class Scalar(Value):
    """A text without children. `tag` is what YAML takes it for: "str", "int", "bool".

    Lines and columns of all nodes count from 1.
    """

    text: str
    tag: str
    line: int
    column: int


class Items(Value):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


class Entry(Value):
    """A key with its value."""

    key: Scalar
    value: Node


class Entries(Value):
    """A mapping, without duplicate keys."""

    entries: tuple[Entry, ...]
    line: int
    column: int


class Refused(Value):
    """Something about which there is a mistake already; nothing more is said about it."""

    line: int
    column: int


Node = Scalar | Items | Entries | Refused
