"""Borrowing: which runtime lends an environment the ipykernel that it does not have."""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import State
from kernelsync.model.runtime import LAUNCHER, Risk
from kernelsync.model.settings import MissingIpykernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import Standing
    from kernelsync.model.problem import Problem
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
        """Return the X.Y of the runtime that would lend to an environment, None if none.

        None too for one that somebody removed on purpose: nobody builds it again unasked.
        """
        interpreter = environment.interpreter
        if interpreter is None or self._runtimes is None or not self._allowed:
            return None
        if self._runtimes.is_given_up(interpreter):
            return None
        if self._runtimes.risk_for(interpreter) is not Risk.NONE:
            # Another build would be where others may write as well.
            return None
        return self._runtimes.offer(interpreter)

    def kept(
        self, environment: Environment, installed: Sequence[InstalledKernel]
    ) -> InstalledKernel | None:
        """Return the kernel that stays although its runtime is gone or damaged, None if none.

        Who removed the runtime on purpose, or wants no runtimes, has decided that it goes;
        and one that others could change is not to be started.
        """
        interpreter = environment.interpreter
        if interpreter is None or self._runtimes is None or not self._allowed:
            return None
        if self._runtimes.is_given_up(interpreter):
            return None
        if self._runtimes.risk_for(interpreter) is Risk.UNSAFE:
            return None
        return next((kernel for kernel in installed if _borrows(kernel)), None)

    def problems(self, standings: Sequence[Standing]) -> tuple[Problem, ...]:
        """Return what is wrong with the runtimes that environments need."""
        runtimes = self._runtimes
        if runtimes is None or not (self._allowed or runtimes.distrust):
            return ()
        from kernelsync.planning.lack import (  # noqa: PLC0415 - few have runtimes
            problems_of_runtimes,
        )

        return problems_of_runtimes(standings, runtimes)

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
        standing.runtime is not None or not standing.environment.has_pip or standing.is_kept
        for standing in standings
        if standing.state is State.KERNEL or standing.is_kept
    )


def _borrows(kernel: InstalledKernel) -> bool:
    argv = kernel.document.get("argv")
    words = argv if isinstance(argv, list) else []
    return any(isinstance(word, str) and is_launcher(word) for word in words[1:])


def is_launcher(argument: str) -> bool:
    """Return whether a word of a command is the launcher of runtimes."""
    return argument.endswith(f"/runtimes/{LAUNCHER}")
