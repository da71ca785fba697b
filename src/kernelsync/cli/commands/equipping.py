"""Seeing to it that the launcher and the stand-ins for pip are there, and of this version."""

from __future__ import annotations

from kernelsync.planning.borrowing import needs_equipment
from kernelsync.runtimes.equipment import is_current, put_equipment
from kernelsync.runtimes.failure import failure_of
from kernelsync.runtimes.layout import runtimes_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.outcome import Standing
    from kernelsync.model.problem import Problem
    from kernelsync.model.surroundings import Surroundings


def equip_kernels(surroundings: Surroundings, standings: Iterable[Standing]) -> tuple[Problem, ...]:
    """Renew them if a kernel among these needs them; return why that was not possible."""
    return equip(runtimes_directory(surroundings)) if needs_equipment(standings) else ()


def places_to_equip(surroundings: Surroundings, standings: Iterable[Standing]) -> tuple[str, ...]:
    """Return the directory that will be written to for these, none if all is as it should be."""
    directory = runtimes_directory(surroundings)
    return (directory,) if needs_equipment(standings) and not is_current(directory) else ()


def equip(directory: str) -> tuple[Problem, ...]:
    """Renew them; return why that was not possible.

    Each is replaced in one step, so nobody's turn is waited for.
    """
    try:
        put_equipment(directory)
    except OSError as error:
        return (failure_of(error, "renewing the launcher in", directory).problem,)
    return ()
