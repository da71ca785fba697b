"""The supervisor: rescans, checks and replaces, on the clock that it is given."""

from __future__ import annotations

import itertools

import pytest

from kernelsync.model.value import replace
from kernelsync.watch.protocol import NEVER, Health
from kernelsync.watch.supervisor import Backoff, Rounds, Supervisor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kernelsync.watch.protocol import Wake

_ROUNDS = Rounds(rescan=60, spread=0.25, check=10, first_pause=1, longest_pause=60)


class FakeWatcher:
    """A watcher whose health is what the test says."""

    def __init__(self) -> None:
        self.directories: tuple[str, ...] = ()
        self.looked = NEVER
        self.state = Health(alive=True, watches=1)
        self.checks = 0
        self.closed = False

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:
        """Remember the directories."""
        self.directories = tuple(directories)
        self.looked = looked

    def check(self) -> Health:
        """Count."""
        self.checks += 1
        return self.state

    def health(self) -> Health:
        """Return what the test set."""
        return self.state

    def close(self) -> None:
        """Remember."""
        self.closed = True


class Stage:
    """A supervisor with everything around it."""

    def __init__(self, random: float = 0.5) -> None:
        self.made: list[FakeWatcher] = []
        self.woken: list[str | None] = []
        self.supervisor = Supervisor(
            self._make, self.woken.append, rounds=_ROUNDS, random=lambda: random
        )

    def _make(self, wake: Wake) -> FakeWatcher:
        assert wake == self.woken.append
        self.made.append(FakeWatcher())
        return self.made[-1]

    def kill(self) -> None:
        """Let the present watcher be dead."""
        self.made[-1].state = replace(self.made[-1].state, alive=False)


def test_nothing_happens_before_the_first_update() -> None:
    """Making a supervisor watches nothing, and there is nothing to wait for."""
    stage = Stage()
    stage.supervisor.tick(0)
    assert stage.supervisor.next_deadline() is None
    assert not stage.supervisor.health().alive
    assert stage.made == []


def test_directories_reach_the_watcher() -> None:
    """One watcher gets every update."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    stage.supervisor.update(["/a", "/b"], 1)
    assert [watcher.directories for watcher in stage.made] == [("/a", "/b")]


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 45), (0.5, 60), (1.0, 75)])
def test_rescan_within_its_spread(random: float, seconds: float) -> None:
    """Everything is looked at every 60 s, give or take a quarter."""
    stage = Stage(random)
    stage.supervisor.update(["/a"], 100)
    assert stage.supervisor.next_deadline() == 100 + seconds
    stage.supervisor.tick(100 + seconds - 0.1)
    assert stage.woken == []
    stage.supervisor.tick(100 + seconds)
    assert stage.woken == [None]
    assert stage.supervisor.next_deadline() == 100 + 2 * seconds


def test_a_watcher_that_announces_is_not_checked() -> None:
    """An idle service wakes for its rescan only."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    stage.supervisor.tick(59)
    assert stage.made[0].checks == 0


def test_a_watcher_that_does_not_announce_is_checked() -> None:
    """Every 10 s, and again 10 s later."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    stage.made[0].state = Health(alive=True, watches=1, announces=False)
    assert stage.supervisor.next_deadline() == 10
    stage.supervisor.tick(9.9)
    assert stage.made[0].checks == 0
    stage.supervisor.tick(10)
    assert stage.made[0].checks == 1
    assert stage.supervisor.next_deadline() == 20


def test_a_dead_watcher_is_replaced_at_once() -> None:
    """The new one gets the directories, and everything is looked at."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    stage.kill()
    stage.supervisor.tick(5)
    assert stage.made[0].closed
    assert stage.made[1].directories == ("/a",)
    assert stage.woken == [None]
    assert stage.supervisor.replaced == 1


def test_a_watcher_that_dies_again_and_again_is_replaced_ever_later() -> None:
    """1 s, 2 s, 4 s ... 60 s lie between two replacements."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    now = 0.0
    times: list[float] = []
    while len(times) < 10:
        stage.kill()
        before = len(stage.made)
        stage.supervisor.tick(now)
        while len(stage.made) == before:
            now = stage.supervisor.next_deadline() or now
            stage.supervisor.tick(now)
        times.append(now)
    pauses = [round(after - before, 3) for before, after in itertools.pairwise(times)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_backoff_forgets_after_a_good_time() -> None:
    """A fault long after the last one is mended at once again."""
    backoff = Backoff(1, 60)
    assert [backoff.next_attempt(0), backoff.next_attempt(0)] == [0, 1]
    assert backoff.next_attempt(1) == 3
    assert backoff.next_attempt(500) == 500
    assert backoff.next_attempt(500) == 501


def test_closing_closes_the_watcher() -> None:
    """Nothing watches afterwards."""
    stage = Stage()
    stage.supervisor.update(["/a"], 0)
    stage.supervisor.close()
    assert stage.made[0].closed
    assert stage.supervisor.next_deadline() is None
