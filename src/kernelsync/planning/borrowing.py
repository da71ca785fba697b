"""Borrowing: which runtime lends an environment the ipykernel that it does not have."""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import State
from kernelsync.model.settings import MissingIpykernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.environment import Environment
    from kernelsync.model.outcome import Standing
    from kernelsync.model.runtime import Runtime, Runtimes
    from kernelsync.model.settings import KernelSettings


class Borrowing:
    """Says in one pass which environments borrow, and from which runtime.

    Without `runtimes` nobody does, and nobody could.
    """

    def __init__(self, settings: KernelSettings, runtimes: Runtimes | None) -> None:
        self._runtimes = runtimes
        self._allowed = settings.missing_ipykernel is MissingIpykernel.RUNTIME
        self._activate = settings.activate

    def lender(self, environment: Environment) -> Runtime | None:
        """Return the runtime that lends to an environment, None if it borrows from none."""
        interpreter = environment.interpreter
        if (
            environment.condition is not Condition.NO_IPYKERNEL
            or self._runtimes is None
            or interpreter is None
            or not self._allowed
        ):
            return None
        return self._runtimes.for_interpreter(interpreter)

    def why_no_kernel(self, environment: Environment) -> str:
        """Return why an environment without ipykernel is no kernel, as a sentence."""
        interpreter = environment.interpreter
        if interpreter is None or self._runtimes is None or not self._allowed:
            return environment.reason
        return f"{environment.reason}, and {self._runtimes.why_none(interpreter)}"

    def offer(self, environment: Environment) -> str | None:
        """Return the X.Y of the runtime that would lend to an environment, None if none."""
        interpreter = environment.interpreter
        if interpreter is None or self._runtimes is None or not self._allowed:
            return None
        return self._runtimes.offer(interpreter)

    def launch(self, runtime: Runtime) -> tuple[str, ...]:
        """Return what follows the interpreter in the command of a kernel that borrows."""
        launcher = f"{runtime.directory.rpartition('/')[0]}/{LAUNCHER}"
        options = () if self._activate else ("--no-activate",)
        return (launcher, *options, runtime.directory, "-f", "{connection_file}")

    def programs(self, environment: Environment) -> str | None:
        """Return the directory with what stands in for a missing pip, None if it has pip."""
        if environment.has_pip or self._runtimes is None:
            return None
        return self._runtimes.programs


def needs_equipment(standings: Iterable[Standing]) -> bool:
    """Return whether a kernel is started by the launcher, or needs what stands in for pip."""
    return any(
        standing.runtime is not None or not standing.environment.has_pip
        for standing in standings
        if standing.state is State.KERNEL
    )


LAUNCHER = "launch.py"
"""The launcher's file beside the runtimes."""


def is_launcher(argument: str) -> bool:
    """Return whether a word of a command is the launcher of runtimes."""
    return argument.endswith(f"/runtimes/{LAUNCHER}")
