"""The desired state: for every environment the kernelspecs it should have, or why it has none."""

from __future__ import annotations

from kernelsync.model.outcome import Standing, State
from kernelsync.model.value import Value, replace
from kernelsync.planning.borrowing import Borrowing
from kernelsync.planning.contents import Contents
from kernelsync.planning.display import DisplayNames, display_name, display_name_of_other
from kernelsync.planning.foreign import ForeignKernels
from kernelsync.planning.holdings import take_stock, with_moved
from kernelsync.planning.judging import (
    cannot_be_written,
    has_standing,
    may_publish_others,
    objection,
    problem_with_path,
)
from kernelsync.planning.naming import Names
from kernelsync.planning.provided import other_kernels
from kernelsync.planning.reuse import Reuse
from kernelsync.planning.selection import select
from kernelsync.planning.specs import SpecWriter
from kernelsync.planning.stems import stem_of, stem_of_other

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel, KernelName, KernelSpec
    from kernelsync.model.problem import Problem
    from kernelsync.model.runtime import Runtimes
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.planning.holdings import Holdings, Key
    from kernelsync.planning.naming import Wish
    from kernelsync.planning.provided import OtherKernel
    from kernelsync.planning.reuse import Judgement, Written
    from kernelsync.planning.selection import Verdict


class Desired(Value):
    """What should be installed, and where every environment stands, both by real path.

    In `specs` the main kernels come first. `problems` are those found while planning; each
    environment has its own besides. `holdings` is what was installed then.
    """

    specs: tuple[KernelSpec, ...]
    standings: tuple[Standing, ...]
    problems: tuple[Problem, ...]
    holdings: Holdings


def desire(  # noqa: PLR0913 - all that is known; what most tests do not need has a default
    environments: Iterable[Environment],
    settings: Settings,
    surroundings: Surroundings,
    installed: Sequence[InstalledKernel],
    roots: Sequence[Root] = (),
    *,
    runtimes: Runtimes | None = None,
    reuse: Reuse | None = None,
) -> Desired:
    """Return the desired state; the order of what is given does not matter.

    `installed` is everything on Jupyter's path: it holds the names that are kept, those
    that are taken, and the kernels of others. `roots` tell the inodes for the marks;
    `runtimes` lend ipykernel to environments without it. `reuse` has what the last planning came
    to, and makes no difference.
    """
    reuse = reuse or Reuse()
    reuse.begin((settings, surroundings.home, surroundings.host, runtimes))
    environments = sorted(environments, key=_order)
    holdings = with_moved(take_stock(installed), environments)
    borrowing = Borrowing(settings.kernels, runtimes)
    planner = _Planner(settings, surroundings.home, holdings, borrowing, reuse)
    for environment in environments:
        planner.judge(environment)
    planner.name()
    contents = Contents(settings.kernels, surroundings.home, borrowing)
    return planner.desired(
        SpecWriter(contents, surroundings.host, settings.kernels.name, holdings, roots)
    )


def _order(environment: Environment) -> tuple[str, str]:
    return environment.candidate.real, environment.candidate.prefix


class _Planner:
    """One pass of planning: judge every environment, name what is wanted, then write it."""

    def __init__(
        self,
        settings: Settings,
        home: str,
        holdings: Holdings,
        borrowing: Borrowing,
        reuse: Reuse,
    ) -> None:
        self._rules = settings
        self._home = home
        self._reuse = reuse
        self._settings = settings.kernels
        self._borrowing = borrowing
        self._holdings = holdings
        self._foreign = ForeignKernels(holdings)
        self._naming = Names(holdings, home, settings.kernels.name)
        self._display = DisplayNames(holdings, home)
        self._standings: dict[str, Standing | None] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._wishes: list[Wish] = []
        self._others: dict[Key, tuple[OtherKernel, Environment]] = {}
        self._names: dict[Key, KernelName] = {}
        self._shown: dict[Key, str] = {}
        self._problems: list[Problem] = []

    def judge(self, environment: Environment) -> None:
        """Decide whether an environment becomes a kernel."""
        real = environment.candidate.real
        if real in self._standings:
            return
        verdict, standing, stem, others = self._reuse.judgement(environment, self._judged)
        self._verdicts[real] = verdict
        if standing is None:
            if kernel := self._foreign.standing_for(environment):
                standing = has_standing(environment, verdict, kernel)
            else:
                self._wishes.append(((real, ""), stem, environment))
        elif verdict.included and cannot_be_written(environment):
            self._problems.append(problem_with_path(environment))
        elif standing.state is State.NO_IPYKERNEL:
            standing = self._with_kept(standing)
        self._standings[real] = standing
        if others:
            self._others.update({(real, each[0].name): (each, environment) for each in others})

    def _judged(self, environment: Environment) -> Judgement:
        """Judge an environment by itself, whatever else there is."""
        verdict = select(environment, self._rules, self._home)
        standing = objection(environment, verdict, self._borrowing)
        stem = stem_of(environment, self._settings.name) if standing is None else ""
        others = other_kernels(environment) if environment.provided else ()
        if others and not may_publish_others(environment, verdict):
            others = ()
        return verdict, standing, stem, others

    def name(self) -> None:
        """Give names to the main kernels, and then to those that are named after them."""
        self._names = self._naming.assign(self._wishes)
        others = [self._wish_for_other(key) for key in self._others]
        if others:
            self._names.update(self._naming.assign(others))
            self._wishes.extend(others)
        plain = {key: (self._plain(key, each), each) for key, _, each in self._wishes}
        self._shown = self._display.assign(plain, self._names)

    def desired(self, writer: SpecWriter) -> Desired:
        """Write what is wanted, and complete the standings."""
        specs = []
        for wish in self._wishes:
            spec, standing = self._written(wish, writer)
            specs.append(spec)
            if standing is not None:
                self._standings[wish[0][0]] = standing
        standings = tuple(each for each in self._standings.values() if each is not None)
        return Desired(
            specs=tuple(specs),
            standings=standings,
            problems=(*self._problems, *self._borrowing.problems(standings)),
            holdings=self._holdings,
        )

    def _with_kept(self, standing: Standing) -> Standing:
        """Return the standing with the kernel that stays although its runtime is gone."""
        environment = standing.environment
        installed = self._holdings.ours.get((environment.candidate.real, ""), ())
        kernel = self._borrowing.kept(environment, installed) if installed else None
        if kernel is None:
            return standing
        shown = kernel.document.get("display_name")
        return replace(
            standing,
            kernel=kernel.name,
            display_name=shown if isinstance(shown, str) else None,
        )

    def _written(self, wish: Wish, writer: SpecWriter) -> Written:
        key, stem, environment = wish
        name, shown = self._names[key], self._shown[key]
        installed = self._holdings.under(key, name)
        mark = None if installed is None else installed.mark
        circumstances = mark, stem, name, shown, writer.inode_of(environment)

        def write() -> Written:
            if key[1]:
                return writer.other(wish, self._others[key][0], name, shown), None
            return writer.main(wish, name, shown), self._standing(environment, name, shown)

        return self._reuse.written(key, environment, circumstances, write)

    def _standing(self, environment: Environment, name: KernelName, shown: str) -> Standing:
        verdict = self._verdicts[environment.candidate.real]
        return Standing(
            environment=environment,
            state=State.KERNEL,
            reason=verdict.reason,
            rule=verdict.rule,
            kernel=name,
            display_name=shown,
            runtime=self._borrowing.lender(environment),
        )

    def _wish_for_other(self, key: Key) -> Wish:
        """Name a further kernel after the environment's main one, or what that would be."""
        _, environment = self._others[key]
        main = self._names.get((key[0], "")) or stem_of(environment, self._settings.name)
        return key, stem_of_other(main, key[1], environment.candidate.manager.word), environment

    def _plain(self, key: Key, environment: Environment) -> str:
        name = self._names[key]
        if not key[1]:
            return display_name(environment, self._settings.display_name, name)
        title = self._others[key][0][0].document.get("display_name")
        return display_name_of_other(environment, title if isinstance(title, str) else "", name)
