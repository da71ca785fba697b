"""Asks for what a pass lacked: runtimes, and what kernels need beside them.

Who has the network builds the ones, and renews the others: the service itself may be
forbidden to write there.
"""

from __future__ import annotations

import logging

from kernelsync.machine import runtimes_here
from kernelsync.model.natural import in_natural_order
from kernelsync.planning.borrowing import needs_equipment
from kernelsync.runtimes.equipment import is_current
from kernelsync.runtimes.layout import runtimes_directory
from kernelsync.runtimes.request import write_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.outcome import PassResult
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.builder import Builder

_AGAIN = 3600.0
"""Seconds after which the same is asked for once more: the network may be back."""
_EQUIPMENT = "launcher"
"""Stands among the keys for the launcher and what stands in for pip."""
_logger = logging.getLogger(__name__)


class RuntimeRequests:
    """Writes a request when something is missing that was not asked for within the hour.

    `builder` serves requests, where no unit does; `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float], builder: Builder | None = None) -> None:
        self._clock = clock
        self._builder = builder
        self._asked: frozenset[str] = frozenset()
        self._asked_at = 0.0

    def of_pass(self, result: PassResult, surroundings: Surroundings) -> None:
        """Ask for what this pass lacked."""
        self.ask(lacking(result, surroundings), surroundings)

    def ask(self, missing: frozenset[str] | None, surroundings: Surroundings) -> None:
        """Ask for the runtimes with these keys, and for the equipment if it is among them.

        None is the answer of a pass that has not looked, and so changes nothing.
        """
        if missing is None:
            return
        # What is there again may be missing again within the hour.
        self._asked &= missing
        if not missing or self.is_building or not self._is_time_for(missing):
            return
        self._asked, self._asked_at = missing, self._clock()
        try:
            write_request(surroundings, missing - {_EQUIPMENT})
            if self._builder is not None:
                self._builder.build()
        except OSError as error:
            _logger.warning("runtimes could not be asked for: %s", error)
        else:
            _logger.info("asked for runtimes: %s", ", ".join(in_natural_order(missing)))

    @property
    def builds(self) -> bool:
        """Whether a process of ours serves the requests, and no unit has to."""
        return self._builder is not None

    @property
    def is_building(self) -> bool:
        """Whether a process of ours is at it."""
        return self._builder is not None and self._builder.is_building

    def close(self) -> None:
        """End that process: whenever that is, the old runtimes or the new ones are whole."""
        if self._builder is not None:
            self._builder.close()

    def _is_time_for(self, missing: frozenset[str]) -> bool:
        return bool(missing - self._asked) or self._clock() - self._asked_at >= _AGAIN


def lacking(result: PassResult, surroundings: Surroundings) -> frozenset[str] | None:
    """Return what there is to ask for after a pass, None if it found all as it was."""
    if not result.standings:
        return None
    return _missing(result, surroundings) | _outdated(result, surroundings)


def _missing(result: PassResult, surroundings: Surroundings) -> frozenset[str]:
    """Return the keys of the runtimes that would make kernels of environments."""
    interpreters = [
        interpreter
        for standing in result.standings
        if standing.offer and (interpreter := standing.environment.interpreter) is not None
    ]
    if not interpreters:
        return frozenset()
    runtimes = runtimes_here(surroundings)
    return frozenset(
        runtimes.key_for(interpreter)
        for interpreter in interpreters
        if runtimes.for_interpreter(interpreter) is None
    )


def _outdated(result: PassResult, surroundings: Surroundings) -> frozenset[str]:
    """Return the one key of the equipment, if kernels need it and it is not of this version."""
    if not needs_equipment(result.standings) or is_current(runtimes_directory(surroundings)):
        return frozenset()
    return frozenset({_EQUIPMENT})
