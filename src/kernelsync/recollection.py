"""What earlier passes read, kept in a file: of environments, and of kernelspecs."""

from __future__ import annotations

import math

from kernelsync.kernelspecs.documents import Documents
from kernelsync.memory_file import load, packed, save, unpacked
from kernelsync.probe.memory import Memory, header_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.kernelspecs.documents import Kernels
    from kernelsync.model.surroundings import Surroundings


class Recollection:
    """The memory of all passes under the same surroundings.

    `path` is its file, None for no such file. Nothing is read before `memory` is called.
    """

    def __init__(self, path: str | None, surroundings: Surroundings) -> None:
        # On Windows there never is one: its files do not tell when they were changed.
        self._path = path if surroundings.uid >= 0 else None
        self._surroundings = surroundings
        self._memory: Memory | None = None
        self._packed = b""
        self._known: dict[str, object] = {}
        self._written: dict[str, object] = {}
        self._kernels: Kernels = {}
        self._standstill: dict[str, object] = {}
        self._recorded: dict[str, object] = {}
        self._has_file = self._is_filed = False

    def memory(self) -> Memory:
        """Return what earlier passes found out; it is read from the file once."""
        if self._memory is None:
            path, mine = self._path, self._surroundings
            written = {} if path is None else load(path, header_of(mine), mine.uid)
            self._has_file = self._is_filed = bool(written)
            self._packed = _bytes(written.get("kernelspecs"))
            self._standstill = self._recorded = _dict(written.get("standstill"))
            self._memory = Memory(written)
        return self._memory

    def standstill(self) -> Mapping[str, object]:
        """Return what was recorded of a pass with nothing to do; empty if there was none."""
        self.memory()
        return self._standstill

    def record(self, standstill: dict[str, object]) -> None:
        """Keep what there is to be said of a pass with nothing to do, empty if there was some."""
        self._standstill = standstill

    def forget(self) -> None:
        """Hold nothing any more, once all of it is in the file, from which it is read again."""
        self.save()
        self.memory().answers = {}
        if self._is_filed:
            self._memory = None
            self._packed = b""
            self._known = self._written = {}
            self._kernels = {}
            self._standstill = self._recorded = {}

    def documents(self, now: float) -> Documents:
        """Return what reads kernelspecs in a pass that begins `now`; `math.inf` trusts all.

        What was just written is too young to be trusted as other files are; but somebody who
        changes it at that very moment only delays what is noticed: nothing is changed
        without its digest.
        """
        return Documents(self.known(), now, self._kernels)

    def known(self) -> dict[str, object]:
        """Return what is known of each kernelspec, by its directory (see `Documents`)."""
        self.memory()
        if self._packed:
            self._known = self._written = _dict(unpacked(self._packed))
            self._packed = b""
        return self._known

    def keep(self, documents: Documents) -> None:
        """Keep what was read."""
        self._known, self._kernels = documents.kept, documents.kernels

    def is_outdated(self) -> bool:
        """Whether it is to be written although a pass changed nothing.

        Something that it holds has changed, or there is none yet. What is merely new waits
        for the next change: a pass right after another one writes nothing at all.
        """
        lost = any(self._known.get(path) != known for path, known in self._written.items())
        other = bool(self._recorded) and self._standstill not in ({}, self._recorded)
        return not self._has_file or lost or other or self.memory().has_lost()

    def save(self) -> None:
        """Write it, if it differs from what is written."""
        memory = self.memory()
        if self._path is None or not (memory.is_changed() or self._is_changed()):
            return
        self.known()
        from kernelsync.probe.condense import condensed  # noqa: PLC0415 - few passes need it

        contents = {
            **condensed(memory),
            # Apart, because a pass that finds all as it was needs none of them.
            "kernelspecs": packed(self._known),
            "standstill": self._standstill,
        }
        self._is_filed = save(self._path, header_of(self._surroundings), contents)
        memory.is_written()
        self._written = self._known
        self._recorded = self._standstill
        self._has_file = True

    def _is_changed(self) -> bool:
        return self._known != self._written or self._standstill != self._recorded


def _dict(value: object) -> dict[str, object]:
    return value if type(value) is dict else {}


def _bytes(value: object) -> bytes:
    return value if type(value) is bytes else b""


JUST_WRITTEN = math.inf
"""For `Recollection.documents`: to learn at once what this pass wrote itself."""
