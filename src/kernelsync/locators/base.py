"""What a locator is: a tool's knowledge of where it keeps environments."""

from __future__ import annotations

from kernelsync.model.environment import Candidate, Root
from kernelsync.model.problem import Problem
from kernelsync.model.value import Value
from kernelsync.typed import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.model.manager import Manager
    from kernelsync.model.settings import Source

NOTHING_KNOWN: Mapping[str, Candidate] = {}
Finding = Candidate | Problem | Root
"""What a search yields: an environment, a difficulty, or the fate of a searched directory."""


class Context(Value):
    """What a locator may know of the world: it reads no environment variable itself.

    `known_roots` are roots of this manager under which kernels of ours were found earlier.
    They are searched as well, unless the settings name the root: a service and a shell
    rarely have the same environment variables, and must not undo each other's work.
    `as_before` are candidates of the last search, by their prefix, of which it is certain that
    the same would be found again as long as their directories are there.
    """

    environ: Mapping[str, str]
    home: str
    platform: str
    source: Source
    known_roots: tuple[str, ...] = ()
    as_before: Mapping[str, Candidate] = NOTHING_KNOWN


class Locator(Protocol):
    """Finds the environments of one manager. Making one touches nothing.

    `find` yields one `Root` for every directory that it is to search, also for those that
    do not exist or cannot be read, and a `Problem` with that `root` for everything below it
    that could not be seen: absent and unreadable must never look alike. It raises nothing,
    whatever it meets on disk. `watch_points` are existing directories in which an entry
    appears or goes when an environment does.
    """

    manager: Manager

    def __init__(self, context: Context) -> None: ...

    def find(self) -> Iterator[Finding]:
        """Yield what was found, each root's environments in the order of their names."""

    def watch_points(self) -> tuple[str, ...]:
        """Return the directories to watch, now."""
