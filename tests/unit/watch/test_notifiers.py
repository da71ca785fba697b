"""The two notifiers, on the real file system: inotify, and watchdog's observer."""

from __future__ import annotations

import errno
import os
import threading
import tracemalloc

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, EventEmitter

from kernelsync.watch.inotify import InotifyNotifier
from kernelsync.watch.observer import ObserverNotifier
from kernelsync.watch.outline import draw
from kernelsync.watch.protocol import Idle
from support.watching_faults import happens, make_directory, make_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.watch.protocol import Notifier


class Stage:
    """A notifier, and what it woke."""

    def __init__(self, kind: str) -> None:
        self.woken: list[str | None] = []
        wake = self.woken.append
        self.notifier: Notifier = (
            InotifyNotifier(wake) if kind == "inotify" else ObserverNotifier(wake)
        )

    def update(self, *directories: str) -> tuple[str, ...]:
        """Watch these directories; return those that are new."""
        outline = draw(directories, routes=self.notifier.routes)
        return self.notifier.update(outline).fresh

    def wakes(self, directory: str) -> bool:
        """Whether it wakes for this directory; what it woke for is forgotten."""
        came = happens(lambda: self.tells_of(directory), 10)
        self.woken.clear()
        return came

    def tells_of(self, directory: str) -> bool:
        """Whether it woke for a directory, or for something in it."""
        told = [path for path in self.woken if path is not None]
        return any(directory in {path, os.path.dirname(path)} for path in told)


@pytest.fixture(params=["inotify", "observer"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Return a stage with each of the notifiers."""
    stage = Stage(request.param)
    yield stage
    stage.notifier.close()


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Return a directory to watch."""
    return make_directory(str(tmp_path), "root")


def test_what_comes_and_goes_wakes(stage: Stage, root: str) -> None:
    """Files, directories, links and renames, each with the directory it happened in."""
    assert root in stage.update(root)
    path = make_file(os.path.join(root, "file"))
    assert stage.wakes(root)
    os.link(path, path + ".hard")
    assert stage.wakes(root)
    os.symlink("anywhere", os.path.join(root, "link"))
    assert stage.wakes(root)
    os.rename(path, path + ".new")
    assert stage.wakes(root)
    os.rename(path + ".new", os.path.join(os.path.dirname(root), "out"))
    assert stage.wakes(root)
    os.rmdir(make_directory(root, "directory"))
    assert stage.wakes(root)


def test_a_directory_made_again_is_watched_again(stage: Stage, root: str) -> None:
    """The next update finds that it is another one."""
    stage.update(root)
    os.rmdir(root)
    assert happens(lambda: stage.woken, 10)
    os.mkdir(root)
    assert root in stage.update(root)
    stage.woken.clear()
    make_file(os.path.join(root, "new"))
    assert stage.wakes(root)


def test_what_is_not_asked_for_any_more_wakes_nobody(stage: Stage, root: str) -> None:
    """An update takes watches away, too."""
    other = make_directory(root, "other")
    stage.update(root, other)
    stage.update(root)
    make_file(os.path.join(other, "unseen"))
    make_file(os.path.join(root, "seen"))
    assert happens(lambda: stage.tells_of(root), 10)
    assert not stage.tells_of(other)


def test_an_unchanged_update_starts_nothing(stage: Stage, root: str) -> None:
    """The same directories again are no new watches."""
    stage.update(root)
    count = stage.notifier.count()
    assert stage.update(root) == ()
    assert stage.notifier.count() == count


@pytest.fixture
def inotify() -> Iterator[Stage]:
    """Return a stage with inotify."""
    stage = Stage("inotify")
    yield stage
    stage.notifier.close()


def test_using_a_directory_wakes_nobody(inotify: Stage, root: str) -> None:
    """Reading, listing and writing without closing raise no event of ours."""
    path = make_file(os.path.join(root, "module.py"))
    inotify.update(root)
    with open(path, encoding="ascii") as file:
        file.read()
    os.listdir(root)
    with open(path, "a", encoding="ascii") as file:
        file.write("x")
        file.flush()
        assert inotify.woken == []
    assert inotify.wakes(root)


def test_packages_may_wait_unless_ipykernel_is_found_by_them(inotify: Stage, root: str) -> None:
    """What ipykernel needs presses when it goes."""
    site = make_directory(root, "site-packages")
    inotify.update(site)
    for change, count in (
        (lambda: make_directory(site, "numpy"), 1),
        (lambda: make_file(os.path.join(site, "six.py")), 2),  # a file is made, then closed
        (lambda: make_directory(site, "zmq"), 1),
        (lambda: os.rmdir(os.path.join(site, "numpy")), 1),
        (lambda: os.rename(os.path.join(site, "six.py"), os.path.join(root, "six.py")), 1),
    ):
        inotify.woken.clear()
        change()
        assert happens(lambda count=count: len(inotify.woken) == count, 10)
        assert all(isinstance(path, Idle) for path in inotify.woken)
    for change in (
        lambda: make_directory(site, "ipykernel"),
        lambda: os.rmdir(os.path.join(site, "zmq")),
        lambda: os.rmdir(os.path.join(site, "ipykernel")),
        lambda: os.rmdir(site),
    ):
        inotify.woken.clear()
        change()
        assert happens(lambda: inotify.woken, 10)
        assert not any(isinstance(path, Idle) for path in inotify.woken)


def test_events_after_such_that_may_wait_gather(inotify: Stage, root: str) -> None:
    """An installer makes one package after another: they are read together, and all are read."""
    site = make_directory(root, "site-packages")
    inotify.update(site)
    make_directory(site, "first")
    assert inotify.wakes(site)
    for number in range(100):
        make_directory(site, f"package-{number}")
    make_directory(site, "ipykernel")
    assert happens(lambda: len(inotify.woken) >= 101, 10)
    assert [isinstance(path, Idle) for path in inotify.woken] == [True] * 100 + [False]


def test_what_came_or_went_is_named(inotify: Stage, root: str) -> None:
    """A thousand neighbours in the same directory need no look then; not even after a rename."""
    inotify.update(root)
    inotify.woken.clear()
    path = make_directory(root, "one")
    os.rename(path, os.path.join(root, "two"))
    assert happens(lambda: os.path.join(root, "two") in inotify.woken, 10)
    assert set(inotify.woken) == {path, os.path.join(root, "two")}


def test_two_names_of_one_directory(inotify: Stage, root: str, tmp_path: Path) -> None:
    """Each is told, and letting go of one does not harm the other."""
    link = str(tmp_path / "link")
    os.symlink(root, link)
    inotify.update(root, link)
    make_file(os.path.join(root, "one"))
    assert happens(lambda: inotify.tells_of(root) and inotify.tells_of(link), 10)
    inotify.update(root)
    inotify.woken.clear()
    make_file(os.path.join(root, "two"))
    assert inotify.wakes(root)


def test_a_directory_on_the_way_that_is_asked_for_later(inotify: Stage, root: str) -> None:
    """First only the next name counts in it, then every entry; and back again."""
    missing = os.path.join(root, "missing")
    inotify.update(missing)
    assert root in inotify.update(missing, root)
    inotify.woken.clear()
    make_file(os.path.join(root, "other"))
    assert inotify.wakes(root)
    inotify.update(missing)
    inotify.woken.clear()
    make_file(os.path.join(root, "another"))
    os.mkdir(missing)
    assert happens(lambda: missing in inotify.woken, 10)
    assert set(inotify.woken) == {missing}


def test_another_name_that_counts_is_a_new_watch(inotify: Stage, root: str) -> None:
    """It may have come to exist before anybody paid attention to it."""
    inotify.update(os.path.join(root, "one"))
    fresh = inotify.update(os.path.join(root, "one"), os.path.join(root, "two"))
    assert root in fresh


def test_thousands_of_watches_take_one_thread_and_little_memory(inotify: Stage, root: str) -> None:
    """One inotify instance, one thread, and under 1.5 KiB for each directory."""
    directories = [make_directory(root, str(number)) for number in range(1000)]
    threads = threading.active_count()
    tracemalloc.start()
    inotify.update(*directories)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert inotify.notifier.count() >= 1000
    assert threading.active_count() == threads
    assert taken / 1000 < 1500


def test_the_observer_polls_beyond_its_share(root: str) -> None:
    """Every schedule costs a thread; the rest has no watch, which is no error."""
    directories = [make_directory(root, str(number)) for number in range(5)]
    notifier = ObserverNotifier(_ignore, most=3)
    applied = notifier.update(draw(directories, routes=False))
    notifier.close()
    assert len(applied.fresh) == 3
    assert applied.unwatched == dict.fromkeys(directories[3:], 0)


def _ignore(path: str | None) -> None:
    assert path != ""


class _Refusing(EventEmitter):
    """What macOS or Windows may do."""

    def on_thread_start(self) -> None:
        raise OSError(errno.ENOSPC, "no")


def test_the_observer_tells_what_was_refused(root: str) -> None:
    """A schedule that fails is unwatched, with its error."""
    notifier = ObserverNotifier(_ignore, observer=lambda: BaseObserver(_Refusing))
    applied = notifier.update(draw([root], routes=False))
    notifier.close()
    assert applied.unwatched == {root: errno.ENOSPC}
    assert notifier.count() == 0


def test_a_dead_observer_is_told(root: str) -> None:
    """Its thread has ended, so nobody will be woken again."""
    observer = Observer()
    notifier = ObserverNotifier(_ignore, observer=lambda: observer)
    notifier.update(draw([root], routes=False))
    assert notifier.ended is None
    observer.stop()
    assert happens(lambda: notifier.ended, 10)
    notifier.close()
