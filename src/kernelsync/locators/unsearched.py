"""Folders in the home directory that hold environments, and that no source looks into."""

from __future__ import annotations

import itertools
import os

from kernelsync.locators.folders import ENVIRONMENT_NAMES, name_of
from kernelsync.locators.listing import is_set_aside
from kernelsync.locators.presence import is_virtual
from kernelsync.locators.usable import difficulty, is_text
from kernelsync.locators.venv import MANAGER
from kernelsync.model.environment import Candidate
from kernelsync.model.value import Value
from kernelsync.planning.builtin_rules import built_in_exclusion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ENTRIES = 1000
"""More entries of a folder are not looked at: this is a look around, not a search."""
_DEEPER = (".local/share/virtualenvs",)
"""Where tools keep environments further down (pipenv does)."""


class Place(Value):
    """A folder with its folders: how many are environments, and how many projects with one."""

    path: str
    folders: int
    environments: int
    projects: int

    @property
    def is_container(self) -> bool:
        """Whether it is there for environments, and not one that has got in among other things."""
        return self.environments > 0 and 2 * self.environments >= self.folders


def places(home: str, searched: Iterable[str]) -> Iterator[Place]:
    """Yield the folders that hold any, but for those `searched`, in the order of their names.

    What cannot be read is not worth a proposal, and is left out.
    """
    known = {os.path.realpath(path) for path in searched}
    folders = [name for name in _folders(home) if _can_be_written_down(name)]
    for path in sorted(os.path.join(home, name) for name in (*folders, *_DEEPER)):
        if os.path.realpath(path) in known:
            continue
        place = _look_into(path, home)
        if place.is_container or place.projects:
            yield place


def _look_into(path: str, home: str) -> Place:
    children = [f"{path}/{name}" for name in _folders(path) if not is_set_aside(name)]
    environments = {child for child in children if _is_environment(child, path, home)}
    return Place(
        path=path,
        folders=len(children),
        # One that is called `venv` is its project's, and the folder is that project.
        environments=sum(1 for child in environments if name_of(child)[1] is None),
        projects=sum(1 for child in children if child not in environments and _has_one(child)),
    )


def _folders(path: str) -> list[str]:
    """Return the names of the directories in one; links do not count, they lead elsewhere."""
    try:
        with os.scandir(path) as entries:
            some = itertools.islice(entries, _MOST_ENTRIES)
            return [entry.name for entry in some if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _is_environment(path: str, folder: str, home: str) -> bool:
    """Whether it is one that could become a kernel, and belongs to no tool's own work."""
    try:
        if not is_virtual(path):
            return False
        real = os.path.realpath(path)
    except OSError:
        return False
    name = os.path.basename(path)
    candidate = Candidate(prefix=path, real=real, name=name, manager=MANAGER, root=folder)
    return difficulty(candidate, ":") is None and built_in_exclusion(candidate, home) is None


def _has_one(project: str) -> bool:
    try:
        return any(is_virtual(f"{project}/{name}") for name in ENVIRONMENT_NAMES)
    except OSError:
        return False


def _can_be_written_down(name: str) -> bool:
    """Whether the settings can name it: `$` begins a variable there, and spaces at ends go."""
    return is_text(name) and name.isprintable() and "$" not in name and name == name.strip()
