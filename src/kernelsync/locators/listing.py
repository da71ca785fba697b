"""One directory's entries, with what became of the attempt to list them."""

from __future__ import annotations

import errno
import os

from kernelsync.locators.base import NOTHING_KNOWN
from kernelsync.locators.presence import has_config, is_directory
from kernelsync.model.environment import Root, RootState
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kernelsync.locators.base import Finding
    from kernelsync.model.environment import Candidate
    from kernelsync.model.manager import Manager
    from kernelsync.model.problem import Problem


class Listing(Value):
    """A root and its entries in the order of their names, none unless it was read.

    `real` is the root's real path ("" for the top of the file system). Children that are
    not symlinks have their real path right below it: resolving each one would cost more
    than everything else.
    """

    root: Root
    real: str
    entries: Sequence[os.DirEntry[str]] = ()
    problem: Problem | None = None


def list_root(path: str, manager: str) -> Listing:
    """List a root. An absent one has no problem: most tools are not installed anywhere."""
    try:
        inode = os.stat(path).st_ino
        entries = entries_of(path)
        real = os.path.realpath(path).rstrip("/")
    except OSError as error:
        absent = error.errno == errno.ENOENT
        state = RootState.ABSENT if absent else RootState.UNREADABLE
        return Listing(
            root=Root(path=path, manager=manager, state=state),
            real=path,
            problem=None if absent else _unreadable(path, error, path),
        )
    root = Root(path=path, manager=manager, state=RootState.READ, inode=inode, empty=not entries)
    return Listing(root=root, real=real, entries=entries)


def entries_of(path: str) -> list[os.DirEntry[str]]:
    """Return a directory's entries by name; raise `OSError`, also when it fails half-way."""
    with os.scandir(path) as entries:
        return sorted(entries, key=_name)


def is_set_aside(name: str) -> bool:
    """Return whether a container's entry is no environment in use: hidden, or a backup."""
    return name.startswith(".") or name.endswith(".bak")


def children(
    path: str,
    manager: Manager,
    make: Callable[[str, str, str], Candidate],
    *,
    accept: Callable[[str], bool] = has_config,
    as_before: Mapping[str, Candidate] = NOTHING_KNOWN,
) -> Iterator[Finding]:
    """Yield the environments right below a root; `make` is given name, path and real path.

    Symlinks to directories count as children. `accept` decides by a child's path, unless it is
    known `as_before` (see `Context`).
    """
    listing = list_root(path, manager.name)
    yield listing.root
    if listing.problem is not None:
        yield listing.problem
    for entry in listing.entries:
        name, prefix = entry.name, entry.path
        if is_set_aside(name):
            continue
        try:
            if not is_directory(entry):
                continue
            real = None if entry.is_symlink() else f"{listing.real}/{name}"
            known = as_before.get(prefix)
            if known is not None and (known.real, known.root, known.manager) == (
                real,
                path,
                manager,
            ):
                yield known
                continue
            if not accept(prefix):
                continue
            real = real or os.path.realpath(prefix)
        except OSError as error:
            yield _unreadable(prefix, error, path)
            continue
        yield make(name, prefix, real)


def _unreadable(path: str, error: OSError, root: str) -> Problem:
    from kernelsync.locators.problems import unreadable  # noqa: PLC0415 - for errors

    return unreadable(path, error, root)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
