"""What a first look at a machine shows: environments, and which settings suit them."""

from __future__ import annotations

import os
from collections import Counter

from kernelsync.locators.unsearched import places
from kernelsync.locators.venv import CONTAINERS, MANAGER
from kernelsync.model.environment import RootState
from kernelsync.model.natural import in_natural_order
from kernelsync.model.outcome import State, tally_of
from kernelsync.model.value import Value
from kernelsync.pass_options import PassOptions
from kernelsync.service.installed_units import has_manager, is_installed
from kernelsync.service.single_instance import is_running, lock_path
from kernelsync.service.systemctl import Systemctl
from kernelsync.service.unit import NAME
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.cli.session import Session
    from kernelsync.locators.unsearched import Place
    from kernelsync.model.outcome import PassResult, Tally
    from kernelsync.model.problem import Problem
    from kernelsync.model.surroundings import Surroundings

_CONTAINERS_KEY = f"sources.{MANAGER.name}.{CONTAINERS.key}"


class ServiceState(StrEnum):
    """How it is with the service; these words are in the JSON output."""

    RUNNING = "running"
    INSTALLED = "installed"
    OFFERED = "offered"
    NO_MANAGER = "no-manager"


class Proposal(Value):
    """One key of the settings (with dots), the value that suits this machine, and why."""

    key: str
    value: tuple[str, ...]
    reason: str


class Found(Value):
    """What there is.

    `environments` and `kernels` count by manager; the latter are those that a pass would make, or
    has made. `searched` are the folders that were listed, `trees` those with projects that have
    environments of their own.
    """

    environments: Mapping[str, int]
    kernels: Mapping[str, int]
    tally: Tally
    settings_path: str
    has_settings: bool
    proposals: tuple[Proposal, ...]
    searched: tuple[str, ...]
    trees: tuple[str, ...]
    service: ServiceState
    problems: tuple[Problem, ...]


def look_around(session: Session) -> Found:
    """Look as a dry run does; nothing is written, and nothing of what is found is run.

    Raises:
        SettingsError: there are settings, with mistakes in them.
        KernelsDirectoryError: kernelspecs cannot even be read.
    """
    has_settings = os.path.lexists(session.settings_path)
    # A file that was named, and is still to be written, is no mistake here.
    viewer = session if has_settings else session.without_settings()
    view = viewer.reconciler.look(PassOptions())
    surroundings = session.surroundings
    found = () if has_settings else tuple(places(surroundings.home, _searched(view)))
    return Found(
        environments=_by_manager(view, frozenset(State)),
        kernels=_by_manager(view, frozenset({State.KERNEL})),
        tally=tally_of(view.standings),
        settings_path=session.settings_path,
        has_settings=has_settings,
        proposals=_proposals(found, surroundings.home),
        searched=tuple(root.path for root in view.roots if root.state is RootState.READ),
        trees=tuple(place.path for place in found if place.projects),
        service=_service(surroundings),
        problems=view.problems,
    )


def _searched(view: PassResult) -> tuple[str, ...]:
    environments = (standing.environment.candidate.prefix for standing in view.standings)
    return (*(root.path for root in view.roots), *environments)


def _by_manager(view: PassResult, states: frozenset[State]) -> dict[str, int]:
    names = Counter(
        standing.environment.candidate.manager.name
        for standing in view.standings
        if standing.state in states
    )
    return {name: names[name] for name in in_natural_order(names)}


def _proposals(found: tuple[Place, ...], home: str) -> tuple[Proposal, ...]:
    """Propose to search folders of environments: trees of projects are for their owner to trust."""
    containers = [place for place in found if place.is_container]
    if not containers:
        return ()
    counted = (f"{_written(each.path, home)} ({_held(each)})" for each in containers)
    default = CONTAINERS.default
    usual = default if isinstance(default, tuple) else ()
    return (
        Proposal(
            key=_CONTAINERS_KEY,
            value=(*usual, *(_written(each.path, home) for each in containers)),
            reason=f"nothing else searches {', '.join(counted)}",
        ),
    )


def _held(place: Place) -> str:
    count = place.environments
    return "1 environment" if count == 1 else f"{count} environments"


def _written(path: str, home: str) -> str:
    """Return a path below the home directory as it stands in the settings."""
    return f"~/{os.path.relpath(path, home)}"


def _service(surroundings: Surroundings) -> ServiceState:
    if is_running(lock_path(surroundings)):
        return ServiceState.RUNNING
    # The program is asked only where there is something that could answer it.
    if not (has_manager(surroundings) and Systemctl(surroundings.environ).is_reachable()):
        return ServiceState.NO_MANAGER
    return ServiceState.INSTALLED if is_installed(surroundings, NAME) else ServiceState.OFFERED
