"""Changes file by file, where the file system cannot exchange directories.

FUSE and NFS refuse the flags of renameat2, and nothing moves out of a `kernels` that is a mount
of its own. Then every file is written beside its old one and renamed over it, kernel.json last,
so readers still see the old kernelspec, the new one or none. The note in staging says how far
this got: what has begun to be renamed goes on to its end, what has not is taken back.
"""

from __future__ import annotations

import errno
import os

from kernelsync.kernelspecs.codec import DOCUMENT
from kernelsync.kernelspecs.files import (
    DIRECTORY_MODE,
    inode_of,
    open_directory,
    read_files,
    remove_file,
    remove_tree,
    sync,
    write_file,
    write_files,
)
from kernelsync.kernelspecs.note import NOTE, Step, write_note
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.kernelspecs.files import File
    from kernelsync.kernelspecs.note import Note
    from kernelsync.kernelspecs.workplace import Workplace

_PREFIX = ".kernelsync-"


def create(work: Workplace, change: int, note: Note, files: Sequence[File]) -> None:
    """Write a kernelspec under a name that is free.

    Raises:
        FileExistsError: the name is taken.
    """
    if inode_of(work.kernels, note.name) is not None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), note.name)
    copying = replace(note, step=Step.COPYING, files=_names(files))
    write_note(change, copying)
    try:
        os.mkdir(note.name, DIRECTORY_MODE, dir_fd=work.kernels)
    except FileExistsError:
        # Nothing may be taken back from what somebody else made a moment ago.
        remove_file(change, NOTE)
        raise
    _write(work, change, copying, files)


def update(
    work: Workplace, change: int, note: Note, old: Sequence[File], files: Sequence[File]
) -> None:
    """Replace the files of a kernelspec; the old ones stay in staging, for the trash."""
    _keep(change, note.name, old)
    names = _names(files)
    dropped = tuple(name for name in _names(old) if name not in names)
    copying = replace(note, step=Step.COPYING, files=names, dropped=dropped, staged=None)
    write_note(change, copying)
    _write(work, change, copying, files)


def remove(work: Workplace, change: int, note: Note, old: Sequence[File]) -> None:
    """Remove a kernelspec whose directory cannot be moved; its files go to the trash."""
    _keep(change, note.name, old)
    removing = replace(note, step=Step.REMOVING, dropped=_names(old))
    write_note(change, removing)
    finish(work, change, removing)


def finish(work: Workplace, change: int, note: Note) -> None:
    """Bring a change to its end from wherever it is; may be done twice.

    What somebody edited since is left as it is.
    """
    try:
        directory = open_directory(work.kernels, note.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if note.step is Step.COPYING or not _is_untouched(change, directory, note):
            _take_back(directory, note)
        elif note.step is Step.RENAMING:
            _rename(directory, note)
        else:
            _remove(directory, note)
        is_empty = not os.listdir(directory)
    finally:
        os.close(directory)
    if is_empty:
        os.rmdir(note.name, dir_fd=work.kernels)
    sync(work.kernels)


def _names(files: Sequence[File]) -> tuple[str, ...]:
    """Return the names in the order in which they are put in place."""
    names = [file.name for file in files if file.name != DOCUMENT]
    return (*names, DOCUMENT)


def _keep(change: int, name: str, old: Sequence[File]) -> None:
    """Put a copy of the old files into staging; without a note it counts for nothing yet."""
    remove_file(change, NOTE)
    sync(change)
    remove_tree(change, name)
    write_files(change, name, old)


def _write(work: Workplace, change: int, copying: Note, files: Sequence[File]) -> None:
    directory = open_directory(work.kernels, copying.name)
    try:
        for file in files:
            write_file(directory, file, _PREFIX + file.name)
        sync(directory)
    finally:
        os.close(directory)
    renaming = replace(copying, step=Step.RENAMING)
    write_note(change, renaming)
    finish(work, change, renaming)


def _is_untouched(change: int, directory: int, note: Note) -> bool:
    """Return whether every file that is yet to be replaced or removed is the one kept."""
    before = {file.name: file.content for file in _kept(change, note.name)}
    now = {file.name: file.content for file in read_files(directory)}
    waiting = [name for name in note.files if _PREFIX + name in now]
    changing = [name for name in (*waiting, *note.dropped) if name in now]
    return all(now[name] == before.get(name) for name in changing)


def _kept(change: int, name: str) -> tuple[File, ...]:
    try:
        directory = open_directory(change, name)
    except FileNotFoundError:
        return ()
    try:
        return read_files(directory)
    finally:
        os.close(directory)


def _take_back(directory: int, note: Note) -> None:
    for name in note.files:
        remove_file(directory, _PREFIX + name)


def _rename(directory: int, note: Note) -> None:
    for name in note.files:
        try:
            os.rename(_PREFIX + name, name, src_dir_fd=directory, dst_dir_fd=directory)
        except FileNotFoundError:
            # Renamed already, before we were stopped.
            continue
    sync(directory)
    for name in note.dropped:
        remove_file(directory, name)
    sync(directory)


def _remove(directory: int, note: Note) -> None:
    # The document first: without it, what is left is no kernelspec any more.
    for name in reversed(note.dropped):
        remove_file(directory, name)
