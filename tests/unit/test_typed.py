"""The names of `kernelsync.typed` behave as the real ones, as far as they are used."""

from __future__ import annotations

import copy
import pickle

import pytest

from kernelsync.typed import StrEnum, cache, cached_property


class Colour(StrEnum):
    """What the tests choose from."""

    RED = "red"
    DARK_BLUE = "dark-blue"


def test_a_member_is_its_text() -> None:
    """It compares, prints and counts as one."""
    assert isinstance(Colour.DARK_BLUE, str)
    assert isinstance(Colour.DARK_BLUE, Colour)
    assert str(Colour.DARK_BLUE) == f"{Colour.DARK_BLUE}" == Colour.DARK_BLUE.value == "dark-blue"
    assert type(Colour.DARK_BLUE.value) is str
    assert Colour.DARK_BLUE.name == "DARK_BLUE"
    assert {Colour.RED: 1}["red"] == 1  # type: ignore[index] # a text is a key as good as it
    assert Colour.RED != Colour.DARK_BLUE


def test_a_text_leads_to_its_member() -> None:
    """There is only one for each text."""
    assert Colour("red") is Colour.RED
    assert Colour(Colour.RED) is Colour.RED
    assert list(Colour) == [Colour.RED, Colour.DARK_BLUE]
    assert len(Colour) == 2


@pytest.mark.parametrize("value", ["", "RED", None, 1, []])
def test_another_text_is_a_mistake(value: object) -> None:
    """As for `enum.StrEnum`."""
    with pytest.raises(ValueError, match="is not a valid Colour"):
        Colour(value)


def test_a_copy_is_the_same_member() -> None:
    """Members are compared by identity."""
    assert copy.deepcopy(Colour.RED) is Colour.RED
    assert pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED  # noqa: S301 - our own


def test_a_member_matches_as_a_pattern() -> None:
    """Match statements branch on members."""
    match Colour("red"):
        case Colour.DARK_BLUE:
            found = "blue"
        case Colour.RED:
            found = "red"
    assert found == "red"


def test_results_are_calculated_once() -> None:
    """A property for its object, a function for its arguments."""
    calls: list[object] = []

    class Thing:
        @cached_property
        def fact(self) -> int:
            """Count the calls."""
            calls.append(self)
            return len(calls)

    @cache
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    one, two = Thing(), Thing()
    assert (one.fact, one.fact, two.fact, two.fact) == (1, 1, 2, 2)
    assert (double(3), double(3), double(4)) == (6, 6, 8)
    assert calls == [one, two, 3, 4]
