"""`kernelsync once`: one pass, or what it would do."""

from __future__ import annotations

import os
import time

from kernelsync.errors import UsageError
from kernelsync.model.plan import Forget
from kernelsync.model.value import Value
from kernelsync.pass_options import PassOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelsync.cli.session import Session
    from kernelsync.model.environment import Root
    from kernelsync.model.outcome import PassResult, Standing, Tally
    from kernelsync.model.plan import Action, Plan
    from kernelsync.model.problem import Problem


class OnceResult(Value):
    """What a pass did, or (`only_plan`) would do.

    `actions` are those that were carried out and the held ones; in a plan, all of them.
    `problems` include removals that are held, and ROOTs that brought no kernel; `built`
    are the keys of the runtimes that were built for it.
    """

    plan: Plan
    actions: tuple[Action, ...]
    standings: tuple[Standing, ...]
    tally: Tally
    roots: tuple[Root, ...]
    problems: tuple[Problem, ...]
    only_plan: bool
    check: bool
    seconds: float
    built: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all is well; 1 with problems, held removals, or drift under `--check`."""
        drift = self.check and any(not isinstance(action, Forget) for action in self.actions)
        return 1 if drift or self.problems else 0


def run(  # noqa: PLR0913 - the options of the command line, by their names
    session: Session,
    *,
    roots: Sequence[str],
    only_plan: bool = False,
    check: bool = False,
    confirm_removals: bool = False,
    may_build: bool = False,
) -> OnceResult:
    """Make the kernels match the environments, or only say what that would take.

    `may_build` lets it build the runtimes that environments without ipykernel need.

    Raises:
        UsageError: a ROOT that does not exist.
        KernelsDirectoryError: kernelspecs cannot be written at all.
    """
    begin = time.perf_counter()
    only_plan = only_plan or check
    options = PassOptions(
        roots=tuple(_existing(root) for root in roots), confirmed=confirm_removals
    )
    if only_plan:
        result = session.reconciler.look(options)
    else:
        result = session.reconciler.run(
            options, session.lock, _confiner(session, may_build=may_build)
        )
    built: tuple[str, ...] = ()
    unbuilt: Sequence[Problem] = ()
    if may_build and not (only_plan or session.is_confined) and result.tally.lacking:
        result, built, unbuilt = _lent(session, options, result)
    if not (only_plan or unbuilt):
        unbuilt = _equip(session, result)
    actions = result.plan.actions if only_plan else _done(result)
    remarks = _remarks(actions, options.roots, result.standings)
    return OnceResult(
        plan=result.plan,
        actions=actions,
        standings=result.standings,
        tally=result.tally,
        roots=result.roots,
        problems=(*result.problems, *unbuilt, *remarks),
        only_plan=only_plan,
        check=check,
        seconds=time.perf_counter() - begin,
        built=built,
    )


def _remarks(
    actions: Sequence[Action], roots: Sequence[str], standings: Sequence[Standing]
) -> tuple[Problem, ...]:
    if not (actions or roots):
        return ()
    from kernelsync.cli.commands.remarks import (  # noqa: PLC0415 - not where all is as it was
        held,
        without_kernel,
    )

    return (*held(actions), *without_kernel(roots, standings))


def _lent(
    session: Session, options: PassOptions, result: PassResult
) -> tuple[PassResult, tuple[str, ...], tuple[Problem, ...]]:
    """Build the runtimes that a pass lacked, and return what became of it."""
    from kernelsync.cli.commands.lending import lend  # noqa: PLC0415 - few passes build

    lent = lend(session, options, result)
    return lent.result, lent.built, lent.problems


def _equip(session: Session, result: PassResult) -> Sequence[Problem]:
    """See to what kernels need beside the runtimes; return why that was not possible."""
    if not result.standings:
        # All is as it was, and that includes this.
        return ()
    from kernelsync.cli.commands.equipping import equip_kernels  # noqa: PLC0415 - as it says

    return equip_kernels(session.surroundings, result.standings)


def _to_equip(session: Session, seen: PassResult | None) -> tuple[str, ...]:
    """Return where besides something will be written: nowhere, if nobody needs anything new."""
    if seen is None or not seen.standings:
        return ()
    from kernelsync.cli.commands.equipping import places_to_equip  # noqa: PLC0415 - as above

    return places_to_equip(session.surroundings, seen.standings)


def _confiner(session: Session, *, may_build: bool) -> Callable[[PassResult | None], None]:
    """Return what confines this process before it writes.

    Whoever is confined starts no program any more. So a pass after which runtimes are built
    (by pip) is not; the one that publishes what borrows from them is again.
    """

    def before_writing(seen: PassResult | None) -> None:
        if not (may_build and seen is not None and seen.tally.lacking):
            session.confine(_to_equip(session, seen))
        if seen is not None:
            # Before the kernels that need it; what goes wrong is told after the pass.
            _equip(session, seen)

    return before_writing


def _existing(root: str) -> str:
    """Return the absolute path of a ROOT."""
    from kernelsync.cli.relative import absolute  # noqa: PLC0415 - most passes have no ROOT

    path = absolute(root) if root else root
    if not os.path.isdir(path):
        is_there = bool(root) and os.path.lexists(path)
        message = f"{root!r} is not a directory" if is_there else f"there is no directory {root!r}"
        raise UsageError(message, path=path, hint="ROOT is a project, an environment or a folder")
    return path


def _done(result: PassResult) -> tuple[Action, ...]:
    return tuple(outcome.action for outcome in result.outcomes if outcome.problem is None)
