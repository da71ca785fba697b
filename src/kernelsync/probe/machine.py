"""Whether this machine could start a program, by the first bytes of its file.

A version manager's shim is a script: it would choose another Python each time. A home
directory shared between machines holds programs of the other's processor.
"""

from __future__ import annotations

import os

HEADER_SIZE = 20
"""Bytes of a program that tell its kind and its processor."""

_ELF = b"\x7fELF"
_BIG_ENDIAN = 2

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


def own_machine() -> str:
    """Return the processor that this program runs on, as `uname` calls it."""
    return os.uname().machine


def why_not_runnable(header: bytes, platform: str, machine: str) -> str | None:
    """Return why a program with this header cannot run here, None where it can.

    Only Linux is judged by the processor, where all programs are ELF files; a processor
    that is not in the table is not judged.
    """
    if header.startswith(b"#!"):
        return "is a script, not an interpreter"
    if platform != "linux":
        return None
    if not header.startswith(_ELF) or len(header) < HEADER_SIZE:
        return "is not a program"
    found = int.from_bytes(header[18:20], "big" if header[5] == _BIG_ENDIAN else "little")
    # 0 names no processor.
    if found and found not in _RUNS.get(machine, (found,)):
        return f"is for another processor (ELF machine {found}, this is {machine})"
    return None
