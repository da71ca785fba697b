"""What the store does to a disk: names, modes, links, and what it never touches."""

from __future__ import annotations

import os
import stat

import pytest

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.layout import KEPT_SECONDS
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.kernelspec import Logo, Ownership
from kernelsync.model.plan import Create, Remove, Update
from support.kernels import HOST, NOW, DiskShelf, make_mark, make_spec
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.problem import Problem

DOCUMENT = '{"argv": ["R"]}'


@pytest.fixture
def shelf(tmp_path: Path) -> DiskShelf:
    """Return a data directory of Jupyter that does not exist yet."""
    return DiskShelf(str(tmp_path / "jupyter"))


def _create(shelf: DiskShelf, *specs: KernelSpec) -> list[Problem | None]:
    with shelf.store().prepare(NOW) as writer:
        return [writer.apply(Create(spec=spec, reason="new")).problem for spec in specs]


def _kernel(shelf: DiskShelf, name: str = "project") -> InstalledKernel:
    return next(kernel for kernel in shelf.store().read()[0] if kernel.name == name)


def _empty_directory(path: str) -> None:
    os.mkdir(path)


def _file(path: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write("mine")


def _link_to_directory(path: str) -> None:
    target = path + ".target"
    os.mkdir(target)
    os.symlink(target, path)


def _dangling_link(path: str) -> None:
    os.symlink(path + ".nowhere", path)


@pytest.mark.parametrize("occupy", [_empty_directory, _file, _link_to_directory, _dangling_link])
def test_nothing_is_published_over_something_else(
    shelf: DiskShelf, occupy: Callable[[str], None]
) -> None:
    """A plain rename would silently replace the empty directory."""
    os.makedirs(shelf.kernels)
    occupy(os.path.join(shelf.kernels, "project"))
    before = identities(shelf.kernels)
    [problem] = _create(shelf, make_spec())
    assert problem is not None
    assert problem.code == "kernel-name-taken"
    assert identities(shelf.kernels) == before


@pytest.mark.parametrize("occupy", [_empty_directory, _file, _link_to_directory, _dangling_link])
def test_whatever_takes_a_name_is_read_as_foreign(
    shelf: DiskShelf, occupy: Callable[[str], None]
) -> None:
    """So that the planning looks for another name."""
    os.makedirs(shelf.kernels)
    occupy(os.path.join(shelf.kernels, "project"))
    kernel = _kernel(shelf)
    assert (kernel.ownership, kernel.document) == (Ownership.FOREIGN, {})


def test_foreign_kernelspecs_are_identical_after_everything(shelf: DiskShelf) -> None:
    """Bytes, inodes, modes and times: nothing was even rewritten."""
    foreign = os.path.join(shelf.kernels, "ir")
    shelf.put("ir", {"kernel.json": DOCUMENT.encode(), "logo-64x64.png": b"R"})
    before = identities(foreign)
    _create(shelf, make_spec(), make_spec("ir"))
    with shelf.store().prepare(NOW + 1) as writer:
        update = Update(spec=make_spec("ir"), installed=_kernel(shelf, "ir"), reason="no")
        writer.apply(update)
        writer.apply(Remove(installed=_kernel(shelf, "ir"), reason="no"))
    shelf.store().clean(NOW + 2)
    shelf.store().undo(NOW + 3)
    assert identities(foreign) == before


def test_a_linked_kernelspec_is_foreign_even_if_it_leads_to_one_of_ours(shelf: DiskShelf) -> None:
    """Nobody may lead us out of the directory."""
    _create(shelf, make_spec())
    elsewhere = os.path.join(shelf.data, "elsewhere")
    os.rename(os.path.join(shelf.kernels, "project"), elsewhere)
    os.symlink(elsewhere, os.path.join(shelf.kernels, "project"))
    before = identities(shelf.kernels, elsewhere)
    kernel = _kernel(shelf)
    with shelf.store().prepare(NOW) as writer:
        problem = writer.apply(Remove(installed=kernel, reason="no")).problem
    assert kernel.ownership is Ownership.FOREIGN
    assert kernel.document["language"] == "python"
    assert problem is not None
    assert identities(shelf.kernels, elsewhere) == before


def test_another_users_kernelspec_is_foreign(shelf: DiskShelf) -> None:
    """Seen from another user id, ours are somebody else's."""
    _create(shelf, make_spec())
    stranger = KernelStore(shelf.kernels, host=HOST, uid=os.geteuid() + 1)
    assert [kernel.ownership for kernel in stranger.read()[0]] == [Ownership.FOREIGN]
    assert stranger.verify(_kernel(shelf)).ownership is Ownership.EDITED


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_what_is_written(shelf: DiskShelf, mask: int) -> None:
    """Modes do not depend on the umask."""
    os.makedirs(shelf.kernels)
    before = os.umask(mask)
    try:
        _create(shelf, make_spec())
        mine = os.path.join(shelf.kernels, "project")
        state = os.path.join(shelf.data, ".kernelsync")
        modes = {stat.S_IMODE(mode) for _, _, _, mode in identities(mine, state).values()}
    finally:
        os.umask(before)
    assert modes == {0o700, 0o600}


def test_reading_and_sweeping_make_nothing(shelf: DiskShelf) -> None:
    """A pass that changes nothing writes nothing."""
    store = shelf.store()
    store.read()
    store.sweep(NOW)
    store.trash()
    assert not os.path.exists(shelf.data)


def test_a_pass_that_changes_nothing_leaves_everything_as_it_was(shelf: DiskShelf) -> None:
    """Not even the times of directories change."""
    _create(shelf, make_spec())
    before = identities(shelf.data)
    store = shelf.store()
    store.sweep(NOW + 1)
    store.verify(store.read()[0][0])
    assert identities(shelf.data) == before


def test_staging_is_empty_after_each_change(shelf: DiskShelf) -> None:
    """Also after one that failed."""
    _create(shelf, make_spec(), make_spec())
    with shelf.store().prepare(NOW) as writer:
        writer.apply(Remove(installed=_kernel(shelf), reason="gone"))
    assert os.listdir(os.path.join(shelf.data, ".kernelsync", "staging")) == []


def test_our_directory_says_whose_it_is(shelf: DiskShelf) -> None:
    """A README beside staging and trash."""
    _create(shelf, make_spec())
    with open(os.path.join(shelf.data, ".kernelsync", "README"), encoding="ascii") as file:
        assert file.read().startswith("This directory belongs to kernelsync")


def test_kernels_in_other_directories_are_read_for_their_names(
    shelf: DiskShelf, tmp_path: Path
) -> None:
    """They are all foreign; a directory without kernel.json is none, and neither is a file."""
    other = DiskShelf(str(tmp_path / "usr"))
    other.put("IR", {"kernel.json": DOCUMENT.encode()})
    other.put("empty", {})
    _file(os.path.join(other.kernels, "file"))
    kernels, problems = shelf.store().read([other.kernels, str(tmp_path / "missing")])
    assert problems == ()
    assert [(kernel.name, kernel.in_store) for kernel in kernels] == [("ir", False)]
    assert kernels[0].directory == os.path.join(other.kernels, "IR")


def test_the_store_is_read_once_however_often_it_is_named(shelf: DiskShelf, tmp_path: Path) -> None:
    """Else its kernels would clash with themselves."""
    _create(shelf, make_spec())
    link = str(tmp_path / "link")
    os.symlink(shelf.data, link)
    kernels, _ = shelf.store().read([shelf.kernels, os.path.join(link, "kernels")])
    assert [kernel.in_store for kernel in kernels] == [True]


def test_a_file_in_the_place_of_the_store_is_an_error(shelf: DiskShelf) -> None:
    """An empty answer would be a lie."""
    os.makedirs(shelf.data)
    _file(shelf.kernels)
    with pytest.raises(KernelsDirectoryError, match="cannot be read") as caught:
        shelf.store().read()
    assert caught.value.exit_code == 4


def test_a_store_that_cannot_be_made_is_an_error_when_there_is_something_to_write(
    shelf: DiskShelf,
) -> None:
    """Reading it is fine until then."""
    _file(shelf.data)
    with pytest.raises(KernelsDirectoryError, match="cannot be"):
        shelf.store().prepare(NOW)


def test_a_link_in_the_place_of_our_directory_is_an_error(shelf: DiskShelf, tmp_path: Path) -> None:
    """Somebody wants us to write elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    os.makedirs(shelf.kernels)
    os.symlink(elsewhere, os.path.join(shelf.data, ".kernelsync"))
    with pytest.raises(KernelsDirectoryError, match="cannot be written"):
        shelf.store().prepare(NOW)
    assert list(elsewhere.iterdir()) == []


def test_a_linked_kernels_directory_is_written_through_the_link(
    shelf: DiskShelf, tmp_path: Path
) -> None:
    """People keep it elsewhere; our directory is beside the name that they use."""
    elsewhere = tmp_path / "dotfiles" / "kernels"
    elsewhere.mkdir(parents=True)
    os.makedirs(shelf.data)
    os.symlink(elsewhere, shelf.kernels)
    assert _create(shelf, make_spec()) == [None]
    assert (elsewhere / "project" / "kernel.json").exists()
    assert os.path.isdir(os.path.join(shelf.data, ".kernelsync"))


def test_a_logo_is_copied_from_where_the_environment_has_it(
    shelf: DiskShelf, tmp_path: Path
) -> None:
    """Also through a link: installers link into their caches."""
    source = tmp_path / "logo.png"
    source.write_bytes(b"png")
    link = tmp_path / "link.png"
    link.symlink_to(source)
    logo = Logo(name="logo-64x64.png", size=3, source=str(link))
    assert _create(shelf, make_spec(logos=(logo,))) == [None]
    assert shelf.contents()["project"]["logo-64x64.png"] == b"png"


def test_a_logo_that_cannot_be_read_is_a_problem_that_names_it(
    shelf: DiskShelf, tmp_path: Path
) -> None:
    """Nothing is published, and nothing stays in staging."""
    source = str(tmp_path / "missing.png")
    logo = Logo(name="logo-64x64.png", size=3, source=source)
    [problem] = _create(shelf, make_spec(logos=(logo,)))
    assert problem is not None
    assert problem.code == "kernel-not-written"
    assert source in problem.message
    assert shelf.contents() == {}


def test_a_fifo_as_a_logo_does_not_block(shelf: DiskShelf, tmp_path: Path) -> None:
    """What is found is hostile until it was looked at."""
    source = str(tmp_path / "fifo")
    os.mkfifo(source)
    logo = Logo(name="logo-64x64.png", size=3, source=source)
    [problem] = _create(shelf, make_spec(logos=(logo,)))
    assert problem is not None
    assert "not a regular file" in problem.message


def test_undo_brings_modes_and_times_back_too(shelf: DiskShelf) -> None:
    """Byte for byte includes what stat says of the files."""
    _create(shelf, make_spec())
    path = os.path.join(shelf.kernels, "project", "kernel.json")
    os.chmod(path, 0o640)
    os.utime(path, ns=(1, 1_234_567_891_000_000_000))
    with shelf.store().prepare(NOW) as writer:
        writer.apply(Remove(installed=_kernel(shelf), reason="gone"))
    shelf.store().undo(NOW + 1)
    found = os.stat(path)
    assert stat.S_IMODE(found.st_mode) == 0o640
    assert found.st_mtime_ns == 1_234_567_891_000_000_000


def test_what_others_put_into_our_directories_stays(shelf: DiskShelf) -> None:
    """Only names that we make are cleared away."""
    _create(shelf, make_spec())
    state = os.path.join(shelf.data, ".kernelsync")
    names = ["notes", "1-short", f"1-host-2-{'0' * 12}"]
    for name in names:
        os.mkdir(os.path.join(state, "staging", name))
    os.mkdir(os.path.join(state, "trash", "notes"))
    shelf.store().sweep(NOW + KEPT_SECONDS * 2)
    assert sorted(os.listdir(os.path.join(state, "staging"))) == sorted(names)
    assert os.listdir(os.path.join(state, "trash")) == ["notes"]


def test_a_leftover_in_staging_is_cleared_away(shelf: DiskShelf) -> None:
    """With all that is in it, and without following links out of it."""
    _create(shelf, make_spec())
    outside = os.path.join(shelf.data, "outside")
    shelf.put("../outside", {"precious": b"1"})
    staging = os.path.join(shelf.data, ".kernelsync", "staging")
    left = os.path.join(staging, f"5-{HOST}-{'0' * 12}")
    os.makedirs(os.path.join(left, "project", "deep"))
    os.symlink(outside, os.path.join(left, "project", "link"))
    assert shelf.store().sweep(NOW) == ()
    assert os.listdir(staging) == []
    assert os.listdir(outside) == ["precious"]


def test_undo_does_not_take_a_name_from_another_environment(shelf: DiskShelf) -> None:
    """The name went to a newcomer meanwhile, which lives and keeps it."""
    _create(shelf, make_spec())
    with shelf.store().prepare(NOW + 1) as writer:
        writer.apply(Remove(installed=_kernel(shelf), reason="gone"))
    _create(shelf, make_spec(mark=make_mark("newcomer")))
    before = shelf.contents()
    [restored] = shelf.store().undo(NOW + 2)
    assert restored.problem is not None
    assert "another environment" in restored.problem.message
    assert shelf.contents() == before


def test_a_state_directory_that_is_a_file_is_an_error_that_says_so(shelf: DiskShelf) -> None:
    """Undo cannot look into it, and nothing else is wrong."""
    os.makedirs(shelf.data)
    with open(f"{shelf.data}/.kernelsync", "w", encoding="utf-8"):
        pass
    with pytest.raises(KernelsDirectoryError) as raised:
        shelf.store().trash()
    assert "cannot be read" in raised.value.message
