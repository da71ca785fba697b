"""Bringing back what the last removal, or update, took away."""

from __future__ import annotations

import os

from kernelsync.kernelspecs.codec import DOCUMENT, is_unchanged, mark_object, parse
from kernelsync.kernelspecs.files import inode_of, open_directory, read_files, sync
from kernelsync.kernelspecs.layout import TRASH, state_path
from kernelsync.kernelspecs.note import Why
from kernelsync.kernelspecs.ownership import examine
from kernelsync.kernelspecs.problems import (
    damaged,
    not_restored,
    not_restored_over,
    not_restored_over_another,
)
from kernelsync.kernelspecs.publish import create, update
from kernelsync.kernelspecs.trash import drop, list_trash
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.mark_format import mark_from_json
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.files import File
    from kernelsync.kernelspecs.trash import TrashEntry
    from kernelsync.kernelspecs.workplace import Workplace
    from kernelsync.model.problem import Problem

WHAT_IS_NEXT = (
    "the next pass decides anew: it removes a kernel whose environment is gone, and updates one "
    "that differs from its environment"
)
"""What to tell with every success: undo is no setting, and the next pass does not know of it."""

_BRINGS_BACK = frozenset({Why.REMOVED, Why.UPDATED})


class Restored(Value):
    """One kernelspec that undo was to bring back. `problem` is None when it did."""

    entry: TrashEntry
    problem: Problem | None = None


def last_batch(entries: Sequence[TrashEntry]) -> tuple[TrashEntry, ...]:
    """Return what the last pass that put something in the trash put there.

    What an earlier undo replaced does not count, so that undoing again goes further back.
    """
    candidates = [entry for entry in entries if entry.why in _BRINGS_BACK]
    if not candidates:
        return ()
    last = max(candidates, key=lambda entry: entry.when).batch
    return tuple(entry for entry in candidates if entry.batch == last)


def undo_last(work: Workplace) -> tuple[Restored, ...]:
    """Bring back the last batch, byte for byte, with modes and times; empty if there is none.

    A kernelspec of ours that has the name now goes to the trash in exchange; anything else
    that has it stays, and is a problem.
    """
    path = state_path(work.path, TRASH)
    entries = list_trash(work.trash, path, work.host)
    return tuple(_restore(work, entry) for entry in last_batch(entries))


def _restore(work: Workplace, entry: TrashEntry) -> Restored:
    try:
        files = _kept_files(work.trash, entry)
        if not is_unchanged(entry.name, files):
            path = f"{state_path(work.path, TRASH)}/{entry.identifier}"
            return Restored(entry=entry, problem=damaged(work.path, entry.name, path))
        if inode_of(work.kernels, entry.name) is None:
            create(work, entry.name, files)
        else:
            now = examine(work.kernels, entry.name, host=work.host, uid=work.uid)
            if now.ownership is Ownership.OURS and _subject(now.files) != _subject(files):
                problem = not_restored_over_another(work.path, entry.name)
                return Restored(entry=entry, problem=problem)
            found = update(work, entry.name, files, Why.UNDONE)
            if found is not Ownership.OURS:
                problem = not_restored_over(work.path, entry.name, found)
                return Restored(entry=entry, problem=problem)
        # Only now: stopped before this, undo can be asked for once more.
        drop(work.trash, entry.identifier)
        sync(work.trash)
    except OSError as error:
        return Restored(entry=entry, problem=not_restored(work.path, entry.name, error))
    return Restored(entry=entry)


def _subject(files: Sequence[File]) -> tuple[object, object]:
    """Return which kernel of which environment a kernelspec of ours is for."""
    content = next((file.content for file in files if file.name == DOCUMENT), b"")
    mark = mark_from_json(mark_object(parse(content)))
    return (None, None) if mark is None else (mark.environment, mark.kernel)


def _kept_files(trash: int, entry: TrashEntry) -> tuple[File, ...]:
    holder = open_directory(trash, entry.identifier)
    try:
        directory = open_directory(holder, entry.name)
    finally:
        os.close(holder)
    try:
        return read_files(directory)
    finally:
        os.close(directory)
