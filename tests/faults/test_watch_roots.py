"""Roots that go, come back, move or lead elsewhere: plain watchdog goes deaf, the service not.

The numbers are those of the rows in the design's table of watching faults. Each test first
shows what plain watchdog does.
"""

from __future__ import annotations

import os
import shutil

import pytest

from support.watching_faults import (
    Plain,
    Service,
    happens,
    make_directory,
    make_file,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Return an empty root, two directories below the test's own."""
    return make_directory(str(tmp_path), "parent", "root")


def test_w06_removed_and_made_again(root: str) -> None:
    """The new root is watched as the old one was."""
    with Plain(root) as plain, Service(root) as service:
        os.rmdir(root)
        assert plain.hears(root)
        assert service.loses(root)
        os.mkdir(root)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        assert not plain.hears(new)
        assert service.finds(new)


def test_w06_removed_and_made_again_at_once(root: str) -> None:
    """A root that was away for an instant only is watched again, too."""
    with Service(root) as service:
        os.rmdir(root)
        os.mkdir(root)
        service.rests()
        assert service.finds(make_file(os.path.join(root, "new")))


def test_w07_scheduled_again_without_being_unscheduled(root: str) -> None:
    """Plain watchdog starts nothing for a root that it believes to have; an update does."""
    with Plain(root) as plain, Service(root) as service:
        os.rmdir(root)
        assert plain.hears(root)
        os.mkdir(root)
        plain.observer.schedule(plain, root)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        assert not plain.hears(new)
        assert service.finds(new)


def test_w08_renamed_away_with_a_new_one_in_its_place(root: str) -> None:
    """The directory at the root's path counts, not the one that was there before."""
    with Plain(root) as plain, Service(root) as service:
        os.rename(root, root + ".old")
        os.mkdir(root)
        service.rests()
        make_file(os.path.join(root + ".old", "ghost"))
        assert plain.hears(os.path.join(root, "ghost"))
        passes = service.rests()
        make_file(os.path.join(root + ".old", "another"))
        assert service.rests() == passes
        new = make_file(os.path.join(root, "new"))
        assert not plain.hears(new)
        assert service.finds(new)


def test_w09_parent_renamed_with_a_new_one_in_its_place(root: str) -> None:
    """A rename anywhere above the root is noticed, although no event reaches the root."""
    parent = os.path.dirname(root)
    with Plain(root) as plain, Service(root) as service:
        os.rename(parent, parent + ".old")
        make_file(os.path.join(parent + ".old", "root", "ghost"))
        assert plain.hears(os.path.join(root, "ghost"))
        assert happens(lambda: service.known[root] is None, 10)
        os.makedirs(root)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        assert not plain.hears(new)
        assert service.finds(new)


@pytest.mark.parametrize("levels", [1, 2])
def test_w09_exchanged_without_any_event_in_the_root(root: str, levels: int) -> None:
    """The rename alone is enough, at any level; nothing need happen in the moved directory."""
    moved = os.path.dirname(root)
    for _ in range(levels - 1):
        moved = os.path.dirname(moved)
    with Plain(root) as plain, Service(root) as service:
        os.rename(moved, moved + ".old")
        os.makedirs(root)
        service.rests()
        new = make_file(os.path.join(root, "new"))
        assert not plain.hears(new)
        assert service.finds(new)
    shutil.rmtree(moved)
    os.rename(moved + ".old", moved)


def test_w10_root_is_a_symlink(tmp_path: Path, root: str) -> None:
    """What comes and goes in the directory behind the symlink is seen."""
    link = str(tmp_path / "link")
    os.symlink(root, link)
    with Plain(link) as plain, Service(link) as service:
        new = os.path.join(link, os.path.basename(make_file(os.path.join(root, "new"))))
        assert not plain.hears(new)
        assert service.finds(new)


@pytest.mark.parametrize("followed", [False, True])
def test_w11_symlink_leads_elsewhere(tmp_path: Path, root: str, *, followed: bool) -> None:
    """A root that is a symlink is followed to where it leads now."""
    link = str(tmp_path / "link")
    other = make_directory(str(tmp_path), "other")
    os.symlink(root, link)
    with Plain(link, follow=followed) as plain, Service(link) as service:
        os.symlink(other, link + ".new")
        os.rename(link + ".new", link)
        service.rests()
        new = os.path.join(link, os.path.basename(make_file(os.path.join(other, "new"))))
        assert not plain.hears(new)
        assert service.finds(new)


def test_w11_directory_behind_the_symlink_is_exchanged(tmp_path: Path, root: str) -> None:
    """A rename above the directory that a symlink leads to is noticed, too."""
    link = str(tmp_path / "link")
    parent = os.path.dirname(root)
    os.symlink(root, link)
    with Service(link) as service:
        os.rename(parent, parent + ".old")
        os.makedirs(root)
        service.rests()
        make_file(os.path.join(root, "new"))
        assert service.finds(os.path.join(link, "new"))


def test_w12_missing_at_the_start(tmp_path: Path, root: str) -> None:
    """A missing root does not keep the others from being watched, and is found when it comes."""
    missing = str(tmp_path / "not" / "yet" / "there")
    plain = Plain(root)
    plain.observer.schedule(plain, missing)
    with pytest.raises(FileNotFoundError):
        plain.observer.start()
    plain.observer.on_thread_stop()
    with Service(missing, root) as service:
        assert service.finds(make_file(os.path.join(root, "new")))
        os.makedirs(missing)
        service.rests()
        assert service.finds(make_file(os.path.join(missing, "new")))
        shutil.rmtree(tmp_path / "not")
        assert happens(lambda: service.known[missing] is None, 10)
        os.makedirs(missing)
        service.rests()
        assert service.finds(make_file(os.path.join(missing, "newer")))


def test_w12_nothing_wakes_for_neighbours_of_a_missing_root(tmp_path: Path) -> None:
    """Whatever else happens in the nearest parent (a home directory, say) starts no pass."""
    with Service(str(tmp_path / "missing" / "root")) as service:
        passes = service.rests()
        make_file(str(tmp_path / "unrelated"))
        assert service.rests() == passes
