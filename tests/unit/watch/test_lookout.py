"""Waiting: what presses has its pass first, and nothing has to wait for ever."""

from __future__ import annotations

import pytest

from kernelsync.watch.bell import Bell
from kernelsync.watch.debounce import Debounce, Due, Patience
from kernelsync.watch.lookout import Lookout
from kernelsync.watch.protocol import NEVER, Health
from kernelsync.watch.supervisor import Rounds, Supervisor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


class Street:
    """A clock, and what happens while somebody sleeps: hints come at their times."""

    def __init__(self) -> None:
        self.now = 0.0
        self.coming: list[tuple[float, str]] = []
        self.bell = Bell(lambda: self.now, sleeping=self)
        self._poked = False

    def poke(self) -> None:
        """End the sleep."""
        self._poked = True

    def wait(self, seconds: float | None) -> bool:
        """Let time pass."""
        until = float("inf") if seconds is None else self.now + seconds
        self._poked = False
        while not self._poked and self.coming and self.coming[0][0] <= until:
            self.now, hint = self.coming.pop(0)
            self.bell.ring(hint)
        if not self._poked:
            assert until < float("inf"), "nobody would ever wake"
            self.now = max(self.now, until)
        return False

    def close(self) -> None:
        """Hold nothing."""


class Watching:
    """A watcher that is well."""

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:
        """Watch nothing."""

    def check(self) -> Health:
        """Return the health."""
        return self.health()

    def health(self) -> Health:
        """Return the health."""
        return Health(alive=True, watches=0)

    def close(self) -> None:
        """Hold nothing."""


@pytest.fixture
def street() -> Street:
    """Return a street at midnight."""
    return Street()


@pytest.fixture
def lookout(street: Street) -> Lookout:
    """Return a lookout that looks at everything every sixty seconds."""
    supervisor = Supervisor(
        lambda _: Watching(), street.bell.ring, rounds=Rounds(rescan=60.0), random=lambda: 0.5
    )
    supervisor.update((), 0.0)
    return Lookout(street.bell, Debounce(Patience()), supervisor, clock=lambda: street.now)


def test_what_presses_goes_before_a_look_at_everything(street: Street, lookout: Lookout) -> None:
    """Its pass is a small one, and the large one follows."""
    street.coming = [(59.95, "/venvs/app")]
    assert lookout.wait() == Due(directories=frozenset({"/venvs/app"}))
    assert street.now == pytest.approx(60.05)
    assert lookout.wait() == Due(everything=True)
    assert street.now == pytest.approx(60.15)


def test_a_look_at_everything_comes_although_something_always_presses(
    street: Street, lookout: Lookout
) -> None:
    """It waits a second at most, and takes along what has come by then."""
    street.coming = [(number * 0.05, "/venvs/app") for number in range(10_000)]
    while not (due := lookout.wait()) or not due.everything:
        assert street.now < 65
    assert street.now > 60
