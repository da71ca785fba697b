"""What a watcher is to the service: directories in, wakes and its own health out."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kernelsync.model.problem import Problem
    from kernelsync.watch.outline import Outline


class Idle(str):
    """A hint that may wait until things are quiet: no kernel comes or goes by it, most likely."""

    __slots__ = ()


class Wake(Protocol):
    """Called from any thread when a pass may be needed; it must neither work nor raise.

    `path` is the directory in which something may have changed, or what changed in it: a hint,
    and never the truth. None means that anything anywhere may have changed. An `Idle` one may wait.
    """

    def __call__(self, path: str | None, /) -> None:
        """Remember the hint, and return."""


NEVER = float("-inf")
"""The time at which nobody looked."""


class Health(Value):
    """How well a watcher can see.

    `alive` is False when it will never wake anybody again. `watches` counts the directories
    that the system reports on, `polled` those that are looked at from time to time, `limit` is
    the largest number of watches that the system grants (None: unknown). `announces` says that
    whatever ends or moves wakes a pass by itself; without it, only `check` finds out.
    `problems` are what a user should know, empty when nothing is degraded; events that were
    lost are among them for a minute.
    """

    alive: bool
    watches: int
    polled: int = 0
    limit: int | None = None
    announces: bool = True
    problems: tuple[Problem, ...] = ()


class Watcher(Protocol):
    """Watches directories (not what is below them) and wakes when an entry comes or goes."""

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:
        """Watch these directories, and no others; only the differences cost anything.

        A directory that does not exist (yet) is awaited in the nearest one that does. Every
        watch that begins wakes once, because what happened before it is unknown, unless the
        directory was at rest when somebody began to look at everything: `looked` is when
        that was, in seconds since 1970.
        """

    def check(self) -> Health:
        """Compare what is watched with what is there now, mend it, and return the health."""

    def health(self) -> Health:
        """Return the health as far as it is known, without touching the disk."""

    def close(self) -> None:
        """Stop watching, for good."""


class Applied(Value):
    """What became of an outline: watches that are new, and directories without one.

    `unwatched` has the errno for each; 0 where this kind of watcher leaves them to polling.
    """

    fresh: tuple[str, ...] = ()
    unwatched: Mapping[str, int]


class Notifier(Protocol):
    """The part of a watcher that the system tells about changes."""

    @property
    def routes(self) -> bool:
        """Whether the ways to the directories are to be watched as well, for renames above."""

    @property
    def overflows(self) -> int:
        """A number that grows whenever events were lost."""

    @property
    def ended(self) -> str | None:
        """Why this will never wake anybody again; None while it works."""

    def update(self, outline: Outline) -> Applied:
        """Watch exactly the places of this outline, as far as the system lets us."""

    def count(self) -> int:
        """Return the number of directories that are watched."""

    def close(self) -> None:
        """Stop, for good; nothing is woken any more."""
