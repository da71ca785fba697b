"""Changes in hand: one directory each, from which an interrupted one can be settled.

`staging/<identifier>/` holds a kernelspec under its own name and, unless it is only new, a note.
A new kernelspec is exchanged with the old one in one step, so at any moment it is one of the two
that is here; the inode in the note tells which. Settling is the same work after success, after
an error and after a crash: what came out of `kernels` goes to the trash, what never got there
goes away. With a note that is damaged nobody can tell, so that goes to the trash too.
"""

from __future__ import annotations

import os

from kernelsync.kernelspecs.files import inode_of, make_directory, open_directory, remove_tree, sync
from kernelsync.kernelspecs.in_place import finish
from kernelsync.kernelspecs.layout import new_identifier
from kernelsync.kernelspecs.note import NOTE, Step, Why, read_note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.kernelspecs.note import Note
    from kernelsync.kernelspecs.workplace import Workplace


class Change:
    """A new directory in staging for one change, settled on the way out."""

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._identifier = new_identifier(work.now, work.host)
        self._directory = -1

    def __enter__(self) -> int:
        self._directory = make_directory(self._work.staging, self._identifier)
        return self._directory

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        os.close(self._directory)
        try:
            settle(self._work, self._identifier)
        except OSError:
            # The first error tells more, and the next pass settles again.
            if error is None:
                raise


def settle(work: Workplace, identifier: str) -> None:
    """Bring one change to its end, whatever it was stopped by; may be done twice.

    Raises:
        OSError: not now; all is as before, or further on the way to the same end.
    """
    directory = open_directory(work.staging, identifier)
    try:
        note = read_note(directory)
        if note is not None and note.step is not Step.NONE:
            finish(work, directory, note)
        if note is None:
            is_for_trash = inode_of(directory, NOTE) is not None
        else:
            is_for_trash = _came_out_of_kernels(directory, note)
    finally:
        os.close(directory)
    if not is_for_trash:
        remove_tree(work.staging, identifier)
        return
    # Under a new name, because it tells since when it is in the trash.
    kept = new_identifier(work.now, work.host)
    os.rename(identifier, kept, src_dir_fd=work.staging, dst_dir_fd=work.trash)
    sync(work.trash, work.staging)


def _came_out_of_kernels(directory: int, note: Note) -> bool:
    if note.why is Why.CREATED or note.step is Step.COPYING:
        return False
    inode = inode_of(directory, note.name)
    return inode is not None and inode != note.staged
