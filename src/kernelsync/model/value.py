"""The base class of all values: immutable, keyword-only, compared by their contents."""

from __future__ import annotations

# `operator` adds Python code to this built-in module, which a pass would have to read.
from _operator import attrgetter

from kernelsync.typed import dataclass_transform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    SomeValue = TypeVar("SomeValue", bound="Value")


@dataclass_transform(frozen_default=True, kw_only_default=True)
class ValueType(type):
    """Make the annotated names of a class its fields, kept in slots.

    This is the part of `dataclasses` that values need. `dataclasses` itself imports
    `inspect`, which costs nearly as much as starting Python (see `kernelsync.typed`).
    """

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> ValueType:
        """Turn annotated names into slots, and their values in the class into defaults."""
        fields = tuple(body.get("__annotations__", ()))
        body["_defaults"] = {field: body.pop(field) for field in fields if field in body}
        body["_fields"] = fields
        body["__slots__"] = fields
        made = super().__new__(cls, name, bases, body)
        # The slots' own setters: what `object.__setattr__` would look up for every field.
        setters = {field: getattr(made, field).__set__ for field in fields}
        made._setters = setters  # type: ignore[attr-defined] # for `Value` alone, below
        # All fields in one call: comparing is most of what a pass does with what is as it was.
        made._facts = attrgetter(*fields) if fields else type  # type: ignore[attr-defined] # as above
        return made


class Value(metaclass=ValueType):
    """Something that is what it contains: no identity of its own, and never changed.

    Subclasses annotate their fields and may give defaults. Values are made with keyword
    arguments only; a missing or an unknown one is a `TypeError`. Fields are not inherited.
    """

    if not TYPE_CHECKING:

        def __init__(self, /, **facts):
            cls = type(self)
            if len(facts) != len(cls._fields):
                facts = {**cls._defaults, **facts}
            setters = cls._setters
            try:
                for field, fact in facts.items():
                    setters[field](self, fact)
            except KeyError:
                message = f"{cls.__name__} has no field {field!r}"
                raise TypeError(message) from None
            if len(facts) != len(setters):
                missing = ", ".join(repr(field) for field in cls._fields if field not in facts)
                message = f"{cls.__name__} needs {missing}"
                raise TypeError(message)

        def __setattr__(self, field, fact):
            message = f"{type(self).__name__} cannot be changed"
            raise AttributeError(message)

        def __delattr__(self, field):
            message = f"{type(self).__name__} cannot be changed"
            raise AttributeError(message)

        def __eq__(self, other):
            if type(self) is not type(other):
                return NotImplemented
            cls = type(self)
            return cls._facts(self) == cls._facts(other)

        def __hash__(self):
            cls = type(self)
            return hash(cls._facts(self))

        def __repr__(self):
            facts = ", ".join(f"{field}={getattr(self, field)!r}" for field in self._fields)
            return f"{type(self).__name__}({facts})"

        def __reduce__(self):
            return _rebuild, (type(self), as_dict(self))


def as_dict(value: Value) -> dict[str, Any]:
    """Return the fields of a value by name (not of the values inside it)."""
    return {field: getattr(value, field) for field in value._fields}  # type: ignore[attr-defined] # made by the metaclass


def replace(value: SomeValue, /, **changes: object) -> SomeValue:
    """Return a copy of the value in which the named fields differ."""
    return type(value)(**{**as_dict(value), **changes})


def _rebuild(cls: type[SomeValue], facts: dict[str, object]) -> SomeValue:
    return cls(**facts)
