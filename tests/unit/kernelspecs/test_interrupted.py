"""What a pass does with changes that an earlier one left half made."""

from __future__ import annotations

import os

import pytest

from kernelsync.kernelspecs.files import open_directory
from kernelsync.kernelspecs.note import Note, Step, Why, write_note
from kernelsync.kernelspecs.workplace import open_workplace
from kernelsync.model.plan import Create, Remove
from support.kernels import HOST, NOW, DiskShelf, contents_of, make_spec, put
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.kernelspecs.workplace import Workplace

LEFT = f"5-{HOST}-0123456789ab"
OLD = make_spec(display_name="old")
NEW = make_spec(display_name="new")
EDIT = {"kernel.json": b'{"display_name": "mine"}'}


@pytest.fixture
def shelf(tmp_path: Path) -> DiskShelf:
    """Return a data directory with one kernelspec of ours."""
    shelf = DiskShelf(str(tmp_path / "jupyter"))
    with shelf.store().prepare(NOW) as writer:
        assert writer.apply(Create(spec=OLD, reason="new")).problem is None
    return shelf


@pytest.fixture
def work(shelf: DiskShelf) -> Iterator[Workplace]:
    """Return the open directories of the store."""
    with open_workplace(shelf.kernels, host=HOST, uid=os.geteuid(), now=NOW) as opened:
        yield opened


def _note(why: Why, step: Step = Step.NONE, staged: int | None = None) -> Note:
    return Note(
        name="project",
        why=why,
        when=NOW,
        batch="batch",
        host=HOST,
        staged=staged,
        step=step,
        files=("logo-svg.svg", "kernel.json"),
    )


def _leave(shelf: DiskShelf, work: Workplace, note: Note, contents: dict[str, bytes]) -> None:
    """Leave a change in staging: a kernelspec with its note."""
    path = os.path.join(shelf.data, ".kernelsync", "staging", LEFT)
    put(os.path.join(path, "project"), contents)
    directory = open_directory(work.staging, LEFT)
    write_note(directory, note)
    os.close(directory)


def _is_settled(shelf: DiskShelf) -> bool:
    return os.listdir(os.path.join(shelf.data, ".kernelsync", "staging")) == []


def test_what_was_exchanged_goes_to_the_trash(shelf: DiskShelf, work: Workplace) -> None:
    """Killed right after the exchange: staging holds the old one, or somebody's edit of it."""
    _leave(shelf, work, _note(Why.UPDATED, staged=1), EDIT)
    assert shelf.store().sweep(NOW) == ()
    [entry] = shelf.store().trash()
    assert (entry.name, entry.why) == ("project", Why.UPDATED)
    assert _is_settled(shelf)


def test_what_was_never_exchanged_goes_away(shelf: DiskShelf, work: Workplace) -> None:
    """Killed right before: the inode tells that it is the new one."""
    _leave(shelf, work, _note(Why.UPDATED), contents_of(NEW))
    path = os.path.join(shelf.data, ".kernelsync", "staging", LEFT)
    directory = open_directory(work.staging, LEFT)
    inode = os.stat(os.path.join(path, "project")).st_ino
    write_note(directory, _note(Why.UPDATED, staged=inode))
    os.close(directory)
    assert shelf.store().sweep(NOW) == ()
    assert shelf.store().trash() == ()
    assert _is_settled(shelf)


def test_copies_are_taken_back(shelf: DiskShelf, work: Workplace) -> None:
    """Killed before the first of them was renamed."""
    before = shelf.contents()
    _leave(shelf, work, _note(Why.UPDATED, Step.COPYING), contents_of(OLD))
    shelf.put("project", {".kernelsync-logo-svg.svg": b"ha"})
    assert shelf.store().sweep(NOW) == ()
    assert (shelf.contents(), _is_settled(shelf)) == (before, True)
    assert shelf.store().trash() == ()


def test_renaming_goes_on_to_its_end(shelf: DiskShelf, work: Workplace) -> None:
    """Killed between two files; the old ones go to the trash."""
    _leave(shelf, work, _note(Why.UPDATED, Step.RENAMING), contents_of(OLD))
    shelf.put("project", {".kernelsync-kernel.json": contents_of(NEW)["kernel.json"]})
    assert shelf.store().sweep(NOW) == ()
    assert (shelf.contents(), _is_settled(shelf)) == ({"project": contents_of(NEW)}, True)
    assert [entry.name for entry in shelf.store().trash()] == ["project"]


def test_an_edit_since_then_is_kept(shelf: DiskShelf, work: Workplace) -> None:
    """Killed between two files, and edited before the next pass."""
    _leave(shelf, work, _note(Why.UPDATED, Step.RENAMING), contents_of(OLD))
    shelf.put("project", {**EDIT, ".kernelsync-kernel.json": contents_of(NEW)["kernel.json"]})
    assert shelf.store().sweep(NOW) == ()
    assert shelf.contents() == {"project": {**contents_of(OLD), **EDIT}}
    assert _is_settled(shelf)


def test_a_half_made_directory_goes_away(shelf: DiskShelf, work: Workplace) -> None:
    """Its name is free again for the kernelspec that was to have it."""
    note = Note(
        name="fresh",
        why=Why.CREATED,
        when=NOW,
        batch="batch",
        host=HOST,
        step=Step.COPYING,
        files=("kernel.json",),
    )
    _leave(shelf, work, note, {})
    shelf.put("fresh", {".kernelsync-kernel.json": b"{"})
    assert shelf.store().sweep(NOW) == ()
    assert list(shelf.contents()) == ["project"]
    assert _is_settled(shelf)


def test_a_note_that_leads_elsewhere_is_no_note(shelf: DiskShelf, work: Workplace) -> None:
    """A name with a slash in it was not written by us."""
    outside = os.path.join(shelf.data, "outside")
    put(outside, {"kernel.json": b"{}"})
    before = identities(outside)
    bad = Note(
        name="../../../outside",
        why=Why.REMOVED,
        when=NOW,
        batch="batch",
        host=HOST,
        step=Step.REMOVING,
        dropped=("kernel.json",),
    )
    _leave(shelf, work, bad, {})
    shelf.store().sweep(NOW)
    assert (identities(outside), _is_settled(shelf)) == (before, True)


def test_half_an_entry_of_the_trash_is_not_brought_back(shelf: DiskShelf) -> None:
    """Killed while it went for good: its note goes first."""
    store = shelf.store()
    with store.prepare(NOW) as writer:
        writer.apply(Remove(installed=store.read()[0][0], reason="gone"))
    [entry] = store.trash()
    os.unlink(os.path.join(shelf.data, ".kernelsync", "trash", entry.identifier, "note.json"))
    assert store.trash() == ()
    assert store.undo(NOW + 1) == ()
    assert shelf.contents() == {}


def test_another_hosts_change_is_left_to_it(shelf: DiskShelf, work: Workplace) -> None:
    """It may be at work at this very moment: the lock is each host's own."""
    _leave(shelf, work, _note(Why.UPDATED, staged=1), EDIT)
    assert shelf.store("host-2").sweep(NOW) == ()
    assert os.listdir(work.staging) == [LEFT]
