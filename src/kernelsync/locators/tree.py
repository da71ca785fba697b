"""The search of a project tree for environments, skipping what cannot hold any."""

from __future__ import annotations

import errno
import os

from kernelsync.locators.folders import ENVIRONMENT_NAMES, name_of
from kernelsync.locators.paths import tidy
from kernelsync.locators.presence import is_directory, is_virtual
from kernelsync.locators.problems import unreadable
from kernelsync.locators.reading import one_path, read_small
from kernelsync.locators.watching import unique, watch_root
from kernelsync.model.environment import Candidate, RootState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.locators.listing import Listing
    from kernelsync.model.manager import Manager
    from kernelsync.model.problem import Problem

PRUNED = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "bower_components",
        "dist-packages",
        "lost+found",
        "node_modules",
        "site-packages",
    }
)
"""Folders that are not searched, beside all hidden ones (.git, .tox, .nox, .cache, ...)."""

_NOTABLE = ENVIRONMENT_NAMES | {"pyvenv.cfg"}


def search(listing: Listing, depth: int, manager: Manager) -> Iterator[Candidate | Problem]:
    """Yield the environments called `.venv`, `venv` or `env` in a tree, by their paths.

    `depth` is how many levels of folders below the tree's root are looked into. The search
    goes on below a project that has an environment, but never into an environment, and
    follows no symlink except one that is itself called `.venv` (or the like).
    """
    if listing.problem is not None:
        yield listing.problem
    if listing.root.state is not RootState.READ:
        return
    tree = _Tree(listing, manager)
    tree.walk(depth)
    yield from tree.problems
    yield from sorted(tree.found, key=lambda candidate: candidate.prefix)


def watch_tree(path: str, depth: int) -> tuple[str, ...]:
    """Return the tree's root with its first level of folders: where new projects appear.

    Deeper ones are too many to watch; the regular pass finds what is new in them. The
    folders of environments that were found are watched for their own sake.
    """
    try:
        below = _look(path, deeper=depth > 0)[1]
    except OSError:
        below = []
    return unique(watch_root(path), tuple(sorted(below)))


class _Tree:
    """One search, with what it has found so far."""

    def __init__(self, listing: Listing, manager: Manager) -> None:
        self.found: list[Candidate] = []
        self.problems: list[Problem] = []
        self._root = listing.root.path
        self._real = listing.real
        self._manager = manager

    def walk(self, depth: int) -> None:
        stack = [(self._root, 0)]
        while stack:
            folder, level = stack.pop()
            try:
                notable, below = _look(folder, deeper=level < depth)
            except OSError as error:
                self._report(folder, error)
                continue
            for entry in notable:
                if not self._take(entry) and level < depth and _is_plain_folder(entry):
                    below.append(entry.path)
            level += 1
            stack.extend([(path, level) for path in below])

    def _take(self, entry: os.DirEntry[str]) -> bool:
        """Keep the environment that the entry is; return False if it is an ordinary folder."""
        try:
            if is_directory(entry):
                return is_virtual(entry.path) and self._keep(entry)
            target = _pointed_at(entry)
        except OSError as error:
            self._report(entry.path, error)
            return True
        if target is not None:
            real = os.path.realpath(target)
            self.found.append(self._candidate(entry.path, target, real, (entry.path,)))
        return True

    def _keep(self, entry: os.DirEntry[str]) -> bool:
        path = entry.path
        linked = entry.is_symlink()
        real = os.path.realpath(path) if linked else f"{self._real}{path[len(self._root) :]}"
        self.found.append(self._candidate(path, path, real, ()))
        return True

    def _candidate(self, place: str, prefix: str, real: str, aliases: tuple[str, ...]) -> Candidate:
        name, project = name_of(place)
        return Candidate(
            prefix=prefix,
            real=real,
            name=name,
            manager=self._manager,
            root=self._root,
            project=project,
            aliases=aliases,
        )

    def _report(self, path: str, error: OSError) -> None:
        # A folder that vanished during the search is not there, and leaves nothing in doubt;
        # but the tree itself was there a moment ago, and may have been unmounted.
        if error.errno != errno.ENOENT or path == self._root:
            self.problems.append(unreadable(path, error, self._root))


def _look(folder: str, *, deeper: bool) -> tuple[list[os.DirEntry[str]], list[str]]:
    """Return a folder's entries with a notable name, and the folders to search below it.

    Both are empty inside an environment. This loop sees every file of a tree: the test
    that most entries fail comes first, and none of them asks the file system.
    """
    notable: list[os.DirEntry[str]] = []
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name in _NOTABLE:
                if name == "pyvenv.cfg":
                    return [], []
                notable.append(entry)
            elif (
                deeper
                and entry.is_dir(follow_symlinks=False)
                and name[0] != "."
                and name not in PRUNED
            ):
                below.append(entry.path)
    return notable, below


def _is_plain_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether this is a folder that merely happens to be called venv or env."""
    return entry.name[0] != "." and entry.is_dir(follow_symlinks=False)


def _pointed_at(entry: os.DirEntry[str]) -> str | None:
    """Return the environment whose path a `.venv` file holds, as uv's central ones do."""
    if entry.name != ".venv" or not entry.is_file(follow_symlinks=False):
        return None
    content = (read_small(entry.path) or b"").strip()
    target = None if b"\n" in content else one_path(content)
    return tidy(target) if target is not None and is_virtual(target) else None
