"""Knows the hints that our own writing leaves behind, which need no pass to look into them."""

from __future__ import annotations

import os

from kernelsync.kernelspecs.codec import DOCUMENT
from kernelsync.model.plan import Create, Remove, Update
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelsync.model.outcome import Outcome
    from kernelsync.watch.debounce import Due

    Looks = tuple[object, ...]


class Echoes:
    """Compares what a pass has just written with what is there when its hints come back.

    That is the same unless somebody else was there meanwhile. What somebody does to the same
    kernelspecs in the moment between our writing and the end of that pass, which takes some
    milliseconds, is taken for ours, unless the kernelspec is gone; the next rescan finds it.
    """

    def __init__(self, look: Callable[[str], Looks] | None = None) -> None:
        """`look` tells a directory with a kernelspec from what it is after any change."""
        self._look = look or _look
        self._left: dict[str, Looks] = {}

    def expect(self, directory: str, outcomes: Sequence[Outcome]) -> None:
        """Take note of how a pass has left the kernelspecs of a directory; call after each."""
        self._left = {}
        if any(outcome.problem is not None for outcome in outcomes):
            return
        top = directory.rstrip("/")
        left: dict[str, Looks] = {}
        for outcome in outcomes:
            for name in _written(outcome):
                left[f"{top}/{name}"] = looks = self._look(f"{top}/{name}")
                if _is_gone(looks) and not isinstance(outcome.action, Remove):
                    return
        if left:
            self._left = {directory: self._look(directory), **left}

    def without(self, due: Due) -> Due | None:
        """Return what is due besides echoes, None if there is nothing else; each counts once."""
        left, self._left = self._left, {}
        if due.everything or not left:
            return due
        written = due.directories.intersection(left)
        echoes = [path for path in written if left[path] == self._look(path)]
        others = due.directories.difference(echoes)
        return replace(due, directories=others) if others else None


def _written(outcome: Outcome) -> tuple[str, ...]:
    match outcome.action:
        case Create(spec=spec):
            return (spec.name,)
        case Update(installed=installed) | Remove(installed=installed):
            from kernelsync.kernelspecs.writer import (  # noqa: PLC0415 - loaded by who wrote
                directory_name,
            )

            return (directory_name(installed),)
        case _:
            return ()


def _is_gone(looks: Looks) -> bool:
    return looks[-1] is None


def _look(path: str) -> Looks:
    """Return the looks of a directory, and of the document in it."""
    return (*_status(path), *_status(f"{path}/{DOCUMENT}"))


def _status(path: str) -> Looks:
    try:
        found = os.lstat(path)
    except OSError:
        return (None,)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
