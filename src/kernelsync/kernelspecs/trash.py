"""The entries of the trash."""

from __future__ import annotations

import os

from kernelsync.kernelspecs.files import open_directory, remove_file, remove_tree, sync
from kernelsync.kernelspecs.note import NOTE, read_note
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.kernelspecs.note import Note, Why


class TrashEntry(Value):
    """One kernelspec in the trash.

    `name` is the kernelspec's; `when` are seconds of the epoch; all entries of one pass have
    the same `batch`.
    """

    identifier: str
    name: str
    why: Why
    when: float
    batch: str


def list_trash(trash: int, host: str) -> tuple[TrashEntry, ...]:
    """Return what this host put into the open directory `trash`, the last first."""
    found = []
    for identifier in os.listdir(trash):
        note = _note(trash, identifier)
        if note is not None and note.host == host:
            entry = TrashEntry(
                identifier=identifier,
                name=note.name,
                why=note.why,
                when=note.when,
                batch=note.batch,
            )
            found.append(entry)
    return tuple(sorted(found, key=lambda entry: (-entry.when, entry.batch, entry.name)))


def drop(trash: int, identifier: str) -> None:
    """Remove an entry for good, its note first: half an entry must not be brought back.

    Stopped after that, what is left counts for nothing, and goes when it is due.
    """
    try:
        directory = open_directory(trash, identifier)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        remove_file(directory, NOTE)
        sync(directory)
    finally:
        os.close(directory)
    remove_tree(trash, identifier)


def _note(trash: int, identifier: str) -> Note | None:
    try:
        directory = open_directory(trash, identifier)
    except OSError:
        return None
    try:
        return read_note(directory)
    except OSError:
        return None
    finally:
        os.close(directory)
