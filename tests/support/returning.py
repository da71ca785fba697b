"""Passes that come back with a memory, beside passes without one that must agree."""

from __future__ import annotations

import contextlib

from kernelsync.config.load import load
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.locators import MANAGERS
from kernelsync.model.value import replace
from kernelsync.pass_options import Attendance, PassOptions
from kernelsync.reconcile import Reconciler
from support.probe_trees import NOW, surroundings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.outcome import PassResult


class Returning:
    """A user whose environments are in `<directory>/envs`."""

    def __init__(self, directory: str) -> None:
        self.kernels = f"{directory}/jupyter/kernels"
        self.foreign = f"{directory}/system/kernels"
        self.memory = f"{directory}/cache/memory.bin"
        home = f"{directory}/home"
        self.surroundings = surroundings_of(home, environ={"WORKON_HOME": f"{directory}/envs"})
        self.settings = load(None, required=False, home=home, managers=MANAGERS)
        self.forget = _nothing
        """Lets go of what the passes of `stay` hold."""

    def change_settings(self, **facts: object) -> None:
        """Change the section `kernels` of the settings."""
        self.settings = replace(self.settings, kernels=replace(self.settings.kernels, **facts))

    def run(self) -> PassResult:
        """Carry out a pass that uses the memory, as each run of the program does."""
        return self._reconciler(self.memory).run(PassOptions(), contextlib.nullcontext)

    def stay(self) -> Callable[[], PassResult]:
        """Return what carries out passes of one process, as a service's: each is planned."""
        reconciler = self._reconciler(self.memory)
        options = PassOptions(attendance=Attendance())
        self.forget = reconciler.forget
        return lambda: reconciler.run(options, contextlib.nullcontext)

    def look(self) -> PassResult:
        """Return what a pass that remembers nothing would do."""
        return self._reconciler(None).look(PassOptions())

    def _reconciler(self, memory: str | None) -> Reconciler:
        return Reconciler(
            self.settings,
            self.surroundings,
            store=KernelStore(self.kernels, self.surroundings.host),
            jupyter_path=(self.kernels, self.foreign),
            memory_path=memory,
            clock=lambda: NOW,
        )


def _nothing() -> None:
    """Hold nothing that could be let go of."""


def is_standstill(result: PassResult) -> bool:
    """Return whether a pass recognised everything, and so planned nothing."""
    return result.tally.environments > 0 and not result.standings
