"""One pass: look at the machine, decide, write; composition only."""

from __future__ import annotations

import time

from kernelsync.locators import MANAGERS
from kernelsync.locators.survey import context_of
from kernelsync.model.environment import Condition
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import Outcome, PassResult, State, problems_of, tally_of
from kernelsync.model.plan import Create, Remove, Update
from kernelsync.model.value import replace
from kernelsync.pass_options import PassOptions
from kernelsync.recollection import JUST_WRITTEN, Recollection
from kernelsync.standstill import Standstill, may_borrow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from kernelsync.kernelspecs.store import KernelStore
    from kernelsync.locators.base import Finding
    from kernelsync.machine import Machine
    from kernelsync.model.environment import Candidate, Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel, Mark
    from kernelsync.model.outcome import Problem, Standing
    from kernelsync.model.plan import Plan
    from kernelsync.model.runtime import Runtimes
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.pass_options import Attendance
    from kernelsync.planning.desired import Desired
    from kernelsync.planning.reuse import Reuse
    from kernelsync.probe.recall import RecallingProber

_ORDINARY = PassOptions()
"""The pass that needs nothing but the settings, with nobody attending."""
_ROOTS_MANAGER = "venv"
"""The manager whose rules hold for ROOTs on the command line."""


class Reconciler:
    """Makes kernelspecs agree with environments, pass by pass, under the same settings.

    `jupyter_path` are all directories in which Jupyter looks for kernelspecs; `store` is the
    one that is written to. `memory_path` is the file in which a pass keeps what it read for
    the next one, None for no such file. `clock` gives the seconds since 1970, `machine` what
    is seen of everything else.
    """

    def __init__(  # noqa: PLR0913 - what all passes stand on; all but two by name
        self,
        settings: Settings,
        surroundings: Surroundings,
        *,
        store: KernelStore,
        jupyter_path: Sequence[str],
        memory_path: str | None = None,
        clock: Callable[[], float] = time.time,
        machine: Machine | None = None,
    ) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._store = store
        self._jupyter_path = jupyter_path
        self._clock = clock
        self._given_machine = machine
        self._recollection = Recollection(memory_path, surroundings)
        self._reuse: Reuse | None = None
        self._standstill = Standstill(
            settings, surroundings, self._recollection, store=store, jupyter_path=jupyter_path
        )

    @property
    def _machine(self) -> Machine:
        if self._given_machine is None:
            from kernelsync.machine import Machine  # noqa: PLC0415 - nothing changed: not needed

            self._given_machine = Machine()
        return self._given_machine

    def look(self, options: PassOptions) -> PassResult:
        """See what is there, and what should be done about it; nothing is written."""
        now = self._clock()
        return self._see(options, now, read_at=now)

    def _see(self, options: PassOptions, now: float, *, read_at: float) -> PassResult:
        """Look at everything; kernelspecs that changed before `read_at` can be remembered."""
        installed, unread = self._read(read_at)
        marks = [kernel.mark for kernel in installed if kernel.mark and _is_ours(kernel)]
        found = self._machine.survey(
            self._settings, self._surroundings, self._asked_for(options, marks), marks
        )
        prober = self._machine.prober(
            self._recollection.memory(), self._surroundings, now, options.attendance
        )
        environments = _probe(prober, found.candidates, options.attendance)
        desired, plan, closely = self._decide(environments, installed, found.roots)
        result = PassResult(
            plan=options.attendance.review(
                self._guarded(plan, found.roots, confirmed=options.confirmed)
            ),
            outcomes=(),
            standings=desired.standings,
            tally=tally_of(desired.standings),
            roots=found.roots,
            marks=tuple(marks),
            problems=(
                *found.problems,
                *unread,
                *closely,
                *desired.problems,
                *dict.fromkeys(_own(desired.standings)),
            ),
        )
        if options == _ORDINARY:
            self._standstill.record(result, found, installed)
        return result

    def run(
        self,
        options: PassOptions,
        lock: Callable[[], AbstractContextManager[None]],
        prepare: Callable[[PassResult | None], None] = lambda _: None,
    ) -> PassResult:
        """Carry out one pass.

        Looking needs no lock, and most passes find nothing to do. Only then does this take
        `lock`, look again, since another pass may just have done it, and write. `prepare` is
        called before the first write, with what was seen, None if there was no look.

        Raises:
            KernelsDirectoryError: there is something to write, but no way to.
        """
        now = self._clock()
        if options == _ORDINARY and not self._store.is_untidy(now):
            as_before = self._standstill.recognise(now)
            if as_before is not None:
                return as_before
        seen = None
        if not options.eager:
            seen = result = self.look(options)
            if not _changes(result.plan) and not self._store.is_untidy(now):
                if self._recollection.is_outdated():
                    prepare(result)
                    self._recollection.save()
                return replace(result, outcomes=_nothing_done(result.plan))
        prepare(seen)
        with lock():
            untidy = self._store.sweep(now)
            result = self.look(options)
            outcomes = self._apply(result.plan, now, options.attendance)
            if options == _ORDINARY:
                # What a pass like this one finds next; what it would do is seen, not presumed.
                self._see(options, now, read_at=JUST_WRITTEN)
            elif _changes(result.plan):
                self._read(JUST_WRITTEN)
        self._recollection.save()
        problems = (*result.problems, *untidy, *problems_of(outcomes))
        return replace(result, outcomes=outcomes, problems=problems)

    def forget(self) -> None:
        """Give back the room that the memory takes; the next pass reads its file."""
        self._recollection.forget()
        self._reuse = None

    def _read(self, now: float) -> tuple[tuple[InstalledKernel, ...], tuple[Problem, ...]]:
        """Return what is installed, and what could not be read."""
        documents = self._recollection.documents(now)
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

    def _decide(
        self,
        environments: Sequence[Environment],
        installed: Sequence[InstalledKernel],
        roots: Sequence[Root],
    ) -> tuple[Desired, Plan, Sequence[Problem]]:
        """Plan; then look closely at what would change, and plan again if somebody edited it.

        What cannot be read closely is a problem.
        """
        # A third of all modules, which a pass that finds all as it was does not need.
        from kernelsync.planning.desired import desire  # noqa: PLC0415 - see above
        from kernelsync.planning.diff import diff, differing  # noqa: PLC0415 - see above
        from kernelsync.planning.reuse import Reuse  # noqa: PLC0415 - see above

        self._reuse = self._reuse or Reuse()
        runtimes = self._runtimes(environments)
        while True:
            desired = desire(
                environments,
                self._settings,
                self._surroundings,
                installed,
                roots,
                runtimes=runtimes,
                reuse=self._reuse,
            )
            plan = diff(desired, self._settings, roots)
            unproven = differing(plan)
            if not unproven:
                return desired, plan, self._unreadable(installed)
            installed = tuple(
                self._store.verify(kernel) if kernel.directory in unproven else kernel
                for kernel in installed
            )

    def _unreadable(self, installed: Sequence[InstalledKernel]) -> Sequence[Problem]:
        # Without a mark it could not be read at all, and the store has told that.
        left = [each for each in installed if each.ownership is Ownership.UNREADABLE and each.mark]
        if not left:
            return ()
        from kernelsync.kernelspecs.problems import not_read  # noqa: PLC0415 - hardly ever needed

        return [not_read(kernel.directory) for kernel in left]

    def _runtimes(self, environments: Sequence[Environment]) -> Runtimes | None:
        """Return the runtimes, None where nobody could need one."""
        needed = any(map(may_borrow, environments))
        return self._machine.runtimes(self._surroundings) if needed else None

    def _guarded(self, plan: Plan, roots: Sequence[Root], *, confirmed: bool) -> Plan:
        if not any(isinstance(action, Remove) for action in plan.actions):
            return plan
        return self._machine.guard(plan, roots, confirmed=confirmed)

    def _apply(self, plan: Plan, now: float, attendance: Attendance) -> tuple[Outcome, ...]:
        """Carry out the actions; nothing is removed in a pass that could not write."""
        if not _changes(plan):
            return _nothing_done(plan)
        from kernelsync.batch import carry_out  # noqa: PLC0415 - most passes change nothing

        with self._store.prepare(now) as writer:
            return carry_out(plan, writer, attendance.interrupt)


def _probe(
    prober: RecallingProber, candidates: Sequence[Candidate], attendance: Attendance
) -> list[Environment]:
    """Probe what was found; what did not change since an earlier pass is recalled."""
    environments = []
    for candidate in candidates:
        environment = attendance.recall(candidate)
        if environment is None:
            environment = prober.probe(candidate)
            if not prober.remembers(candidate):
                attendance.learn(environment)
        else:
            prober.keep(candidate)
        environments.append(environment)
    prober.finish()
    return environments


def _is_ours(kernel: InstalledKernel) -> bool:
    return kernel.ownership in {Ownership.CLAIMED, Ownership.OURS}


def _own(standings: Sequence[Standing]) -> Iterator[Problem]:
    """Yield the problems of environments; what the rules leave out nobody needs to repair."""
    for standing in standings:
        unsafe = standing.environment.condition is Condition.UNSAFE and standing.rule is None
        if unsafe or standing.state is not State.EXCLUDED:
            yield from standing.environment.problems


def _changes(plan: Plan) -> bool:
    return any(isinstance(action, Create | Update | Remove) for action in plan.actions)


def _nothing_done(plan: Plan) -> tuple[Outcome, ...]:
    """Return the outcomes of a plan that changes nothing: what it holds or forgets."""
    return tuple(Outcome(action=action) for action in plan.actions)
