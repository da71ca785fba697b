"""Kernels by other hands: which environment's interpreter they start already."""

from __future__ import annotations

from kernelsync.model.kernelspec import Ownership
from kernelsync.planning.borrowing import is_launcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment, Interpreter
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.planning.holdings import Holdings


class ForeignKernels:
    """The IPython kernels on Jupyter's path that are not ours to change."""

    def __init__(self, holdings: Holdings) -> None:
        self._edited = holdings.edited
        self._ours = holdings.ours
        self._by_directory: dict[str, list[tuple[str, InstalledKernel]]] = {}
        for kernel in holdings.others:
            directory, _, program = _interpreter_of(kernel).rpartition("/")
            if directory:
                self._by_directory.setdefault(directory, []).append((program, kernel))

    def standing_for(self, environment: Environment) -> InstalledKernel | None:
        """Return the kernel that stands for this environment already, None without one.

        Where a kernel of ours is installed, that one stays, whatever others come: notebooks
        may name it.
        """
        real = environment.candidate.real
        if (real, "") in self._ours:
            return None
        edited = self._edited.get((real, ""))
        if edited is not None or not self._by_directory or environment.interpreter is None:
            return edited
        for directory in _program_directories(environment):
            for program, kernel in self._by_directory.get(directory, ()):
                if _could_be(program, environment.interpreter):
                    return kernel
        return None


def why_it_stands(kernel: InstalledKernel) -> str:
    """Return the sentence that explains why nothing is published beside a foreign kernel."""
    match kernel.ownership:
        case Ownership.EDITED:
            return f"its kernel '{kernel.name}' was edited by somebody, and is left alone"
        case Ownership.OTHER_HOST:
            return f"kernelsync on another host publishes it as '{kernel.name}'"
        case Ownership.NEWER:
            return f"a newer kernelsync publishes it as '{kernel.name}'"
        case Ownership.UNREADABLE:
            return f"its kernel '{kernel.name}' cannot be read now, and is left alone"
        case Ownership.CLAIMED | Ownership.OURS:
            return f"'{kernel.name}', a copy of its kernel that somebody made, starts it already"
        case Ownership.FOREIGN:
            return f"the kernel '{kernel.name}', not made by kernelsync, starts it already"


def _interpreter_of(kernel: InstalledKernel) -> str:
    """Return the absolute program of a kernel by ipykernel, "" for all others."""
    argv = kernel.document.get("argv")
    if not isinstance(argv, list) or not argv or not isinstance(argv[0], str):
        return ""
    by_ipykernel = any(
        "ipykernel" in each or is_launcher(each) for each in argv[1:] if isinstance(each, str)
    )
    return argv[0] if by_ipykernel and argv[0].startswith("/") else ""


def _program_directories(environment: Environment) -> dict[str, None]:
    candidate, interpreter = environment.candidate, environment.interpreter
    prefixes = (candidate.prefix, candidate.real, *candidate.aliases)
    directories = dict.fromkeys(f"{prefix}/bin" for prefix in prefixes)
    if interpreter is not None:
        directories[interpreter.path.rpartition("/")[0]] = None
    return directories


def _could_be(program: str, interpreter: Interpreter) -> bool:
    """Return whether a program beside the interpreter is the interpreter.

    `/usr/bin` holds several: `python3.9` is not the 3.11 beside it.
    """
    names = (interpreter.path.rpartition("/")[2], interpreter.resolved.rpartition("/")[2])
    if program in names:
        return True
    version = program.removeprefix("python")
    if version == program:
        return False
    return version == "" or f"{interpreter.minor}.".startswith(f"{version}.")
