"""What an ELF program says of itself: its processor, its width, and the loader that it asks for.

The layout is that of the ELF specification (`man 5 elf`): a header, which leads to a table of
segments, of which one may name the loader. Programs are opened once, and read in three pieces.
"""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.probe.files import read_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

MAGIC = b"\x7fELF"
_HEADER = 64
_LEAST = 20
_BIG_ENDIAN = 2
_WIDE = 2
_LOADER = 3
"""PT_INTERP: the segment that names the loader."""
_MOST_SEGMENTS = 64
_LONGEST_NAME = 4096

# Where the fields are, as (offset, size), by whether the program has 64 bits.
_TABLE = {True: (32, 8), False: (28, 4)}
_ENTRY_SIZE = {True: (54, 2), False: (42, 2)}
_ENTRIES = {True: (56, 2), False: (44, 2)}
_NAME = {True: (8, 8), False: (4, 4)}
_NAME_SIZE = {True: (32, 8), False: (16, 4)}


class Program(Value):
    """The beginning of a program's file.

    `start` are its first bytes, whatever they are; the rest is for ELF files alone. `machine`
    is the number of its processor (`e_machine`), 0 where none is named; `wide` says that it
    has 64 bits. `loader` is the path that it asks the system for, "" where it asks for none.
    """

    start: bytes
    machine: int = 0
    wide: bool = True
    loader: str = ""

    @property
    def is_elf(self) -> bool:
        """Whether it is an ELF file, as all programs of Linux are."""
        return self.start.startswith(MAGIC) and len(self.start) >= _LEAST


def program_at(path: str) -> Program:
    """Return what the file at a path is; an empty one where it cannot be read."""
    return read_pieces(path, _described())


def _described() -> Generator[tuple[int, int], bytes, Program]:
    """Ask for pieces of a file (offset, size), and return what it is."""
    start = yield 0, _HEADER
    header = _Fields(start)
    if not start.startswith(MAGIC) or len(start) < _LEAST:
        return Program(start=start)
    at, size = header.number(_TABLE), header.number(_ENTRY_SIZE)
    table = yield at, size * min(header.number(_ENTRIES), _MOST_SEGMENTS)
    loader = b""
    for entry in (table[place : place + size] for place in range(0, len(table), size or 1)):
        segment = _Fields(entry, start)
        if segment.first() == _LOADER:
            loader = yield segment.number(_NAME), min(segment.number(_NAME_SIZE), _LONGEST_NAME)
            break
    return Program(
        start=start,
        machine=header.integer(18, 2),
        wide=header.wide,
        loader=loader.rstrip(b"\0").decode("utf-8", "replace"),
    )


class _Fields:
    """Numbers in a piece of an ELF file; what is not there is 0."""

    def __init__(self, piece: bytes, header: bytes | None = None) -> None:
        kind = piece if header is None else header
        self.wide = kind[4:5] == bytes((_WIDE,))
        self._is_big = kind[5:6] == bytes((_BIG_ENDIAN,))
        self._piece = piece

    def number(self, places: dict[bool, tuple[int, int]]) -> int:
        """Return the field that is at one of two places."""
        return self.integer(*places[self.wide])

    def first(self) -> int:
        """Return the field at the beginning: the kind of a segment."""
        return self.integer(0, 4)

    def integer(self, at: int, size: int) -> int:
        """Return the number that is written there."""
        return int.from_bytes(self._piece[at : at + size], "big" if self._is_big else "little")
