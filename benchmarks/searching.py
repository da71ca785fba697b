"""The search of project trees beside `find` with the same -prune."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from figures import Verdict, ratio
from sampling import Contestant, MeasurementError
from trees import make_tree
from worlds import SYSTEM_PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from installs import Tools

DEPTH = 64
"""Deeper than the tree: `find` has no limit either."""

IMPORTS = """\
import sys
from kernelsync.locators.listing import list_root
from kernelsync.locators.tree import ENVIRONMENT_NAMES, PRUNED, search
from kernelsync.locators.venv import MANAGER
"""
NAMES = f"{IMPORTS}print(*ENVIRONMENT_NAMES); print(*PRUNED)"
SEARCH = f"""\
{IMPORTS}
found = list(search(list_root(sys.argv[1], MANAGER.name), {DEPTH}, MANAGER))
print(*(candidate.prefix for candidate in found), sep='\\n')
"""
SKIPPED = ".*"
"""Hidden folders are not searched, unless their own name is an environment's."""


@dataclass(frozen=True, kw_only=True)
class SearchContest:
    """The contestants of the search; empty, with the reason, where one does not work."""

    contestants: dict[tuple[str, int], Contestant] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def search_contest(work: str, tools: Tools, repositories: int, files: int) -> SearchContest:
    """Make the tree and three contestants: the search, its imports alone, and find."""
    top = f"{work}/tree-{repositories}-{files}"
    expected = _tree(top, repositories, files)
    environ = {"HOME": top, "PATH": SYSTEM_PATH, "LANG": "C.UTF-8"}

    def contestant(name: str, argv: list[str]) -> Contestant:
        return Contestant(name=name, argv=argv, environ=environ, cwd=top)

    python = f"{tools.kernelsync}/bin/python"
    projects = f"{top}/projects"
    contest = SearchContest()
    try:
        names = contestant("names", [python, "-c", NAMES]).capture().splitlines()
        search = contestant("tree search", [python, "-c", SEARCH, projects])
        find = contestant("find -prune", find_command(projects, *(line.split() for line in names)))
        for searcher in (search, find):
            _check(searcher, expected)
    except MeasurementError as error:
        contest.failures.append(str(error))
        return contest
    contest.contestants["search", 0] = search
    contest.contestants["imports", 0] = contestant("tree search, imports", [python, "-c", IMPORTS])
    contest.contestants["find", 0] = find
    return contest


def _check(searcher: Contestant, expected: int) -> None:
    found = searcher.capture().splitlines()
    if len(found) != expected:
        message = f"{searcher.name} found {len(found)}, not {expected} environments: {found[:3]}"
        raise MeasurementError(message)


def find_command(top: str, environments: list[str], pruned: list[str]) -> list[str]:
    """Return a find that prints environments, and enters neither them nor what is pruned."""
    return [
        *("/usr/bin/find", top, "-type", "d", "("),
        *(*_any_of(environments), "-prune", "-print", "-o"),
        *(*_any_of([*pruned, SKIPPED]), "-prune", ")"),
    ]


def _any_of(names: list[str]) -> list[str]:
    alternatives = [part for name in names for part in ("-o", "-name", name)]
    return ["(", *alternatives[1:], ")"]


def search_verdict(contest: SearchContest, *, promised: bool) -> Verdict:
    """Compare the search, its imports taken off, with the whole process of find."""
    measured = None
    if contest.contestants:
        search, imports, find = (
            [sample.cpu for sample in contest.contestants[name, 0].samples]
            for name in ("search", "imports", "find")
        )
        alone = [whole - start for whole, start in zip(search, imports, strict=True)]
        measured = ratio(alone, find)
    return Verdict(
        target=6,
        what="search of project trees, in-process / find with the same -prune",
        limit=1.0 if promised else None,
        unit="x",
        measured=measured,
    )


def _tree(top: str, repositories: int, files: int) -> int:
    """Make the tree if it is not there; return how many environments are in it."""
    note = f"{top}/environments"
    if not os.path.exists(note):
        count = len(make_tree(top, repositories, files))
        with open(note, "w", encoding="utf-8") as file:
            file.write(str(count))
    with open(note, encoding="utf-8") as file:
        return int(file.read())
