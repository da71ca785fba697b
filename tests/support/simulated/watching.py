"""A watcher that loses, delays, doubles and invents events, and a doorstep to sleep on."""

from __future__ import annotations

import math

from kernelsync.model.problem import Problem
from kernelsync.watch.protocol import NEVER, Health
from support.simulated.world import ROOTS, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kernelsync.watch.protocol import Wake
    from support.simulated.world import World

_MOST_WAITS = 300
"""Waits at one moment: more, and the loop does not sleep but spin."""


class Watcher:
    """Watches directories, badly: `world.losing` is the share of events that go wrong."""

    def __init__(self, world: World, wake: Wake) -> None:
        self._world = world
        self._wake = wake
        self._directories: frozenset[str] = frozenset()
        self.alive = True
        world.listeners.append(self._on_change)

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:  # noqa: ARG002 - it wakes always
        """Watch these; what is new wakes once."""
        before, self._directories = self._directories, frozenset(directories)
        if self.alive and not self._directories <= before:
            self._wake(None)

    def check(self) -> Health:
        """Return the health."""
        return self.health()

    def health(self) -> Health:
        """Return the health."""
        problem = Problem(code="watch-ended", message="the watcher died")
        return Health(
            alive=self.alive,
            watches=len(self._directories),
            problems=() if self.alive else (problem,),
        )

    def close(self) -> None:
        """Hear nothing any more."""
        self.alive = False
        if self._on_change in self._world.listeners:
            self._world.listeners.remove(self._on_change)

    def overflow(self) -> None:
        """Lose count: anything may have changed."""
        if self.alive:
            self._wake(None)

    def _on_change(self, path: str) -> None:
        if not self.alive or path not in self._directories:
            return
        random = self._world.random
        fate = "in time"
        if random.random() < self._world.losing:
            fate = random.choice(("lost", "late", "twice", "wrong", "overflow"))
        match fate:
            case "late":
                self._ring_after(random.random() * 20, path)
            case "twice":
                self._ring_after(0.001, path)
                self._ring_after(random.random() * 2, path)
            case "wrong":
                self._ring_after(0.001, random.choice((*ROOTS, f"{ROOTS[0]}/ghost", "/elsewhere")))
            case "overflow":
                self._world.after(0.001, self.overflow)
            case "in time":
                self._ring_after(0.001, path)
            case _:
                self._world.say(f"the event for {path} is lost")

    def _ring_after(self, seconds: float, path: str) -> None:
        def ring() -> None:
            if self.alive:
                self._wake(path)

        self._world.after(seconds, ring)


class Sleep:
    """A doorstep on which simulated time passes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poked = False
        self._mounts = False
        self._waits = 0
        self._since = -1.0
        self.asleep = False

    def poke(self) -> None:
        """End the wait."""
        self._poked = True

    def change_mounts(self) -> None:
        """Let the mount table say that it has changed."""
        self._mounts = self._poked = True

    def wait(self, seconds: float | None) -> bool:
        """Let time pass."""
        self._watch_for_spinning()
        until = math.inf if seconds is None else self._world.now + seconds
        self.asleep = True
        try:
            self._world.run_until(until, lambda: self._poked)
        finally:
            self.asleep = False
        self._poked = False
        changed, self._mounts = self._mounts, False
        return changed

    def close(self) -> None:
        """Hold nothing."""

    def _watch_for_spinning(self) -> None:
        if self._world.now > self._since:
            self._since, self._waits = self._world.now, 0
        self._waits += 1
        if self._waits > _MOST_WAITS:
            message = "the loop spins: it waits for what has come already"
            raise Violation(message)
