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
from kernelsync.planning.selection import select
from kernelsync.planning.specs import SpecWriter
from kernelsync.planning.stems import stem_of, stem_of_other

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel, KernelName, KernelSpec
    from kernelsync.model.outcome import Problem
    from kernelsync.model.runtime import Runtimes
    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.planning.holdings import Holdings, Key
    from kernelsync.planning.naming import Wish
    from kernelsync.planning.provided import OtherKernel
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
) -> Desired:
    """Return the desired state; the order of what is given does not matter.

    `installed` is everything on Jupyter's path: it holds the names that are kept, those
    that are taken, and the kernels of others. `roots` tell the inodes for the marks;
    `runtimes` lend ipykernel to environments without it.
    """
    environments = sorted(environments, key=_order)
    holdings = with_moved(take_stock(installed), environments)
    borrowing = Borrowing(settings.kernels, runtimes)
    planner = _Planner(settings, surroundings.home, holdings, borrowing)
    for environment in environments:
        planner.judge(environment, select(environment, settings, surroundings.home))
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
        self, settings: Settings, home: str, holdings: Holdings, borrowing: Borrowing
    ) -> None:
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

    def judge(self, environment: Environment, verdict: Verdict) -> None:
        """Decide whether an environment becomes a kernel."""
        real = environment.candidate.real
        if real in self._standings:
            return
        self._verdicts[real] = verdict
        standing = objection(environment, verdict, self._borrowing)
        if standing is None:
            if kernel := self._foreign.standing_for(environment):
                standing = has_standing(environment, verdict, kernel)
            else:
                stem = stem_of(environment, self._settings.name)
                self._wishes.append(((real, ""), stem, environment))
        elif verdict.included and cannot_be_written(environment):
            self._problems.append(problem_with_path(environment))
        elif standing.state is State.NO_IPYKERNEL:
            standing = self._with_kept(standing)
        self._standings[real] = standing
        others = other_kernels(environment) if environment.provided else ()
        if others and may_publish_others(environment, verdict):
            self._others.update({(real, each[0].name): (each, environment) for each in others})

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
            key, _, environment = wish
            name, shown = self._names[key], self._shown[key]
            if key[1]:
                specs.append(writer.other(wish, self._others[key][0], name, shown))
                continue
            specs.append(writer.main(wish, name, shown))
            verdict = self._verdicts[key[0]]
            self._standings[key[0]] = Standing(
                environment=environment,
                state=State.KERNEL,
                reason=verdict.reason,
                rule=verdict.rule,
                kernel=name,
                display_name=shown,
                runtime=self._borrowing.lender(environment),
            )
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
