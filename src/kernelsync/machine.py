"""What passes see of the machine besides kernelspecs, and how far they believe it."""

from __future__ import annotations

from kernelsync.locators.survey import survey, watched
from kernelsync.probe.recall import RecallingProber

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.locators.base import Finding
    from kernelsync.locators.survey import Survey
    from kernelsync.model.environment import Candidate, Root
    from kernelsync.model.kernelspec import Mark
    from kernelsync.model.plan import Plan
    from kernelsync.model.runtime import Runtimes
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.pass_options import Attendance
    from kernelsync.probe.memory import Memory


class Machine:
    """This machine; a simulation has another one."""

    def survey(
        self,
        settings: Settings,
        surroundings: Surroundings,
        asked_for: Iterator[Finding],
        marks: Sequence[Mark],
        as_before: Mapping[str, Candidate],
    ) -> Survey:
        """Look for environments in all roots."""
        return survey(settings, surroundings, asked_for, marks, as_before)

    def watched(
        self, settings: Settings, surroundings: Surroundings, marks: Sequence[Mark]
    ) -> tuple[str, ...]:
        """Return the directories that locators look into."""
        return watched(settings, surroundings, marks)

    def prober(
        self, memory: Memory, surroundings: Surroundings, now: float, attendance: Attendance
    ) -> RecallingProber:
        """Return what looks into each environment of one pass."""
        return RecallingProber(memory, surroundings, now=now, is_quiet=attendance.is_quiet)

    def runtimes(self, surroundings: Surroundings) -> Runtimes | None:
        """Return the runtimes that are there, None without any."""
        return runtimes_here(surroundings)

    def guard(self, plan: Plan, roots: Sequence[Root], *, confirmed: bool) -> Plan:
        """Hold back the removals that are not certain, after a look at where things were."""
        from kernelsync.planning.guard import guard, places_to_look  # noqa: PLC0415 - for removals
        from kernelsync.probe.trace import look_for  # noqa: PLC0415 - for removals

        traces = [look_for(place) for place in places_to_look(plan)]
        return guard(plan, roots, traces, confirmed=confirmed)


def runtimes_here(surroundings: Surroundings) -> Runtimes:
    """Return the runtimes of this user, and what is wrong with those that nobody may use."""
    from kernelsync.probe.lenders import judged  # noqa: PLC0415 - few passes need it
    from kernelsync.runtimes.installed import installed_runtimes  # noqa: PLC0415 - as above

    return judged(installed_runtimes(surroundings), surroundings)
