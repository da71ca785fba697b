"""Probing with a memory in a file, beside a fresh probe of the same that must agree."""

from __future__ import annotations

import marshal
import os
from binascii import crc32

from kernelsync.memory_file import file_name, load, save
from kernelsync.probe.condense import condensed
from kernelsync.probe.memory import Memory, header_of
from kernelsync.probe.probe import Prober
from kernelsync.probe.recall import RecallingProber
from support.probe_trees import NOW, candidate_of, surroundings_of, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.surroundings import Surroundings


class Remembering:
    """A user whose passes leave a memory, like runs of the program one after the other."""

    def __init__(self, directory: str, **facts: object) -> None:
        self.directory = directory
        self.home = f"{directory}/home"
        self.surroundings: Surroundings = surroundings_of(self.home, **facts)
        self.path = f"{directory}/cache/{file_name(directory)}"
        self.recalled = 0
        """How many answers of the last pass came from the memory."""
        self.held: Memory | None = None

    def probe(self, *prefixes: str, now: float = NOW, **facts: object) -> list[Environment]:
        """Probe in a pass that reads the memory and writes it; `facts` are the candidates'."""
        header = header_of(self.surroundings)
        memory = self.held or Memory(load(self.path, header, self.surroundings.uid))
        prober = RecallingProber(memory, self.surroundings, now=now)
        answers = [prober.probe(candidate_of(prefix, **facts)) for prefix in prefixes]
        prober.finish()
        self.recalled = prober.recalled
        if memory.is_changed():
            save(self.path, header, condensed(memory))
        return answers

    def hold(self) -> None:
        """Let the next passes be those of a service, which holds the memory between them."""
        self.held = Memory(load(self.path, header_of(self.surroundings), self.surroundings.uid))

    def contents(self) -> dict[str, object]:
        """Return what is written in the memory's file."""
        with open(self.path, "rb") as file:
            _, _, rest = file.read().partition(b"\n")
        written: dict[str, object] = marshal.loads(rest[4:])  # noqa: S302 - written by the test
        return written

    def replace(self, written: object) -> None:
        """Write something else into the memory's file, in its form."""
        payload = marshal.dumps(written)
        checksum = crc32(payload).to_bytes(4, "little")
        write(self.path, b"kernelsync memory 2\n" + checksum + payload)

    def fresh(self, *prefixes: str, now: float = NOW, **facts: object) -> list[Environment]:
        """Probe the same without a memory."""
        prober = Prober(self.surroundings, now=now)
        return [prober.probe(candidate_of(prefix, **facts)) for prefix in prefixes]

    def tick(self) -> None:
        """Wait for the clock of the file system: two changes within one tick look like one.

        In a real pass nothing is remembered that changed in the last seconds; the clock of
        these tests is years ahead.
        """
        path = f"{self.directory}/tick"
        first = _touched(path)
        while _touched(path) == first:
            pass


def _touched(path: str) -> int:
    with open(path, "wb") as file:
        file.write(b"x")
    return os.stat(path).st_ctime_ns
