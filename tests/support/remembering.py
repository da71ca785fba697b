"""Probing with a memory in a file, beside a fresh probe of the same that must agree."""

from __future__ import annotations

import os

from kernelsync.probe.memory import FILE, load
from kernelsync.probe.memory_file import save
from kernelsync.probe.probe import Prober
from kernelsync.probe.recall import RecallingProber
from support.probe_trees import NOW, candidate_of, surroundings_of

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
        self.path = f"{directory}/cache/{FILE}"
        self.recalled = 0
        """How many answers of the last pass came from the memory."""

    def probe(self, *prefixes: str, now: float = NOW, **facts: object) -> list[Environment]:
        """Probe in a pass that reads the memory and writes it; `facts` are the candidates'."""
        memory = load(self.path, self.surroundings)
        prober = RecallingProber(memory, self.surroundings, now=now)
        answers = [prober.probe(candidate_of(prefix, **facts)) for prefix in prefixes]
        prober.finish()
        self.recalled = prober.recalled
        if memory.is_changed():
            save(memory, self.path, self.surroundings)
        return answers

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
