"""Whose binary modules an interpreter loads is read in its program, however odd that is."""

from __future__ import annotations

import os
import random
import struct

import pytest

from kernelsync.model.environment import Condition
from kernelsync.probe.elf import Program, program_at
from kernelsync.probe.machine import modules_of, own_machine
from support.probe_trees import elf, make_base, make_venv, probe, program, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

GLIBC, MUSL = "/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"
X86_64, I386, AARCH64 = 62, 3, 183
FAR = 100_000


def made(machine: int, loader: str, *, wide: bool = True, far: bool = False) -> bytes:
    """Return the beginning of a program; with `far` the loader's name is at its end.

    So `patchelf` leaves programs, where the new name is longer than the old one.
    """
    header, entry = (64, 56) if wide else (52, 32)
    name = loader.encode() + b"\0"
    place = FAR if far else header + 2 * entry
    word = "Q" if wide else "I"
    identity = b"\x7fELF" + bytes((2 if wide else 1, 1, 1)) + bytes(9)
    fields = struct.pack(f"<HHI{word}{word}{word}I", 3, machine, 1, 0, header, 0, 0)
    sizes = struct.pack("<HHHHHH", header, entry, 2 if loader else 0, 0, 0, 0)
    segments = b"".join(_segment(kind, place, len(name), wide=wide) for kind in (6, 3))
    start = identity + fields + sizes + segments
    return start.ljust(place, b"\0") + name


def _segment(kind: int, at: int, size: int, *, wide: bool) -> bytes:
    if wide:
        return struct.pack("<IIQQQQQQ", kind, 4, at, at, at, size, size, 1)
    return struct.pack("<IIIIIIII", kind, at, at, at, size, size, 4, 1)


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize("wide", [True, False])
def test_machine_width_and_loader_are_read(tmp_path: Path, *, wide: bool, far: bool) -> None:
    """Where they are in the file is said by the file."""
    path = write(f"{tmp_path}/python", made(I386, MUSL, wide=wide, far=far))
    found = program_at(path)
    assert (found.machine, found.wide, found.loader) == (I386, wide, MUSL)


@pytest.mark.parametrize(
    ("found", "modules"),
    [
        (Program(start=b"", machine=X86_64, loader=GLIBC), "x86_64"),
        (Program(start=b"", machine=X86_64, loader="/nix/store/1-glibc/lib/ld.so"), "x86_64"),
        (Program(start=b"", machine=X86_64, loader=MUSL), "x86_64-musl"),
        (Program(start=b"", machine=I386, wide=False, loader="/lib/ld-linux.so.2"), "i686"),
        (
            Program(start=b"", machine=I386, wide=False, loader="/lib/ld-musl-i386.so.1"),
            "i686-musl",
        ),
        (Program(start=b"", machine=X86_64, wide=False, loader="/libx32/ld-linux-x32.so.2"), "x32"),
        (Program(start=b"", machine=I386, wide=False), "i686"),
        (Program(start=b"", machine=X86_64), ""),
        (Program(start=b""), ""),
    ],
)
def test_modules_are_told_apart_by_width_and_c_library(found: Program, modules: str) -> None:
    """On x86_64; a program without a loader loads no modules, and tells nothing."""
    assert modules_of(found, "x86_64") == modules


@pytest.mark.parametrize("own", ["armv6l", "armv7l", "armv8l", "i386"])
def test_a_machine_of_32_bits_has_its_own_name(own: str) -> None:
    """As `uname` calls it."""
    number = I386 if own == "i386" else 40
    found = Program(start=b"", machine=number, wide=False, loader="/lib/ld-linux.so.2")
    assert modules_of(found, own) == own


def test_an_environment_has_the_machine_of_its_own_program(tmp_path: Path) -> None:
    """Of the file at the end of its links; and by no other file than before."""
    base = make_base(f"{tmp_path}/base")
    own = int.from_bytes(elf()[18:20], "little")
    program(f"{base}/bin/python3.12", made(own, "/lib/ld-musl-own.so.1"))
    make_venv(f"{tmp_path}/env", base)
    environment = probe(f"{tmp_path}/env")
    assert environment.condition is Condition.NO_IPYKERNEL
    assert environment.interpreter is not None
    assert environment.interpreter.machine == f"{own_machine()}-musl"


def test_odd_programs_neither_hang_nor_raise(tmp_path: Path) -> None:
    """Tables beyond the end, endless ones, names without an end; a pipe, a directory."""
    dice = random.Random(5)  # noqa: S311 - no secret
    whole = bytearray(made(X86_64, MUSL))
    for _ in range(300):
        odd = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            odd[dice.randrange(4, len(odd))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
        assert program_at(write(f"{tmp_path}/odd", bytes(odd[: dice.randrange(len(odd) + 1)])))
    os.mkfifo(f"{tmp_path}/pipe")
    nothing = Program(start=b"")
    for path in (f"{tmp_path}/pipe", str(tmp_path), f"{tmp_path}/absent", "a\0b"):
        assert program_at(path) == nothing
