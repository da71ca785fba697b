"""Copies out of JSON that strangers wrote: only plain values, and not too many."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 8
MOST_CHARACTERS = 16_384
"""Characters in all keys and texts together, each value counting as one more."""

# Not every reader of JSON has larger ones.
_LARGEST_INTEGER = 2**53


def plain_metadata(document: Mapping[str, object], left_out: frozenset[str]) -> dict[str, object]:
    """Return the `metadata` of a kernel.json, without the keys that are left out.

    What is not plain JSON (a number that is not finite would never equal itself, and so be
    written anew in every pass) goes, key by key; far too much of it goes altogether.
    """
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return {}
    kept = {
        key: value
        for key, value in metadata.items()
        if isinstance(key, str) and key not in left_out and _is_plain(value, DEEPEST)
    }
    return kept if _size(kept) <= MOST_CHARACTERS else {}


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts as a tuple; anything else is an empty one."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return ()


def _is_plain(value: object, depth: int) -> bool:
    if value is None or isinstance(value, str):
        return True
    if isinstance(value, int):
        return -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER
    if isinstance(value, float):
        return value - value == 0
    if depth == 0:
        return False
    if isinstance(value, list):
        return all(_is_plain(each, depth - 1) for each in value)
    return isinstance(value, dict) and all(
        isinstance(key, str) and _is_plain(each, depth - 1) for key, each in value.items()
    )


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value) + 1
    if isinstance(value, list):
        return 1 + sum(_size(each) for each in value)
    if isinstance(value, dict):
        return 1 + sum(len(key) + _size(each) for key, each in value.items())
    return 1
