"""The contestants: the programs that are measured, each checked to do its work first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ours import conduct, first_runs, once, publish
from sampling import Contestant, MeasurementError
from worlds import world_with_environments, world_with_kernelspecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from installs import Tools
    from ours import Conduct
    from worlds import World

MOST_FOR_PEERS = 1000
"""nb_venv_kernels reads its whole registry once per environment: 10,000 take minutes."""

SCANS = 3
"""The first scan of nb_venv_kernels registers, the second names, the third changes nothing."""


@dataclass(frozen=True, kw_only=True)
class Contest:
    """All contestants by tool and number of environments, with what went wrong.

    `first` are the runs of kernelsync that published everything, measured already;
    `conducts` what its runs with nothing to do did to the disk.
    """

    contestants: dict[tuple[str, int], Contestant] = field(default_factory=dict)
    first: dict[int, Contestant] = field(default_factory=dict)
    conducts: dict[int, Conduct] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def gather(work: str, tools: Tools, sizes: list[int], runs: int) -> Contest:
    """Make the worlds and the contestants; a tool that does not work is left out, and named.

    `runs` is how often the first run, which publishes everything, is measured.
    """
    contest = Contest()
    for size in sizes:
        print(f"making {size} environments", flush=True)
        world = world_with_environments(work, size)
        if not contest.contestants:
            contest.contestants["pass", 0] = _idle_python(world, tools)
        _attempt(contest, _kernelsync, world, tools, runs)
        if size <= MOST_FOR_PEERS:
            _attempt(contest, _nb_venv_kernels, world, tools)
            _attempt(contest, _jupyter, world_with_kernelspecs(work, size), tools)
    return contest


def _attempt(contest: Contest, add: Callable[..., None], *arguments: object) -> None:
    try:
        add(contest, *arguments)
    except MeasurementError as error:
        contest.failures.append(str(error))


def _idle_python(world: World, tools: Tools) -> Contestant:
    """Return the unit of the first target: kernelsync's own Python, doing nothing."""
    return Contestant(
        name="python -c pass",
        argv=[f"{tools.kernelsync}/bin/python", "-c", "pass"],
        environ=world.environ(),
        cwd=world.home,
    )


def _kernelsync(contest: Contest, world: World, tools: Tools, runs: int) -> None:
    """Add the run with nothing to do, after having published everything."""
    contestant = once(world, tools)
    publish(world, contestant)
    contest.contestants["once", world.count] = contestant
    contest.first[world.count] = first_runs(world, contestant, runs)
    seen = conduct(world, contestant)
    if seen is not None:
        contest.conducts[world.count] = seen


def _nb_venv_kernels(contest: Contest, world: World, tools: Tools) -> None:
    """Add a scan that finds everything registered already."""
    program = f"{tools.nbvenv}/bin/nb_venv_kernels"
    scan = Contestant(
        name="nb_venv_kernels scan",
        argv=[program, "scan", "--path", world.containers, "--depth", "3", "--json"],
        environ=world.environ(),
        cwd=world.home,
    )
    found = {}
    for _ in range(SCANS):
        found = json.loads(scan.capture())["summary"]
    if found["keep"] != world.count or found["add"] or found["update"]:
        message = f"nb_venv_kernels scan found {found}, not {world.count} environments"
        raise MeasurementError(message)
    contest.contestants["nbvenv", world.count] = scan


def _jupyter(contest: Contest, world: World, tools: Tools) -> None:
    """Add the list of as many static kernelspecs."""
    kernelspecs = Contestant(
        name="jupyter-kernelspec list",
        argv=[f"{tools.jupyter}/bin/jupyter-kernelspec", "list", "--json"],
        environ=world.environ(),
        cwd=world.home,
    )
    found = len(json.loads(kernelspecs.capture())["kernelspecs"])
    if found != world.count:
        message = f"jupyter-kernelspec lists {found}, not {world.count} kernelspecs"
        raise MeasurementError(message)
    contest.contestants["jupyter", world.count] = kernelspecs
