"""Implementations without one of our safeguards each, for the same checks as ours: they must fail.

`begin` makes one pass with one of the stores below, for strace to stop or to watch.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import time

from kernelsync.config.load import load
from kernelsync.kernelspecs import publish, staging, sweep, workplace, writer
from kernelsync.kernelspecs.exchange import exchange, move_to_free_name
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.kernelspecs.writer import directory_name, files_of
from kernelsync.locators import MANAGERS
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Create, Hold, Plan, Remove, Update
from kernelsync.model.surroundings import Surroundings
from kernelsync.model.value import replace
from kernelsync.pass_options import Attendance, PassOptions
from kernelsync.planning import desired, diff, guard
from kernelsync.reconcile import Reconciler
from support.kernels import put
from support.program_driver import BEGIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn, Self

    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.outcome import PassResult
    from kernelsync.model.plan import Action

# What only writing needs is imported with the first change; here it must be there before.
LOADED = (ctypes, publish, staging, sweep, workplace, writer, desired, diff, guard)
HOST = "this-host"


class NaiveWriter:
    """Writes as many a tool does: removes the old tree, and copies the new one there."""

    def __init__(self, kernels: str) -> None:
        self._kernels = kernels

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def apply(self, action: Action) -> Outcome:
        """Carry out one action."""
        match action:
            case Create():
                self._replace(action.spec.name, action.spec)
            case Update():
                self._replace(directory_name(action.installed), action.spec)
            case Remove():
                shutil.rmtree(os.path.join(self._kernels, directory_name(action.installed)))
        return Outcome(action=action)

    def create(self, creations: Sequence[Create], *, more: bool = False) -> list[Outcome]:  # noqa: ARG002 - as the real one
        """Carry out creations, one by one."""
        return [self.apply(each) for each in creations]

    def _replace(self, name: str, spec: KernelSpec) -> None:
        directory = os.path.join(self._kernels, name)
        shutil.rmtree(directory, ignore_errors=True)
        put(directory, {file.name: file.content for file in files_of(spec, name)})


class UnsyncedWriter(NaiveWriter):
    """Publishes in one step as ours does, and makes nothing durable."""

    def _replace(self, name: str, spec: KernelSpec) -> None:
        stage = f"{os.path.dirname(self._kernels)}/.kernelsync/staging/unsynced"
        put(f"{stage}/{name}", {file.name: file.content for file in files_of(spec, name)})
        source, target = (os.open(path, os.O_RDONLY) for path in (stage, self._kernels))
        is_there = os.path.exists(os.path.join(self._kernels, name))
        (exchange if is_there else move_to_free_name)(source, target, name)
        shutil.rmtree(stage)


class NaiveStore(KernelStore):
    """A store with the naive writer."""

    def prepare(self, now: float) -> Any:  # noqa: ANN401, ARG002 - it stands in for another class
        """Return the naive writer."""
        os.makedirs(self.directory, exist_ok=True)
        return NaiveWriter(self.directory)


class UnsyncedStore(KernelStore):
    """A store with the writer that makes nothing durable."""

    def prepare(self, now: float) -> Any:  # noqa: ANN401, ARG002 - as above
        """Return that writer."""
        os.makedirs(self.directory, exist_ok=True)
        return UnsyncedWriter(self.directory)


class TrustingStore(NaiveStore):
    """A store that takes for ours whatever starts an environment, whoever wrote it."""

    def verify(self, kernel: InstalledKernel) -> InstalledKernel:
        """Return every kernelspec with a mark as ours, by nothing."""
        if kernel.mark is None:
            return kernel
        return replace(kernel, ownership=Ownership.OURS)


class Unguarded(Attendance):
    """Carries out at once what the guard holds back."""

    def review(self, plan: Plan) -> Plan:
        """Return the plan with a removal for each that is held."""
        actions = [
            Remove(installed=each.installed, reason=each.reason) if isinstance(each, Hold) else each
            for each in plan.actions
        ]
        return Plan(actions=tuple(actions), unchanged=plan.unchanged)


STORES = {
    "ours": KernelStore,
    "naive": NaiveStore,
    "unsynced": UnsyncedStore,
    "trusting": TrustingStore,
}


def reconciler(
    store: str, home: str, host: str = HOST, clock: Callable[[], float] = time.time
) -> Reconciler:
    """Return what makes passes over a home with one of the stores, on one host."""
    kernels = f"{home}/.local/share/jupyter/kernels"
    outside = Surroundings(
        environ={}, home=home, uid=os.geteuid(), host=host, platform="linux", prefix="/usr"
    )
    return Reconciler(
        load(None, required=False, home=home, managers=MANAGERS),
        outside,
        store=STORES[store](kernels, host),
        jupyter_path=(kernels,),
        clock=clock,
    )


def pass_over(
    store: str, home: str, attendance: Attendance | None = None, host: str = HOST
) -> PassResult:
    """Make one pass."""
    options = PassOptions() if attendance is None else PassOptions(attendance=attendance)
    return reconciler(store, home, host).run(options, contextlib.nullcontext)


def begin(arguments: Sequence[str]) -> NoReturn:
    """Make everything ready, mark the beginning, and make one pass; that ends the process."""
    store, home = arguments
    ready = reconciler(store, home)
    os.access(BEGIN, os.F_OK)
    result = ready.run(PassOptions(), contextlib.nullcontext)
    os._exit(1 if result.problems else 0)
