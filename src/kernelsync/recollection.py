"""What earlier passes read, kept in a file: of environments, and of kernelspecs."""

from __future__ import annotations

import math

from kernelsync.kernelspecs.documents import Documents
from kernelsync.memory_file import load, save
from kernelsync.probe.memory import Memory, header_of

TYPE_CHECKING = False
if TYPE_CHECKING:
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
        self._known: dict[str, object] = {}
        self._written: dict[str, object] = {}
        self._has_file = False

    def memory(self) -> Memory:
        """Return what earlier passes found out; it is read from the file once."""
        if self._memory is None:
            path, mine = self._path, self._surroundings
            written = {} if path is None else load(path, header_of(mine), mine.uid)
            self._has_file = bool(written)
            known = written.get("kernelspecs")
            self._known = self._written = known if type(known) is dict else {}
            self._memory = Memory(written)
        return self._memory

    def documents(self, now: float) -> Documents:
        """Return what reads kernelspecs in a pass that begins `now`; `math.inf` trusts all.

        What was just written is too young to be trusted as other files are; but somebody who
        changes it at that very moment only delays what is noticed: nothing is changed
        without its digest.
        """
        self.memory()
        return Documents(self._known, now)

    def keep(self, documents: Documents) -> None:
        """Keep what was read."""
        self._known = documents.kept

    def is_outdated(self) -> bool:
        """Whether it is to be written although a pass changed nothing.

        Something that it holds has changed, or there is none yet. What is merely new waits
        for the next change: a pass right after another one writes nothing at all.
        """
        lost = any(self._known.get(path) != known for path, known in self._written.items())
        return not self._has_file or lost or self.memory().has_lost()

    def save(self) -> None:
        """Write it, if it differs from what is written."""
        memory = self.memory()
        if self._path is None or not (memory.is_changed() or self._known != self._written):
            return
        from kernelsync.probe.condense import condensed  # noqa: PLC0415 - few passes need it

        contents = {**condensed(memory), "kernelspecs": self._known}
        save(self._path, header_of(self._surroundings), contents)
        memory.is_written()
        self._written = self._known
        self._has_file = True


JUST_WRITTEN = math.inf
"""For `Recollection.documents`: to learn at once what this pass wrote itself."""
