"""Whether this machine could start a program, and which binary modules it could load.

A version manager's shim is a script: it would choose another Python each time. A home
directory shared between machines holds programs of the other's processor.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.probe.elf import Program

_MUSL_LOADER = "ld-musl-"
_MUSL = "-musl"
_X32 = "x32"
"""The processor x86_64 with short pointers: modules for neither of the others fit."""

# e_machine of the ELF specification, by what `uname` calls the processor; first its own,
# then what it runs besides.
_RUNS = {
    "x86_64": (62, 3),
    "i386": (3,),
    "i686": (3,),
    "aarch64": (183, 40),
    "armv6l": (40,),
    "armv7l": (40,),
    "armv8l": (40,),
    "ppc64le": (21,),
    "ppc64": (21,),
    "s390x": (22,),
    "riscv64": (243,),
    "loongarch64": (258,),
}
_BESIDES = {3: "i686", 40: "armv7l"}


def own_machine() -> str:
    """Return the processor that this program runs on, as `uname` calls it."""
    return os.uname().machine


def why_not_runnable(program: Program, platform: str, machine: str) -> str | None:
    """Return why a program cannot run here, None where it can.

    Only Linux is judged by the processor, where all programs are ELF files; a processor
    that is not in the table is not judged.
    """
    if program.start.startswith(b"#!"):
        return "is a script, not an interpreter"
    if platform != "linux":
        return None
    if not program.is_elf:
        return "is not a program"
    found = program.machine
    # 0 names no processor.
    if found and found not in _RUNS.get(machine, (found,)):
        return f"is for another processor (ELF machine {found}, this is {machine})"
    return None


def modules_of(program: Program, machine: str) -> str:
    """Return whose binary modules fit a program that runs here: "x86_64", "i686-musl".

    A processor, as `uname` calls it, and "-musl" where the C library is not glibc. "" where
    it is this machine's own, as far as the program tells.
    """
    name = _processor(program, machine)
    if program.loader.rpartition("/")[2].startswith(_MUSL_LOADER):
        return name + _MUSL
    return name if program.loader or name != machine else ""


def _processor(program: Program, machine: str) -> str:
    runs = _RUNS.get(machine, ())
    if program.machine in runs[1:]:
        return _BESIDES[program.machine]
    return _X32 if machine == "x86_64" and program.machine and not program.wide else machine
