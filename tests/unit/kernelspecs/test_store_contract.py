"""What every store of kernelspecs does, on disk and in memory alike."""

from __future__ import annotations

import json

import pytest

from kernelsync.kernelspecs.layout import KEPT_SECONDS
from kernelsync.kernelspecs.note import Why
from kernelsync.model.kernelspec import Logo, Ownership
from kernelsync.model.plan import Create, Forget, Hold, Remove, Update
from support.kernels import (
    HOST,
    LOGO,
    NOW,
    DiskShelf,
    MemoryShelf,
    contents_of,
    make_mark,
    make_spec,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.outcome import Outcome
    from kernelsync.model.problem import Problem

    Shelf = DiskShelf | MemoryShelf

_DAY = 24 * 3600
_YEAR = 365 * _DAY
FOREIGN = {"kernel.json": b'{"argv": ["R"], "display_name": "R", "language": "R"}'}


@pytest.fixture(params=["disk", "memory"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Return a place for kernelspecs with nothing in it."""
    return DiskShelf(str(tmp_path / "jupyter")) if request.param == "disk" else MemoryShelf()


def _create(shelf: Shelf, *specs: KernelSpec, now: float = NOW) -> list[Problem | None]:
    with shelf.store().prepare(now) as writer:
        return [writer.apply(Create(spec=spec, reason="new")).problem for spec in specs]


def _kernel(shelf: Shelf, name: str = "project", host: str = HOST) -> InstalledKernel:
    return next(kernel for kernel in shelf.store(host).read()[0] if kernel.name == name)


def _update(shelf: Shelf, spec: KernelSpec, now: float = NOW) -> Outcome:
    with shelf.store().prepare(now) as writer:
        installed = _kernel(shelf, spec.name)
        return writer.apply(Update(spec=spec, installed=installed, reason="changed"))


def _remove(shelf: Shelf, *names: str, now: float = NOW) -> list[Problem | None]:
    kernels = [_kernel(shelf, name) for name in names]
    with shelf.store().prepare(now) as writer:
        return [writer.apply(Remove(installed=kernel, reason="gone")).problem for kernel in kernels]


def _verified(shelf: Shelf, name: str = "project") -> Ownership:
    return shelf.store().verify(_kernel(shelf, name)).ownership


def test_a_store_that_does_not_exist_is_empty(shelf: Shelf) -> None:
    """No kernels, and no problem either."""
    assert shelf.store().read() == ((), ())


def test_a_created_kernelspec_is_read_back_as_it_was_wanted(shelf: Shelf) -> None:
    """Document, mark and files are those that the planning compares."""
    spec = make_spec()
    assert _create(shelf, spec) == [None]
    kernel = _kernel(shelf)
    assert kernel.document == spec.document
    assert kernel.mark == spec.mark
    assert kernel.files == {LOGO.name: LOGO.size}
    assert kernel.in_store


def test_a_created_kernelspec_is_claimed_and_when_verified_ours(shelf: Shelf) -> None:
    """Only the digest makes it OURS."""
    _create(shelf, make_spec())
    assert _kernel(shelf).ownership is Ownership.CLAIMED
    assert _verified(shelf) is Ownership.OURS


def test_creating_over_something_is_a_problem_and_changes_nothing(shelf: Shelf) -> None:
    """Whoever has a name keeps it."""
    shelf.put("project", FOREIGN)
    before = shelf.contents()
    [problem] = _create(shelf, make_spec())
    assert problem is not None
    assert problem.code == "kernel-name-taken"
    assert shelf.contents() == before


def test_an_update_replaces_everything(shelf: Shelf) -> None:
    """Files that are not wanted any more are gone as well."""
    _create(shelf, make_spec())
    png = Logo(name="logo-64x64.png", size=3, content=b"png")
    spec = make_spec(display_name="new", logos=(png,))
    assert _update(shelf, spec).problem is None
    assert shelf.contents() == {"project": contents_of(spec)}
    assert _verified(shelf) is Ownership.OURS


def test_a_removed_kernelspec_is_gone(shelf: Shelf) -> None:
    """The others stay."""
    _create(shelf, make_spec(), make_spec("other"))
    assert _remove(shelf, "project") == [None]
    assert list(shelf.contents()) == ["other"]


def test_removing_what_is_gone_already_is_no_problem(shelf: Shelf) -> None:
    """It is as it should be."""
    _create(shelf, make_spec())
    kernel = _kernel(shelf)
    _remove(shelf, "project")
    with shelf.store().prepare(NOW) as writer:
        assert writer.apply(Remove(installed=kernel, reason="gone")).problem is None


def test_held_and_forgotten_kernels_stay(shelf: Shelf) -> None:
    """Both actions only say something."""
    _create(shelf, make_spec())
    before = shelf.contents()
    kernel = _kernel(shelf)
    with shelf.store().prepare(NOW) as writer:
        held = writer.apply(Hold(installed=kernel, reason="unsure", way_out="confirm"))
        forgotten = writer.apply(Forget(installed=kernel, reason="edited"))
    assert (held.problem, forgotten.problem) == (None, None)
    assert shelf.contents() == before


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param({"notes.txt": b"mine"}, id="a file too many"),
        pytest.param({LOGO.name: b"<svg>me</svg>"}, id="another logo"),
        pytest.param({LOGO.name: b"<SVG></svg>"}, id="another logo of the same size"),
    ],
)
def test_what_somebody_edited_is_left_alone(shelf: Shelf, edit: dict[str, bytes]) -> None:
    """It is EDITED, and neither updated nor removed, whatever was read before."""
    _create(shelf, make_spec())
    shelf.put("project", edit)
    before = shelf.contents()
    assert _verified(shelf) is Ownership.EDITED
    update = _update(shelf, make_spec(display_name="new")).problem
    [removal] = _remove(shelf, "project")
    assert update is not None
    assert removal is not None
    assert (update.code, removal.code) == ("kernel-not-ours", "kernel-not-ours")
    assert shelf.contents() == before


def test_an_edited_document_is_edited(shelf: Shelf) -> None:
    """The mark alone does not make it ours."""
    _create(shelf, make_spec())
    document = json.loads(shelf.contents()["project"]["kernel.json"])
    document["display_name"] = "my own words"
    shelf.put("project", {"kernel.json": json.dumps(document).encode()})
    assert _kernel(shelf).ownership is Ownership.CLAIMED
    assert _verified(shelf) is Ownership.EDITED


def test_a_document_laid_out_anew_is_still_ours(shelf: Shelf) -> None:
    """White space and the order of keys say nothing."""
    _create(shelf, make_spec())
    document = json.loads(shelf.contents()["project"]["kernel.json"])
    shelf.put("project", {"kernel.json": json.dumps(document, sort_keys=True).encode()})
    assert _verified(shelf) is Ownership.OURS


def test_a_copy_under_another_name_is_not_ours(shelf: Shelf) -> None:
    """Whoever copies a kernelspec means to change it."""
    _create(shelf, make_spec())
    shelf.put("copy", shelf.contents()["project"])
    assert _verified(shelf, "copy") is Ownership.EDITED
    assert _verified(shelf, "project") is Ownership.OURS


def test_a_kernelspec_without_our_mark_is_foreign(shelf: Shelf) -> None:
    """Its document can still be read."""
    shelf.put("ir", FOREIGN)
    kernel = _kernel(shelf, "ir")
    assert kernel.ownership is Ownership.FOREIGN
    assert kernel.document["language"] == "R"
    assert kernel.mark is None


def test_what_takes_a_name_without_being_a_kernelspec_is_foreign(shelf: Shelf) -> None:
    """Then no kernelspec of ours is planned under that name."""
    shelf.put("empty", {})
    kernel = _kernel(shelf, "empty")
    assert (kernel.ownership, kernel.document) == (Ownership.FOREIGN, {})


def test_another_hosts_kernelspec_is_left_alone(shelf: Shelf) -> None:
    """Hosts with one home directory do not touch each other's."""
    _create(shelf, make_spec(mark=make_mark(host="host-2")))
    before = shelf.contents()
    assert _kernel(shelf).ownership is Ownership.OTHER_HOST
    [problem] = _remove(shelf, "project")
    assert problem is not None
    assert "another machine" in problem.message
    assert shelf.contents() == before


def test_a_later_versions_kernelspec_is_left_alone(shelf: Shelf) -> None:
    """Nobody knows what its mark means."""
    _create(shelf, make_spec(mark=make_mark(version=99)))
    before = shelf.contents()
    assert _kernel(shelf).ownership is Ownership.NEWER
    [problem] = _remove(shelf, "project")
    assert problem is not None
    assert "later version" in problem.message
    assert shelf.contents() == before


def test_undo_brings_removed_kernelspecs_back(shelf: Shelf) -> None:
    """All that one pass removed, byte for byte, and the trash is empty again."""
    _create(shelf, make_spec("a"), make_spec("b"))
    before = shelf.contents()
    _remove(shelf, "a", "b", now=NOW + 1)
    restored = shelf.store().undo(NOW + 2)
    assert {(one.entry.name, one.problem) for one in restored} == {("a", None), ("b", None)}
    assert shelf.contents() == before
    assert shelf.store().trash() == ()


def test_undo_exchanges_an_update_for_what_was_before(shelf: Shelf) -> None:
    """What it replaces goes to the trash, where the next undo passes over it."""
    _create(shelf, make_spec())
    before = shelf.contents()
    _update(shelf, make_spec(display_name="new"), now=NOW + 1)
    shelf.store().undo(NOW + 2)
    assert shelf.contents() == before
    assert [entry.why for entry in shelf.store().trash()] == [Why.UNDONE]
    assert shelf.store().undo(NOW + 3) == ()


def test_undo_takes_back_the_last_pass_only(shelf: Shelf) -> None:
    """Asked again, it goes one pass further back."""
    _create(shelf, make_spec("a"), make_spec("b"))
    _remove(shelf, "a", now=NOW + 1)
    _remove(shelf, "b", now=NOW + 2)
    shelf.store().undo(NOW + 3)
    assert list(shelf.contents()) == ["b"]
    shelf.store().undo(NOW + 4)
    assert sorted(shelf.contents()) == ["a", "b"]


def test_undo_does_not_replace_what_has_the_name_now(shelf: Shelf) -> None:
    """It says so, and keeps what is in the trash."""
    _create(shelf, make_spec())
    _remove(shelf, "project", now=NOW + 1)
    shelf.put("project", FOREIGN)
    [restored] = shelf.store().undo(NOW + 2)
    assert restored.problem is not None
    assert restored.problem.code == "kernel-not-restored"
    assert shelf.contents() == {"project": FOREIGN}
    assert [entry.name for entry in shelf.store().trash()] == ["project"]


def test_undo_without_anything_to_bring_back_does_nothing(shelf: Shelf) -> None:
    """A created kernelspec took nothing away."""
    _create(shelf, make_spec())
    before = shelf.contents()
    assert shelf.store().undo(NOW + 1) == ()
    assert shelf.contents() == before


def test_the_trash_of_another_host_is_not_undone(shelf: Shelf) -> None:
    """Its environments are on that machine."""
    _create(shelf, make_spec())
    _remove(shelf, "project", now=NOW + 1)
    assert shelf.store("host-2").trash() == ()
    assert shelf.store("host-2").undo(NOW + 2) == ()
    assert shelf.contents() == {}


@pytest.mark.parametrize(
    ("seconds", "is_kept"),
    [
        pytest.param(KEPT_SECONDS - 1, True, id="a second less than 30 days"),
        pytest.param(KEPT_SECONDS + 1, False, id="a second more than 30 days"),
        pytest.param(KEPT_SECONDS + 6 * _DAY, False, id="six days later"),
        pytest.param(-_DAY / 2, True, id="put there by a host whose clock is ahead"),
    ],
)
def test_the_trash_is_kept_for_30_days(shelf: Shelf, seconds: int, *, is_kept: bool) -> None:
    """And goes with the next pass."""
    _create(shelf, make_spec())
    _remove(shelf, "project", now=NOW)
    assert shelf.store().is_untidy(NOW + seconds) is not is_kept
    assert shelf.store().sweep(NOW + seconds) == ()
    assert bool(shelf.store().trash()) is is_kept


@pytest.mark.parametrize("jump", [_YEAR, -_YEAR, -NOW])
def test_a_clock_that_jumps_empties_no_trash(shelf: Shelf, jump: float) -> None:
    """By the clock it has been there for a year, or will be in a year: undo still works."""
    _create(shelf, make_spec())
    _remove(shelf, "project", now=NOW)
    for now in (NOW + jump, NOW + jump + _DAY, NOW, NOW + _DAY, NOW + KEPT_SECONDS - 1):
        assert shelf.store().sweep(now) == ()
        assert [entry.name for entry in shelf.store().trash()] == ["project"]
        assert not shelf.store().is_untidy(now)
    shelf.store().undo(NOW + KEPT_SECONDS)
    assert sorted(shelf.contents()) == ["project"]


def test_trash_that_nobody_looked_at_for_long_stays_for_another_time(shelf: Shelf) -> None:
    """Nobody can tell a holiday from a clock that has jumped."""
    _create(shelf, make_spec())
    _remove(shelf, "project", now=NOW)
    back = NOW + KEPT_SECONDS + 8 * _DAY
    for now, is_kept in (
        (back, True),
        (back + KEPT_SECONDS, True),
        (back + KEPT_SECONDS + 1, False),
    ):
        shelf.store().sweep(now)
        assert bool(shelf.store().trash()) is is_kept


def test_clean_removes_ours_and_says_which_of_ours_stay(shelf: Shelf) -> None:
    """Other people's are not even mentioned; undo brings ours back."""
    _create(shelf, make_spec("a"), make_spec("b"))
    shelf.put("b", {"notes.txt": b"mine"})
    shelf.put("ir", FOREIGN)
    before = shelf.contents()
    outcomes = shelf.store().clean(NOW + 1)
    assert [(type(one.action), one.problem) for one in outcomes] == [(Remove, None), (Forget, None)]
    assert sorted(shelf.contents()) == ["b", "ir"]
    shelf.store().undo(NOW + 2)
    assert shelf.contents() == before
