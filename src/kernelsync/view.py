"""Looking: the kernelspecs that are there, the roots, and every environment in them."""

from __future__ import annotations

from kernelsync.locators import MANAGERS
from kernelsync.locators.survey import context_of
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kernelsync.kernelspecs.store import KernelStore
    from kernelsync.locators.base import Finding
    from kernelsync.locators.survey import Survey
    from kernelsync.machine import Machine
    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.kernelspec import InstalledKernel, Mark
    from kernelsync.model.problem import Problem
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.pass_options import Attendance, PassOptions
    from kernelsync.probe.recall import RecallingProber
    from kernelsync.recollection import Recollection

_ROOTS_MANAGER = "venv"
"""The manager whose rules hold for ROOTs on the command line."""


class View(Value):
    """What one look has seen; `unread` are the problems with the kernelspecs."""

    installed: tuple[InstalledKernel, ...]
    unread: tuple[Problem, ...]
    found: Survey
    marks: tuple[Mark, ...]
    environments: tuple[Environment, ...]


class Viewer:
    """Looks at the machine for the passes under the same settings; writes nothing."""

    def __init__(  # noqa: PLR0913 - all that is looked at
        self,
        settings: Settings,
        surroundings: Surroundings,
        recollection: Recollection,
        *,
        store: KernelStore,
        jupyter_path: Sequence[str],
        machine: Machine,
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._recollection = recollection
        self._store = store
        self._jupyter_path = jupyter_path
        self._machine = machine

    def view(self, options: PassOptions, now: float, *, read_at: float) -> View:
        """Look at everything; kernelspecs that changed before `read_at` can be remembered."""
        return self._view(options, now, read_at, {})

    def again(self, last: View, options: PassOptions, now: float) -> View | None:
        """Look again at what may have changed since the `last` view; None if that is too much.

        What is inside of an environment without a hint is as it was: somebody has watched it.
        Nobody has watched all that several of them rest on, nor what others write for Jupyter.
        """
        hints = options.attendance.hints()
        if hints is None or last.found.problems:
            return None
        from kernelsync.planning.touched import touched  # noqa: PLC0415 - for services alone

        reals = touched(hints, last.environments, lambda: self._watched(last))
        if reals is None:
            return None
        untouched = {
            each.candidate.real: each
            for each in last.environments
            if each.candidate.real not in reals
        }
        view = self._view(options, now, now, untouched)
        there = {candidate.real for candidate in view.found.candidates}
        is_unclear = view.found.problems or view.found.roots != last.found.roots
        return None if is_unclear or not there.issuperset(untouched) else view

    def _view(
        self,
        options: PassOptions,
        now: float,
        read_at: float,
        untouched: Mapping[str, Environment],
    ) -> View:
        """Look at all but what is inside of these environments, by real paths."""
        installed, unread = self.kernelspecs(read_at)
        marks = _marks_of(installed)
        found = self._machine.survey(
            self._settings,
            self._surroundings,
            self._asked_for(options, marks),
            marks,
            _plain_ones(untouched),
        )
        memory = self._recollection.memory()
        prober = self._machine.prober(memory, self._surroundings, now, options.attendance)
        return View(
            installed=installed,
            unread=unread,
            found=found,
            marks=marks,
            environments=_probe(prober, found.candidates, options.attendance, untouched),
        )

    def _watched(self, view: View) -> Sequence[str]:
        return self._machine.watched(self._settings, self._surroundings, view.marks)

    def kernelspecs(
        self, read_at: float
    ) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
        """Return what is installed, and what could not be read."""
        documents = self._recollection.documents(read_at)
        found = self._store.read(self._jupyter_path, documents)
        self._recollection.keep(documents)
        return found

    def _asked_for(self, options: PassOptions, marks: Sequence[Mark]) -> Iterator[Finding]:
        """Yield what ROOTs bring in: those of this pass, and those that earlier ones had."""
        if not options.roots and not any(mark.requested for mark in marks):
            return
        from kernelsync.locators.requested import (  # noqa: PLC0415 - few passes need it
            find_requested,
            remembered,
        )

        context = context_of(_ROOTS_MANAGER, self._settings, self._surroundings)
        yield from find_requested(options.roots, context)
        yield from remembered(marks, MANAGERS)


def _probe(
    prober: RecallingProber,
    candidates: Sequence[Candidate],
    attendance: Attendance,
    untouched: Mapping[str, Environment],
) -> tuple[Environment, ...]:
    """Probe what was found; what did not change since an earlier pass is recalled."""
    environments = []
    for candidate in candidates:
        environment = attendance.recall(candidate)
        known = untouched.get(candidate.real)
        if environment is not None:
            prober.keep(candidate)
        elif known is not None and known.candidate == candidate and prober.keeps(known):
            environment = known
        else:
            environment = prober.probe(candidate)
            if not prober.remembers(candidate):
                attendance.learn(environment)
        environments.append(environment)
    prober.finish()
    return tuple(environments)


def _plain_ones(environments: Mapping[str, Environment]) -> dict[str, Candidate]:
    """Return the candidates of which all is known that a locator would find, by their prefix.

    Others have several paths, or were asked for: what they are comes from several findings.
    """
    candidates = [environment.candidate for environment in environments.values()]
    return {each.prefix: each for each in candidates if not each.aliases and not each.requested}


def _marks_of(installed: Sequence[InstalledKernel]) -> tuple[Mark, ...]:
    """Return the marks of the kernels that are ours."""
    ours = (Ownership.CLAIMED, Ownership.OURS)
    return tuple(kernel.mark for kernel in installed if kernel.mark and kernel.ownership in ours)
