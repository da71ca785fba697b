"""Creating, exchanging and removing one kernelspec, so that nobody sees half of it."""

from __future__ import annotations

import os

from kernelsync.kernelspecs import in_place
from kernelsync.kernelspecs.exchange import exchange, is_unsupported, move_to_free_name
from kernelsync.kernelspecs.files import NewDirectory, sync, write_files
from kernelsync.kernelspecs.note import Note, Why, write_note
from kernelsync.kernelspecs.ownership import examine
from kernelsync.kernelspecs.staging import Change
from kernelsync.model.kernelspec import Ownership

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from kernelsync.kernelspecs.files import File
    from kernelsync.kernelspecs.ownership import Examined
    from kernelsync.kernelspecs.workplace import Workplace

    Newcomer = tuple[str, Callable[[], Sequence[File]]]
    """The name of a new kernelspec, and what makes its files."""


def create_all(
    work: Workplace, newcomers: Sequence[Newcomer], *, more: bool = False
) -> list[OSError | None]:
    """Publish kernelspecs under free names, durably; return the error of each, None where it went.

    All are written before the first is made durable, which is what takes the time. Whatever
    becomes of the move, what is moved is whole: it is on the disk before. That the moves are
    there too can be left to the next ones if `more` are to follow: what a power cut takes back
    is in `staging` then, and the next pass publishes it again.

    FileExistsError: something has that name, if only an empty directory. After any other, nothing
    was published, or (if the last step of making them durable failed) all of it.
    """
    errors: list[OSError | None] = [None] * len(newcomers)
    creations = [_creation(work, name, files) for name, files in newcomers]

    def go_on() -> bool:
        is_moved = False
        for number, creation in enumerate(creations):
            if errors[number] is None:
                try:
                    is_moved = next(creation, False) or is_moved
                except OSError as error:
                    errors[number] = error
        return is_moved

    try:
        go_on()
        if go_on() and not more:
            try:
                sync(work.kernels)
            except OSError as error:
                # Told of the last that was published; it stands for them all.
                errors[len(errors) - 1 - errors[::-1].index(None)] = error
        go_on()
    finally:
        for creation in creations:
            creation.close()
    return errors


def _creation(
    work: Workplace, name: str, make: Callable[[], Sequence[File]]
) -> Generator[bool, None, None]:
    """Write a kernelspec; publish it, and yield whether the move is not durable yet; tidy up."""
    files = make()
    with Change(work) as change:
        with NewDirectory(change, name, files) as new:
            yield False
            new.sync()
        try:
            move_to_free_name(change, work.kernels, name)
        except OSError as error:
            if not is_unsupported(error):
                raise
            in_place.create(work, change, _note(work, name, Why.CREATED), files)
            sync(work.kernels)
            yield False
        else:
            yield True


def create(work: Workplace, name: str, files: Sequence[File]) -> None:
    """Publish one kernelspec under a free name, durably.

    Raises:
        FileExistsError: something has that name, if only an empty directory.
        OSError: it could not be written; see `create_all`.
    """
    [error] = create_all(work, [(name, lambda: files)])
    if error is not None:
        raise error


def update(work: Workplace, name: str, files: Sequence[File], why: Why = Why.UPDATED) -> Ownership:
    """Exchange a kernelspec of ours for these files; the old one goes to the trash.

    Returns what was found: OURS, or else it was left alone. `why` is written on the old one.

    Raises:
        OSError: it could not be written, and the old one stands; or all was written, and it
            could not be made durable or the old one not moved to the trash.
    """
    before = examine(work.kernels, name, host=work.host, uid=work.uid)
    if before.ownership is not Ownership.OURS:
        return before.ownership
    with Change(work) as change:
        staged = write_files(change, name, files)
        note = _note(work, name, why, staged=staged)
        write_note(change, note)
        sync(work.staging)
        try:
            exchange(change, work.kernels, name)
        except OSError as error:
            if not is_unsupported(error):
                raise
            in_place.update(work, change, note, before.files, files)
            return Ownership.OURS
        if not _is_same(work, change, name, before):
            exchange(change, work.kernels, name)
            return Ownership.EDITED
        sync(work.kernels, change)
    return Ownership.OURS


def remove(work: Workplace, name: str) -> Ownership:
    """Move a kernelspec of ours to the trash; returns and raises as `update` does."""
    before = examine(work.kernels, name, host=work.host, uid=work.uid)
    if before.ownership is not Ownership.OURS:
        return before.ownership
    with Change(work) as change:
        note = _note(work, name, Why.REMOVED)
        write_note(change, note)
        sync(work.staging)
        try:
            # The new directory is empty, so there is nothing that this could replace.
            os.rename(name, name, src_dir_fd=work.kernels, dst_dir_fd=change)
        except OSError as error:
            if not is_unsupported(error):
                raise
            in_place.remove(work, change, note, before.files)
            return Ownership.OURS
        if not _is_same(work, change, name, before):
            _move_back(work, change, name)
            return Ownership.EDITED
        sync(work.kernels, change)
    return Ownership.OURS


def _note(work: Workplace, name: str, why: Why, staged: int | None = None) -> Note:
    return Note(name=name, why=why, when=work.now, batch=work.batch, host=work.host, staged=staged)


def _is_same(work: Workplace, change: int, name: str, before: Examined) -> bool:
    """Return whether what came out is what was examined before: nobody edited it meanwhile."""
    return examine(change, name, host=work.host, uid=work.uid) == before


def _move_back(work: Workplace, change: int, name: str) -> None:
    try:
        move_to_free_name(change, work.kernels, name)
    except OSError as error:
        if not is_unsupported(error):
            raise
        os.rename(name, name, src_dir_fd=change, dst_dir_fd=work.kernels)
