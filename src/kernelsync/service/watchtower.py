"""Where the service waits: watching as the settings want it, for what the last pass found."""

from __future__ import annotations

import functools
import random

from kernelsync.service.state import Watching
from kernelsync.watch.bell import Bell
from kernelsync.watch.choice import watcher_for
from kernelsync.watch.debounce import Debounce, Patience
from kernelsync.watch.lookout import Lookout
from kernelsync.watch.supervisor import Rounds, Supervisor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from kernelsync.model.settings import ServiceSettings


class Watchtower:
    """Holds the lookout, and builds a new one when the settings of the service change.

    `build` makes a lookout by the settings; its bell stays the same.
    """

    def __init__(
        self, settings: ServiceSettings, build: Callable[[ServiceSettings], Lookout]
    ) -> None:
        self._settings = settings
        self._build = build
        self.lookout = build(settings)
        self.bell = self.lookout.bell

    def adopt(self, settings: ServiceSettings) -> bool:
        """Watch by other settings; True if they are others. Nothing is watched until `follow`."""
        if settings == self._settings:
            return False
        self._settings = settings
        self.lookout.supervisor.close()
        self.lookout = self._build(settings)
        return True

    def await_more(self, unready: Iterable[str], awaited: Iterable[str]) -> None:
        """Come back to what was not ready; let no change wait there, nor where more is awaited."""
        self.lookout.debounce.unready(unready, self.lookout.clock())
        self.lookout.debounce.awaited(awaited)

    def follow(self, points: Collection[str], looked: float) -> Watching:
        """Watch these directories, and say how well it goes.

        `looked` is when the pass began that found them, in seconds since 1970.
        """
        now = self.lookout.clock()
        supervisor = self.lookout.supervisor
        supervisor.update(points, now, looked)
        health = supervisor.health()
        return Watching(
            watches=health.watches,
            polled=health.polled,
            limit=health.limit,
            replaced=supervisor.replaced,
            problems=health.problems,
        )

    def close(self) -> None:
        """Stop watching and waiting."""
        self.lookout.close()


def watchtower(
    settings: ServiceSettings, platform: str, *, clock: Callable[[], float]
) -> Watchtower:
    """Return a watchtower on this machine.

    `clock` is the one clock of all waiting, in seconds that never go back.
    """
    bell = Bell(clock)

    def build(settings: ServiceSettings) -> Lookout:
        supervisor = Supervisor(
            functools.partial(watcher_for, platform),
            bell.ring,
            rounds=Rounds(rescan=settings.rescan),
            random=random.random,
        )
        return Lookout(bell, Debounce(Patience(grace=settings.grace)), supervisor, clock=clock)

    return Watchtower(settings, build)
