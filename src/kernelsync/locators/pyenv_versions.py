"""What lies in pyenv's `versions` directory, each environment and interpreter once.

A directory there is an interpreter, or a virtual environment of the system's Python. An
interpreter's own `envs` holds the environments of pyenv-virtualenv, which also makes a
symlink `versions/<name>` to each. Other symlinks are short names of interpreters.
"""

from __future__ import annotations

import os

from kernelsync.locators.listing import entries_of, is_set_aside, list_root
from kernelsync.locators.presence import (
    exists,
    has_config,
    has_python,
    is_directory,
    is_legacy,
    is_there,
)
from kernelsync.model.environment import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.locators.base import Finding
    from kernelsync.locators.listing import Listing
    from kernelsync.model.manager import Manager
    from kernelsync.model.problem import Problem


class _Place:
    """A real directory that becomes a candidate. `nested` says that it is in an `envs`.

    There is one for every environment, so it is plain: a `Value` takes four times as long.
    """

    __slots__ = ("base", "name", "nested", "prefix")

    def __init__(self, prefix: str, name: str, *, base: bool, nested: bool = False) -> None:
        self.prefix = prefix
        self.name = name
        self.base = base
        self.nested = nested


def find_versions(versions: str, manager: Manager) -> Iterator[Finding]:
    """Yield the root's fate, its problems and its candidates."""
    listing = list_root(versions, manager.name)
    yield listing.root
    if listing.problem is not None:
        yield listing.problem
    search = _Search(listing)
    search.directories()
    search.symlinks()
    yield from search.problems
    for real, place in search.places.items():
        yield _candidate(real, place, search.links.get(real, []), listing, manager)


def envs_directories(versions: str) -> tuple[str, ...]:
    """Return each interpreter's `envs`, or the interpreter while it has none."""
    try:
        entries = entries_of(versions)
        real = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return ()
    bases = (path for path in real if not os.path.lexists(f"{path}/pyvenv.cfg"))
    return tuple(f"{path}/envs" if os.path.isdir(f"{path}/envs") else path for path in bases)


class _Search:
    """One look through a `versions` directory.

    `places` are keyed by real path. `links` has the names of the symlinks to each of them.
    """

    def __init__(self, listing: Listing) -> None:
        self.places: dict[str, _Place] = {}
        self.links: dict[str, list[str]] = {}
        self.problems: list[Problem] = []
        self._listing = listing
        self._root = listing.root.path

    def directories(self) -> None:
        """Collect the real directories, and the environments inside interpreters."""
        for entry in self._listing.entries:
            try:
                if is_set_aside(entry.name) or not entry.is_dir(follow_symlinks=False):
                    continue
                self._directory(entry)
            except OSError as error:
                self._report(entry, error)

    def symlinks(self) -> None:
        """Collect the symlinks: to what was found, or to interpreters elsewhere."""
        for entry in self._listing.entries:
            try:
                if is_set_aside(entry.name) or not entry.is_symlink():
                    continue
                self._symlink(entry)
            except OSError as error:
                self._report(entry, error)

    def _report(self, entry: os.DirEntry[str], error: OSError) -> None:
        path = error.filename if isinstance(error.filename, str) else entry.path
        from kernelsync.locators.problems import unreadable  # noqa: PLC0415 - for errors

        self.problems.append(unreadable(path, error, self._root))

    def _directory(self, entry: os.DirEntry[str]) -> None:
        path, name = entry.path, entry.name
        real = f"{self._listing.real}/{name}"
        if has_config(path) or is_legacy(path):
            self.places[real] = _Place(path, name, base=False)
            return
        # An interpreter that is still being compiled has no bin/python: that is for the
        # probe to say, so that it is reported and becomes a kernel when it is complete.
        if exists(f"{path}/bin") or exists(f"{path}/lib"):
            self.places[real] = _Place(path, name, base=True)
        self._envs(f"{path}/envs")

    def _envs(self, envs: str) -> None:
        try:
            entries = entries_of(envs)
        except FileNotFoundError:
            return
        within = os.path.realpath(envs)
        for entry in entries:
            path = entry.path
            if is_set_aside(entry.name) or not is_directory(entry):
                continue
            virtual = has_config(path)
            if not virtual and not has_python(path):
                continue
            real = os.path.realpath(path) if entry.is_symlink() else f"{within}/{entry.name}"
            # Below a conda installation, `envs` holds installations rather than virtual
            # environments: each has an interpreter of its own.
            base = not virtual and is_there(f"{path}/conda-meta")
            place = _Place(path, entry.name, base=base, nested=True)
            self.places.setdefault(real, place)

    def _symlink(self, entry: os.DirEntry[str]) -> None:
        real = self._known_target(entry.path)
        if real is None:
            real = os.path.realpath(entry.path)
            if real not in self.places and not self._elsewhere(entry, real):
                return
        self.links.setdefault(real, []).append(entry.name)

    def _known_target(self, link: str) -> str | None:
        """Return where a link leads if its text says so: resolving costs ten times as much."""
        text = os.readlink(link)
        for start in (self._root, self._listing.real):
            if text.startswith(f"{start}/"):
                text = text[len(start) + 1 :]
                break
        real = f"{self._listing.real}/{text}"
        return real if real in self.places else None

    def _elsewhere(self, entry: os.DirEntry[str], real: str) -> bool:
        """Take in a link that leads out of `versions`; return whether there is a Python."""
        path = entry.path
        virtual = has_config(path)
        if not (virtual or has_python(path) or is_there(f"{path}/bin/python3")):
            return False
        self.places[real] = _Place(path, entry.name, base=not virtual)
        return True


def _candidate(
    real: str,
    place: _Place,
    links: list[str],
    listing: Listing,
    manager: Manager,
) -> Candidate:
    root = listing.root.path
    name = _best_name(place, links)
    linked = name in links
    aliases = [f"{root}/{link}" for link in links if link != name]
    if linked and place.nested:
        aliases.insert(0, place.prefix)
    return Candidate(
        prefix=f"{root}/{name}" if linked else place.prefix,
        real=real,
        name=name,
        manager=manager,
        root=root,
        base=place.base,
        aliases=tuple(aliases),
    )


def _best_name(place: _Place, links: list[str]) -> str:
    """Return the name by which people know a place.

    That is the symlink's for an environment of pyenv-virtualenv, the directory's own for
    what lies in `versions`, and the longest of several links that lead elsewhere: of
    `3.12` and `3.12.1` the one that says more.
    """
    if not links or (place.name in links and place.nested):
        return place.name
    if place.nested:
        return links[0]
    return max([place.name, *links], key=len) if place.name in links else place.name
