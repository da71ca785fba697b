"""Names that must exist at run time, without the price of importing where they come from.

`typing` and `dataclasses` together cost as much as the start of Python itself, `enum` and
`functools` as much as half of it, and `kernelsync once` may cost three such starts in all
(benchmarks/). Type checkers see the real things; at run time each name is the least that works.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from enum import StrEnum
    from functools import cache, cached_property
    from typing import NewType, Protocol, assert_never, dataclass_transform
else:
    Protocol = object

    def NewType(name, base):  # noqa: ARG001, N802 - the signature and name of typing.NewType
        """Return the base type itself: a new type exists for the type checker alone."""
        return base

    def assert_never(value, /):
        """Fail: a closed union was extended, and this match was not."""
        message = f"unexpected value: {value!r}"
        raise AssertionError(message)

    def dataclass_transform(**_options):
        """Mark a class as one whose annotations are its fields; only type checkers care."""
        return lambda decorated: decorated

    class _Choices(type):
        """Turns the texts in a class into its only instances."""

        def __new__(cls, name, bases, body):
            made = super().__new__(cls, name, bases, body)
            texts = [key for key in body if key[0] != "_" and type(body[key]) is str]
            made._members = {}
            for key in texts:
                member = made._members[body[key]] = str.__new__(made, body[key])
                member.name, member.value = key, body[key]
                setattr(made, key, member)
            return made

        def __call__(cls, value):
            member = cls._members.get(value) if isinstance(value, str) else None
            if member is None:
                message = f"{value!r} is not a valid {cls.__name__}"
                raise ValueError(message)
            return member

        def __iter__(cls):
            return iter(cls._members.values())

        def __len__(cls):
            return len(cls._members)

    class StrEnum(str, metaclass=_Choices):  # noqa: SLOT000 - members have a name and a value
        """A closed set of texts, each known by one name (as `enum.StrEnum`)."""

        def __repr__(self):
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        def __reduce__(self):
            return type(self), (self.value,)

    class cached_property:  # noqa: N801 - the name of functools.cached_property
        """A property that is calculated when it is first asked for."""

        def __init__(self, calculate):
            self._calculate = calculate
            self.__doc__ = calculate.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            # From now on the instance's own attribute hides this one.
            value = instance.__dict__[self._name] = self._calculate(instance)
            return value

    def cache(function):
        """Calculate each result once; arguments are positional (as `functools.cache`)."""
        results = {}

        def cached(*arguments):
            if arguments not in results:
                results[arguments] = function(*arguments)
            return results[arguments]

        cached.__doc__ = function.__doc__
        return cached


__all__ = [
    "NewType",
    "Protocol",
    "StrEnum",
    "assert_never",
    "cache",
    "cached_property",
    "dataclass_transform",
]
