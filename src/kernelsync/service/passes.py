"""Carries out one pass of the service under the settings in force."""

from __future__ import annotations

import os

from kernelsync.errors import KernelsDirectoryError
from kernelsync.model.outcome import Problem
from kernelsync.model.value import replace
from kernelsync.pass_options import PassOptions
from kernelsync.places import runtime_directory
from kernelsync.service.patient_lock import patient_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import PassResult
    from kernelsync.pass_options import Attendance
    from kernelsync.service.settings_file import Basis


def carry_out(basis: Basis, attendance: Attendance, *, eager: bool) -> PassResult:
    """Carry out a pass; a directory that cannot be written is a problem of it, and no end."""
    options = PassOptions(attendance=attendance, eager=eager)
    path = os.path.join(runtime_directory(basis.surroundings), "lock")
    try:
        return basis.reconciler.run(options, lambda: patient_lock(path, attendance.interrupt))
    except KernelsDirectoryError as error:
        problem = Problem(code=error.code, message=error.message, path=error.path, hint=error.hint)
        result = basis.reconciler.look(options)
        return replace(result, problems=(*result.problems, problem))


def users_of(kernels: Sequence[InstalledKernel], uid: int) -> list[int | None]:
    """Return for each kernel the process that still needs its environment, None without any."""
    from kernelsync.service.running import processes, user_of  # noqa: PLC0415 - psutil is dear

    found = processes(uid)
    return [user_of(kernel.name, _prefixes(kernel), found) for kernel in kernels]


def _prefixes(kernel: InstalledKernel) -> tuple[str, ...]:
    mark = kernel.mark
    return () if mark is None else tuple({mark.prefix, mark.environment})
