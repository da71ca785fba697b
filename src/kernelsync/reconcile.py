"""One pass: look at the machine, decide, write; composition only."""

from __future__ import annotations

import time

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import Outcome, PassResult, State, problems_of, tally_of
from kernelsync.model.plan import Create, Forget, Hold, Remove, Update
from kernelsync.model.value import replace
from kernelsync.pass_options import PassOptions
from kernelsync.recollection import JUST_WRITTEN, Recollection
from kernelsync.standstill import Standstill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from kernelsync.deciding import Decider, Decision
    from kernelsync.kernelspecs.store import KernelStore
    from kernelsync.machine import Machine
    from kernelsync.model.outcome import Standing
    from kernelsync.model.plan import Plan
    from kernelsync.model.problem import Problem
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.pass_options import Attendance
    from kernelsync.view import Viewer

_ORDINARY = PassOptions()
"""The pass that needs nothing but the settings, with nobody attending."""


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
        self._made_viewer: Viewer | None = None
        self._made_decider: Decider | None = None
        self._last: Decision | None = None
        self._standstill = Standstill(
            settings, surroundings, self._recollection, store=store, jupyter_path=jupyter_path
        )

    @property
    def _machine(self) -> Machine:
        if self._given_machine is None:
            from kernelsync.machine import Machine  # noqa: PLC0415 - nothing changed: not needed

            self._given_machine = Machine()
        return self._given_machine

    @property
    def _viewer(self) -> Viewer:
        if self._made_viewer is None:
            from kernelsync.view import Viewer  # noqa: PLC0415 - nothing changed: not needed

            self._made_viewer = Viewer(
                self._settings,
                self._surroundings,
                self._recollection,
                store=self._store,
                jupyter_path=self._jupyter_path,
                machine=self._machine,
            )
        return self._made_viewer

    @property
    def _decider(self) -> Decider:
        if self._made_decider is None:
            # A third of all modules, which a pass that finds all as it was does not need.
            from kernelsync.deciding import Decider  # noqa: PLC0415 - see above

            self._made_decider = Decider(
                self._settings, self._surroundings, store=self._store, machine=self._machine
            )
        return self._made_decider

    def look(self, options: PassOptions) -> PassResult:
        """See what is there, and what should be done about it; nothing is written."""
        now = self._clock()
        return self._see(options, now, read_at=now)

    def _see(self, options: PassOptions, now: float, *, read_at: float) -> PassResult:
        """Look, and plan; kernelspecs that changed before `read_at` can be remembered."""
        decision = self._decided_again(options, now)
        if decision is None:
            view = self._viewer.view(options, now, read_at=read_at)
            decision = self._decider.decide(view, confirmed=options.confirmed)
        self._last = decision if _is_settled(decision) else None
        result = _result_of(decision, options.attendance)
        if options == _ORDINARY:
            self._standstill.record(result, decision.view.found, decision.view.installed)
        return result

    def _decided_again(self, options: PassOptions, now: float) -> Decision | None:
        """Look only where something may have changed since the last look, None if that is vain.

        To remove something, or to hold it, takes a look at everything.
        """
        last, self._last = self._last, None
        view = None if last is None else self._viewer.again(last.view, options, now)
        if view is None:
            return None
        decision = self._decider.decide(view, confirmed=options.confirmed, last=last)
        removes = any(isinstance(action, Remove | Hold) for action in decision.plan.actions)
        return None if removes else decision

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
                self._viewer.kernelspecs(JUST_WRITTEN)
        self._recollection.save()
        problems = (*result.problems, *untidy, *problems_of(outcomes))
        return replace(result, outcomes=outcomes, problems=problems)

    def forget(self) -> None:
        """Give back the room that the memory takes; the next pass reads its file."""
        self._recollection.forget()
        self._made_decider = self._last = None

    def _apply(self, plan: Plan, now: float, attendance: Attendance) -> tuple[Outcome, ...]:
        """Carry out the actions; nothing is removed in a pass that could not write."""
        if not _changes(plan):
            return _nothing_done(plan)
        from kernelsync.batch import carry_out  # noqa: PLC0415 - most passes change nothing

        with self._store.prepare(now) as writer:
            return carry_out(plan, writer, attendance.interrupt)


def _is_settled(decision: Decision) -> bool:
    """Return whether the next look may rest on this one: nothing is to be done, or was unclear."""
    idle = all(isinstance(action, Forget) for action in decision.plan.actions)
    return idle and not decision.closely


def _result_of(decision: Decision, attendance: Attendance) -> PassResult:
    view, standings = decision.view, decision.desired.standings
    return PassResult(
        plan=attendance.review(decision.plan),
        outcomes=(),
        standings=standings,
        tally=tally_of(standings),
        roots=view.found.roots,
        marks=view.marks,
        problems=(
            *view.found.problems,
            *view.unread,
            *decision.closely,
            *decision.desired.problems,
            *dict.fromkeys(_own(standings)),
        ),
    )


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
