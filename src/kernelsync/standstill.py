"""Recognising that nothing has changed since a pass that found nothing to do.

Such a pass would have the same result again, so nothing needs to be planned. What it looks
at is all that a pass looks at: the settings, the seal of every kernelspec, what the locators
find, and the evidence of every environment. Where one of them is not to be known by a seal,
or a pass had anything to say, there is no standstill.
"""

from __future__ import annotations

from kernelsync.kernelspecs.glance import recorded
from kernelsync.locators.survey import survey
from kernelsync.model.environment import Condition
from kernelsync.model.mark_format import mark_from_json, mark_to_json
from kernelsync.model.outcome import PassResult, Tally
from kernelsync.model.plan import Plan
from kernelsync.probe.recall import RecallingProber

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kernelsync.kernelspecs.store import KernelStore
    from kernelsync.locators.survey import Survey
    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.kernelspec import InstalledKernel, KernelName, Mark
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.recollection import Recollection

_NOTHING = "\1"
"""Stands for None; no path has it, as none has the separator."""


class Standstill:
    """Compares what is there with what a pass recorded in the memory."""

    def __init__(
        self,
        settings: Settings,
        surroundings: Surroundings,
        recollection: Recollection,
        *,
        store: KernelStore,
        jupyter_path: Sequence[str],
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._recollection = recollection
        self._store = store
        self._jupyter_path = jupyter_path

    def recognise(self, now: float) -> PassResult | None:
        """Return the result of a pass `now` if it would be as the recorded one.

        Its `standings` and `marks` are left out: nobody needs them for what is as it was.
        """
        record = self._recollection.standstill()
        try:
            return self._recognised(record, now) if record else None
        except (LookupError, TypeError, ValueError):
            # Somebody wrote nonsense: an ordinary pass decides.
            return None

    def record(
        self, result: PassResult, found: Survey, installed: Sequence[InstalledKernel]
    ) -> None:
        """Let the memory keep what was seen in a pass, if there was nothing to do or to say."""
        seals = recorded(installed, self._recollection.known())
        self._recollection.record({} if seals is None else self._record(result, found, seals))

    def _record(self, result: PassResult, found: Survey, seals: list[str]) -> dict[str, object]:
        if result.plan.actions or result.problems or found.problems:
            return {}
        if any(mark.requested for mark in result.marks):
            return {}
        try:
            seen = self._number_of(found)
        except LookupError:
            # An environment that is probed in every pass.
            return {}
        from kernelsync.planning.borrowing import (  # noqa: PLC0415 - a standstill needs none
            needs_equipment,
        )

        equipment = ""
        if needs_equipment(result.standings):
            equipment = self._equipment()
            if not self._is_current():
                # Whoever put it there failed, and has to try again.
                return {}
        borrows = any(may_borrow(standing.environment) for standing in result.standings)
        return {
            "question": self._question(),
            "runtimes": self._runtimes() if borrows else "",
            "equipment": equipment,
            "kernelspecs": _number(seals),
            "found": seen,
            "marks": [mark_to_json(mark) for mark in _telling(result.marks, found.candidates)],
            "unchanged": list(result.plan.unchanged),
            "environments": result.tally.environments,
            "lacking": result.tally.lacking,
            "offered": result.tally.offered,
        }

    def _recognised(self, record: Mapping[str, object], now: float) -> PassResult | None:
        if record["question"] != self._question():
            return None
        if not self._lends_as_before(record):
            return None
        seals = self._store.glance(self._jupyter_path)
        if seals is None or _number(seals) != record["kernelspecs"]:
            return None
        written: list[object] = record["marks"]  # type: ignore[assignment] # else TypeError
        marks = [mark for each in written if (mark := mark_from_json(each)) is not None]
        found = survey(self._settings, self._surroundings, (), marks)
        prober = RecallingProber(self._recollection.memory(), self._surroundings, now=now)
        if found.problems or not all(map(prober.is_as_it_was, found.candidates)):
            return None
        if self._number_of(found) != record["found"]:
            return None
        unchanged: list[KernelName] = record["unchanged"]  # type: ignore[assignment] # as above
        environments: int = record["environments"]  # type: ignore[assignment] # as above
        lacking: int = record["lacking"]  # type: ignore[assignment] # as above
        offered: int = record["offered"]  # type: ignore[assignment] # as above
        return PassResult(
            plan=Plan(actions=(), unchanged=tuple(unchanged)),
            outcomes=(),
            standings=(),
            tally=Tally(environments=environments, lacking=lacking, offered=offered),
            roots=found.roots,
            problems=(),
        )

    def _question(self) -> list[str]:
        """Return what an answer depends on besides what is on the disk."""
        return [
            repr(self._settings),
            self._surroundings.host,
            self._store.directory,
            *self._jupyter_path,
        ]

    def _lends_as_before(self, record: Mapping[str, object]) -> bool:
        """Return whether what kernels have from outside of their environments is as it was.

        Another version of the launcher comes with one of this program, whose memory is new.
        """
        if record["runtimes"] and record["runtimes"] != self._runtimes():
            return False
        return not record["equipment"] or record["equipment"] == self._equipment()

    def _runtimes(self) -> str:
        """Return what may be borrowed, for environments that would."""
        from kernelsync.probe.lenders import judged  # noqa: PLC0415 - many need none
        from kernelsync.runtimes.installed import installed_runtimes  # noqa: PLC0415 - as above

        return repr(judged(installed_runtimes(self._surroundings), self._surroundings))

    def _equipment(self) -> str:
        """Return the seal of what kernels need beside the runtimes."""
        from kernelsync.runtimes.installed import equipment_seal  # noqa: PLC0415 - as above
        from kernelsync.runtimes.layout import runtimes_directory  # noqa: PLC0415 - as above

        return equipment_seal(runtimes_directory(self._surroundings))

    def _is_current(self) -> bool:
        """Return whether that is as this version of the program has it."""
        from kernelsync.runtimes.equipment import is_current  # noqa: PLC0415 - as above
        from kernelsync.runtimes.layout import runtimes_directory  # noqa: PLC0415 - as above

        return is_current(runtimes_directory(self._surroundings))

    def _number_of(self, found: Survey) -> int:
        """Return one number for all that was found, and what is known of it.

        Raises:
            LookupError: an environment is not known.
        """
        rows = self._recollection.memory().rows
        roots = [repr(root) for root in found.roots]
        return _number([*roots, *(_facts(each, rows) for each in found.candidates)])


def may_borrow(environment: Environment) -> bool:
    """Return whether the runtimes that are there make a difference to an environment."""
    return environment.condition is Condition.NO_IPYKERNEL or not environment.has_pip


def _facts(candidate: Candidate, rows: Mapping[str, object]) -> str:
    row: list[object] = rows[candidate.real]  # type: ignore[assignment] # it was valid
    flags = f"{candidate.base}{candidate.requested}{candidate.configured}{row[1]}{row[4]}"
    return "\0".join(
        (
            candidate.prefix,
            candidate.real,
            candidate.name,
            candidate.manager.name,
            candidate.root,
            flags,
            candidate.project or _NOTHING,
            candidate.distribution or _NOTHING,
            *candidate.aliases,
        )
    )


def _telling(marks: Iterable[Mark], candidates: Iterable[Candidate]) -> Iterator[Mark]:
    """Yield the marks that could make a difference to what is found.

    These are one of each root, and those of environments that were found under several names.
    """
    contested = {candidate.real for candidate in candidates if candidate.aliases}
    roots: set[tuple[str, str, bool]] = set()
    for mark in marks:
        root = (mark.manager, mark.root, mark.configured)
        if root not in roots or mark.environment in contested:
            roots.add(root)
            yield mark


def _number(parts: Sequence[str]) -> int:
    """Return a number for a list of texts: their bytes, modulo the prime 2**61 - 1.

    That is how Python hashes integers, with any seed; a digest from `hashlib` would cost half
    a start of Python. It guards against chance, as the seals do that are in the texts.
    """
    contents = "\1\0".join(parts).encode("utf-8", "surrogatepass")
    return hash(int.from_bytes(b"\1" + contents, "big"))
