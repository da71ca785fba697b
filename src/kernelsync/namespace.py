"""Finds out whether the owners of files can be told here, or a user namespace hides them.

user_namespaces(7): an owner that the namespace does not know shows as the number in
`overflowuid`, root and strangers alike. systemd's `PrivateUsers=` and containers without
root make such namespaces.
"""

from __future__ import annotations

import os

from kernelsync.model.surroundings import Owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "KERNELSYNC_TRUSTED_PATHS"
_EVERYBODY = 4294967295
"""How many numbers there are; the last one means nobody at all."""
_OVERFLOW = 65534
"""What Linux uses if nobody has set another number."""
_LARGEST = 65536


def owners_here(environ: Mapping[str, str], home: str, proc: str = "/proc") -> Owners:
    """Return which owners cannot be told, by what Linux says in `proc`.

    Where it says nothing (no `/proc` in a chroot), owners that look hidden count as such:
    then nothing is published that should not be, and nothing is lost.
    """
    nobody = _hidden(_text(f"{proc}/self/uid_map"), _text(f"{proc}/sys/kernel/overflowuid"))
    no_group = _hidden(_text(f"{proc}/self/gid_map"), _text(f"{proc}/sys/kernel/overflowgid"))
    if nobody is None and no_group is None:
        return Owners()
    trees = tuple(_trees(environ.get(VARIABLE, ""), home))
    # Who names a tree knows its machine. Above home, a stranger could replace the very
    # settings and unit that say so.
    below = (*trees, home, os.path.realpath(home)) if trees else ()
    return Owners(
        nobody=nobody,
        no_group=no_group,
        trees=trees,
        directories=tuple(dict.fromkeys(each for path in below for each in _above(path))),
    )


def is_complete(mapping: str) -> bool:
    """Whether a uid_map or gid_map has every number; each line is a range: first, there, count."""
    end = 0
    try:
        ranges = sorted((int(first), int(count)) for first, _, count in _rows(mapping))
    except ValueError:
        return False
    for first, count in ranges:
        if first > end:
            return False
        end = max(end, first + count)
    return end >= _EVERYBODY


def _rows(mapping: str) -> Iterator[list[str]]:
    return (line.split() for line in mapping.splitlines())


def _hidden(mapping: str, overflow: str) -> int | None:
    """Return the number of all who are hidden, None if nobody is."""
    if is_complete(mapping):
        return None
    return int(overflow) if overflow.strip().isdecimal() else _OVERFLOW


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(_LARGEST)
    except OSError:
        return ""


def _trees(named: str, home: str) -> Iterator[str]:
    """Yield the directories that are named, also by their real paths; a relative one is none."""
    for entry in named.split(":"):
        path = home + entry[1:] if entry == "~" or entry.startswith("~/") else entry
        if os.path.isabs(path):
            yield from dict.fromkeys((os.path.normpath(path), os.path.realpath(path)))


def _above(path: str) -> Iterator[str]:
    parent = os.path.dirname(path)
    while parent != path:
        yield parent
        path, parent = parent, os.path.dirname(parent)
