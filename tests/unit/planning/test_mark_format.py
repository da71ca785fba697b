"""The mark survives being written and read; anything else is no mark."""

from __future__ import annotations

import pytest

from kernelsync.model.mark_format import mark_from_json, mark_to_json, mark_version
from support.values import mark

WRITTEN = mark_to_json(mark(root_inode=5))


@pytest.mark.parametrize(
    "facts", [{}, {"kernel": "ir"}, {"requested": True}, {"root_inode": 7}, {"version": 99}]
)
def test_round_trip(facts: dict[str, object]) -> None:
    """What is written is read again."""
    assert mark_from_json(mark_to_json(mark(**facts))) == mark(**facts)


def test_defaults_are_not_written() -> None:
    """The keys are always in the same order."""
    assert list(WRITTEN) == [
        *("version", "environment", "prefix", "manager", "root", "root_inode", "host", "stem")
    ]


def test_other_keys_are_passed_over() -> None:
    """The digest stands beside the mark."""
    assert mark_from_json({**WRITTEN, "digest": "abc"}) == mark(root_inode=5)


@pytest.mark.parametrize(
    "damage",
    [
        *({key: 5.5} for key in WRITTEN),
        *({key: None} for key in WRITTEN if key != "root_inode"),
        {"version": True},
        {"root_inode": "7"},
        {"kernel": 5},
        {"requested": "yes"},
    ],
    ids=repr,
)
def test_damaged_marks_are_none(damage: dict[str, object]) -> None:
    """Wrong types are never guessed at."""
    assert mark_from_json({**WRITTEN, **damage}) is None


@pytest.mark.parametrize("written", [None, "mark", [], 5, {}])
def test_what_is_no_object_of_ours_is_no_mark(written: object) -> None:
    """Anything may stand under our key."""
    assert mark_from_json(written) is None


def test_the_version_is_readable_alone() -> None:
    """A later version may have changed all the rest."""
    assert mark_version({"version": 2, "shape": "other"}) == 2
    assert mark_version({"version": "2"}) is None
    assert mark_version(None) is None
