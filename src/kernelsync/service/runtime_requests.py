"""Asks for the runtimes that a pass lacked; who has the network builds them."""

from __future__ import annotations

import logging

from kernelsync.runtimes.installed import installed_runtimes
from kernelsync.runtimes.request import write_request
from kernelsync.service.frugal import ALLOCATOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from kernelsync.model.outcome import PassResult
    from kernelsync.model.surroundings import Surroundings

_AGAIN = 3600.0
"""Seconds after which the same is asked for once more: the network may be back."""
_logger = logging.getLogger(__name__)


class RuntimeRequests:
    """Writes a request when something is missing that was not asked for within the hour.

    `builder` is the command that serves requests, where no unit does; `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float], builder: Sequence[str] | None = None) -> None:
        self._clock = clock
        self._builder = builder
        self._asked: frozenset[str] = frozenset()
        self._asked_at = 0.0
        self._child: subprocess.Popen[bytes] | None = None

    def of_pass(self, result: PassResult, surroundings: Surroundings) -> None:
        """Ask for what this pass lacked."""
        self.ask(missing_runtimes(result, surroundings), surroundings)

    def ask(self, missing: frozenset[str], surroundings: Surroundings) -> None:
        """Ask for the runtimes with these keys."""
        if not missing or self.is_building or not self._is_time_for(missing):
            return
        self._asked, self._asked_at = missing, self._clock()
        try:
            write_request(surroundings, missing)
            if self._builder is not None:
                self._child = _start(self._builder, surroundings)
        except OSError as error:
            _logger.warning("runtimes could not be asked for: %s", error)
        else:
            _logger.info("asked for runtimes: %s", ", ".join(sorted(missing)))

    @property
    def is_building(self) -> bool:
        """Whether a process of ours is at it."""
        return self._child is not None and self._child.poll() is None

    def close(self) -> None:
        """End that process: whenever that is, the old runtimes or the new ones are whole."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait()
            self._child = None

    def _is_time_for(self, missing: frozenset[str]) -> bool:
        return bool(missing - self._asked) or self._clock() - self._asked_at >= _AGAIN


def _start(builder: Sequence[str], surroundings: Surroundings) -> subprocess.Popen[bytes]:
    # It takes room for good, and few services start anything.
    import subprocess  # noqa: PLC0415 - see above

    # How this service allocates is for it alone: some Pythons refuse to start with that.
    environ = {name: text for name, text in surroundings.environ.items() if name != ALLOCATOR}
    return subprocess.Popen(builder, stdin=subprocess.DEVNULL, env=environ)  # noqa: S603 - this very program


def missing_runtimes(result: PassResult, surroundings: Surroundings) -> frozenset[str]:
    """Return the keys of the runtimes that would make kernels of environments."""
    interpreters = [
        interpreter
        for standing in result.standings
        if standing.offer and (interpreter := standing.environment.interpreter) is not None
    ]
    if not interpreters:
        return frozenset()
    runtimes = installed_runtimes(surroundings)
    return frozenset(
        runtimes.key_for(interpreter)
        for interpreter in interpreters
        if runtimes.for_interpreter(interpreter) is None
    )
