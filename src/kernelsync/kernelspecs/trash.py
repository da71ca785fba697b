"""The entries of the trash."""

from __future__ import annotations

import errno
import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.files import open_directory, remove_file, remove_tree, sync
from kernelsync.kernelspecs.layout import leftovers
from kernelsync.kernelspecs.note import NOTE, read_note
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.kernelspecs.note import Note, Why


_NO_ENTRY = frozenset(
    # Gone, a file, a link; and in the note's place something else, or too much.
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.EFBIG, errno.ENXIO}
)


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


def list_trash(trash: int, path: str, host: str) -> tuple[TrashEntry, ...]:
    """Return what this host put into the open directory `trash`, the last first.

    `path` is its path, for messages.

    Raises:
        KernelsDirectoryError: it cannot be listed, or an entry not be read: it could be of the
            very pass that is to be undone.
    """
    found = []
    try:
        identifiers = leftovers(os.listdir(trash), host)
    except OSError as error:
        raise _unreadable(path, error) from error
    for identifier in identifiers:
        try:
            note = _note(trash, identifier)
        except OSError as error:
            entry_path = f"{path}/{identifier}"
            raise _unreadable(entry_path, error) from error
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
    """Return the note of an entry, None for what is none of ours."""
    try:
        directory = open_directory(trash, identifier)
        try:
            return read_note(directory)
        finally:
            os.close(directory)
    except OSError as error:
        if error.errno in _NO_ENTRY:
            return None
        raise


def _unreadable(path: str, error: OSError) -> KernelsDirectoryError:
    message = f"what was removed cannot be read from the trash {path}: {error.strerror}"
    hint = "nothing was changed; make it readable for you, or move it away, and try again"
    return KernelsDirectoryError(message, path=path, hint=hint)
