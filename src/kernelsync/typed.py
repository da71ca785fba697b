"""The typing names that must exist at run time, without the price of importing typing.

`typing` and `dataclasses` together cost as much as the start of Python itself, and
`kernelsync once` may cost three such starts in all (benchmarks/). Type checkers see the
real things; at run time each name is the least that works.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
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


__all__ = ["NewType", "Protocol", "assert_never", "dataclass_transform"]
