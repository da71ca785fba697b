"""Carries out one pass of the service under the settings in force."""

from __future__ import annotations

import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.model.outcome import PassResult, Tally
from kernelsync.model.plan import Plan
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.places import runtime_directory
from kernelsync.service.patient_lock import patient_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.pass_options import PassOptions
    from kernelsync.service.settings_file import Basis

    Lock = Callable[[], AbstractContextManager[None]]


_NOTHING_SEEN = PassResult(
    plan=Plan(actions=(), unchanged=()),
    outcomes=(),
    standings=(),
    tally=Tally(environments=0, lacking=0),
    roots=(),
    problems=(),
)


def carry_out(basis: Basis, options: PassOptions, lock: Lock) -> PassResult:
    """Carry out a pass; a directory that cannot be written or read is a problem, and no end."""
    try:
        return basis.reconciler.run(options, lock)
    except KernelsDirectoryError as error:
        problem = Problem(code=error.code, message=error.message, path=error.path, hint=error.hint)
    try:
        result = basis.reconciler.look(options)
    except KernelsDirectoryError:  # it cannot even be read
        result = _NOTHING_SEEN
    return replace(result, problems=(*result.problems, problem))


def lock_of(surroundings: Surroundings, interrupt: Callable[[], None]) -> Lock:
    """Return what takes the lock of all passes; `interrupt` may raise while another has it."""
    path = os.path.join(runtime_directory(surroundings), "lock")
    return lambda: patient_lock(path, interrupt)


def users_of(kernels: Sequence[InstalledKernel], uid: int) -> list[int | None]:
    """Return for each kernel the process that still needs its environment, None without any."""
    from kernelsync.service.running import processes, user_of  # noqa: PLC0415 - psutil is dear

    found = processes(uid)
    return [user_of(kernel.name, _prefixes(kernel), found) for kernel in kernels]


def _prefixes(kernel: InstalledKernel) -> tuple[str, ...]:
    mark = kernel.mark
    return () if mark is None else tuple({mark.prefix, mark.environment})
