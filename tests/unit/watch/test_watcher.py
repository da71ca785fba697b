"""The watcher: events and polling together, and what it says about its health."""

from __future__ import annotations

import errno
import os

import pytest

from kernelsync.watch.protocol import Applied
from kernelsync.watch.watcher import DirectoryWatcher
from support.watching_faults import happens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.watch.outline import Outline
    from kernelsync.watch.protocol import Wake


class FakeNotifier:
    """A notifier that refuses what the test wants refused."""

    def __init__(self) -> None:
        self.refuses: dict[str, int] = {}
        self.vanishing: str | None = None
        self.routes = True
        self.overflows = 0
        self.ended: str | None = None
        self.places: set[str] = set()
        self.closed = False

    def update(self, outline: Outline) -> Applied:
        """Watch all but what is refused."""
        if self.vanishing is not None:
            os.rmdir(self.vanishing)
            self.refuses[self.vanishing] = errno.ENOENT
        unwatched = {
            path: self.refuses[path] for path in outline.identities if path in self.refuses
        }
        wanted = set(outline.identities) - set(unwatched)
        fresh, self.places = wanted - self.places, wanted
        return Applied(fresh=tuple(fresh), unwatched=unwatched)

    def count(self) -> int:
        """Return how many are watched."""
        return len(self.places)

    def close(self) -> None:
        """Remember."""
        self.closed = True


class Stage:
    """A watcher on a fake notifier, and what it woke."""

    def __init__(self) -> None:
        self.notifier = FakeNotifier()
        self.woken: list[str | None] = []
        self.mounts: dict[int, str] = {}
        self.failure: Exception | None = None
        self.now = 0.0
        self.watcher = DirectoryWatcher(
            self.woken.append,
            self._open,
            poll_every=0.02,
            mounts=lambda: self.mounts,
            clock=lambda: self.now,
        )

    def _open(self, wake: Wake) -> FakeNotifier:
        assert wake == self.woken.append
        if self.failure is not None:
            raise self.failure
        return self.notifier

    def codes(self) -> list[str]:
        """Return the codes of all problems now."""
        return [problem.code for problem in self.watcher.health().problems]


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Return a stage, and end its threads."""
    stage = Stage()
    yield stage
    stage.watcher.close()


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Return a directory to watch."""
    return str(tmp_path)


def test_a_new_watch_wakes_once(stage: Stage, root: str) -> None:
    """What happened before it began is unknown; afterwards it is not."""
    stage.watcher.update([root])
    assert root in stage.woken
    stage.woken.clear()
    stage.watcher.update([root])
    stage.watcher.check()
    assert stage.woken == []


@pytest.mark.parametrize(("age", "wakes"), [(5.0, True), (3600.0, False), (-3600.0, True)])
def test_a_new_watch_on_what_was_at_rest_does_not_wake(
    stage: Stage, root: str, age: float, *, wakes: bool
) -> None:
    """What had not changed for long when a look began has been seen, however long that took.

    A change in the future, by a clock that was set back, may have been a moment ago.
    """
    stage.watcher.update([root], looked=os.stat(root).st_ctime + age)
    assert (root in stage.woken) is wakes


def test_a_watch_that_a_check_begins_wakes(stage: Stage, root: str) -> None:
    """Nobody has looked before it."""
    stage.notifier.refuses = {root: errno.ENOSPC}
    stage.watcher.update([root], looked=os.stat(root).st_ctime + 3600)
    stage.notifier.refuses = {}
    stage.woken.clear()
    stage.watcher.check()
    assert root in stage.woken


def test_a_healthy_watcher_has_no_problems(stage: Stage, root: str) -> None:
    """It is alive, announces what ends, and polls nothing."""
    stage.watcher.update([root])
    health = stage.watcher.health()
    assert health.alive
    assert health.announces
    assert (health.polled, health.problems) == (0, ())


@pytest.mark.parametrize(
    ("error", "code"), [(errno.ENOSPC, "watch-limit"), (errno.EACCES, "watch-refused")]
)
def test_what_is_refused_is_polled(stage: Stage, root: str, error: int, code: str) -> None:
    """And said, with what to do; it is tried again with every update."""
    stage.notifier.refuses = {root: error}
    stage.watcher.update([root])
    assert stage.codes() == [code]
    assert stage.watcher.health().problems[0].hint
    assert not stage.watcher.health().announces
    stage.woken.clear()
    os.mkdir(os.path.join(root, "new"))
    assert happens(lambda: root in stage.woken, 10)
    stage.notifier.refuses = {}
    stage.watcher.update([root])
    assert stage.codes() == []
    assert stage.watcher.health().polled == 0


def test_what_vanishes_while_it_is_being_watched_is_not_polled(stage: Stage, root: str) -> None:
    """It wakes, so that it is looked for again; a thread that polls would be for nothing."""
    place = os.path.join(root, "short-lived")
    os.mkdir(place)
    stage.notifier.vanishing = place
    stage.watcher.update([place])
    assert place in stage.woken
    assert stage.codes() == []
    assert stage.watcher.health().polled == 0
    assert stage.watcher.health().announces


def test_what_is_refused_on_the_way_is_no_problem(stage: Stage, root: str) -> None:
    """Nobody need read a parent; the check sees where the way leads."""
    stage.notifier.refuses = {os.path.dirname(root): errno.EACCES}
    stage.watcher.update([root])
    assert stage.codes() == []
    assert stage.watcher.health().polled == 0
    assert not stage.watcher.health().announces


def test_a_vanished_directory_is_no_problem(stage: Stage, root: str) -> None:
    """It went between two calls; that happens."""
    stage.notifier.refuses = {root: errno.ENOENT}
    stage.watcher.update([root])
    assert stage.codes() == []


def test_a_remote_disk_is_watched_and_polled(stage: Stage, root: str) -> None:
    """This machine's changes by events, those of others by polling."""
    stage.mounts = {os.stat(root).st_dev: "nfs4 on /home"}
    stage.watcher.update([root])
    assert stage.codes() == ["watch-eventless"]
    assert "nfs4 on /home" in stage.watcher.health().problems[0].message
    assert stage.watcher.health().polled == 1
    assert root in stage.notifier.places


def test_without_a_notifier_everything_is_polled(stage: Stage, root: str) -> None:
    """Until there is one."""
    stage.failure = OSError(errno.EMFILE, "no instance")
    stage.watcher.update([root])
    assert stage.codes() == ["watch-instances"]
    assert "max_user_instances" in (stage.watcher.health().problems[0].hint or "")
    assert stage.watcher.health().alive
    assert stage.watcher.health().polled == 1
    stage.failure = None
    assert stage.watcher.check().problems == ()


def test_no_thread_to_be_had_is_no_crash(stage: Stage, root: str) -> None:
    """A limit on threads degrades like one on instances."""
    stage.failure = RuntimeError("can't start new thread")
    stage.watcher.update([root])
    assert stage.codes() == ["watch-instances"]


def test_an_overflow_is_told_for_a_minute(stage: Stage, root: str) -> None:
    """Neither a check nor the pass that it has woken, which comes at once, makes it forgotten."""
    stage.watcher.update([root])
    stage.notifier.overflows += 1
    stage.watcher.check()
    stage.watcher.update([root])
    assert stage.codes() == ["watch-overflow"]
    stage.now = 59.0
    assert stage.codes() == ["watch-overflow"]
    stage.now = 61.0
    assert stage.codes() == []


def test_another_overflow_is_told_for_another_minute(stage: Stage, root: str) -> None:
    """It counts from the last one, and is one problem all the time."""
    stage.watcher.update([root])
    for stage.now in (0.0, 50.0, 100.0):
        stage.notifier.overflows += 1
        stage.watcher.update([root])
        assert stage.codes() == ["watch-overflow"]
    stage.now = 159.0
    assert stage.codes() == ["watch-overflow"]
    stage.now = 161.0
    assert stage.codes() == []


def test_an_overflow_during_an_update_is_told(stage: Stage, root: str) -> None:
    """It comes from another thread, at any time."""

    class Flooded(FakeNotifier):
        def update(self, outline: Outline) -> Applied:
            self.overflows += 1
            return super().update(outline)

    stage.notifier = Flooded()
    stage.watcher.update([root])
    assert stage.codes() == ["watch-overflow"]


def test_a_dead_notifier_is_told(stage: Stage, root: str) -> None:
    """With the reason, so that it can be mended."""
    stage.watcher.update([root])
    stage.notifier.ended = "KeyError(7)"
    health = stage.watcher.health()
    assert not health.alive
    assert "KeyError(7)" in health.problems[0].message


def test_closing_closes_the_notifier(stage: Stage, root: str) -> None:
    """Nothing is left running."""
    stage.watcher.update([root])
    stage.watcher.close()
    assert stage.notifier.closed
