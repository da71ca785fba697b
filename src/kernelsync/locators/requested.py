"""Environments that somebody asked for by a ROOT on the command line, now or earlier."""

from __future__ import annotations

import os

from kernelsync.locators.folders import ENVIRONMENT_NAMES, name_of
from kernelsync.locators.listing import list_root
from kernelsync.locators.paths import tidy
from kernelsync.locators.presence import is_directory, is_environment, is_virtual
from kernelsync.locators.problems import missing, unreadable
from kernelsync.locators.tree import search
from kernelsync.locators.venv import MANAGER, depth_of
from kernelsync.model.environment import Candidate, RootState
from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.locators.base import Context, Finding
    from kernelsync.locators.listing import Listing
    from kernelsync.model.kernelspec import Mark
    from kernelsync.model.manager import Manager


def find_requested(roots: Sequence[str], context: Context) -> Iterator[Finding]:
    """Yield what is found for each ROOT, which must be an absolute path.

    That is ROOT itself, if it is an environment; else its direct children under whatever
    name, and `.venv`, `venv` and `env` in the tree below it. `context` is that of `venv`.
    """
    for root in dict.fromkeys(tidy(root) for root in roots):
        for finding in _in_root(root, context):
            asked_for = isinstance(finding, Candidate)
            yield replace(finding, requested=True) if asked_for else finding


def remembered(marks: Sequence[Mark], managers: Sequence[Manager]) -> Iterator[Finding]:
    """Yield the environments that were asked for in an earlier pass and are still there.

    Their roots come first: whether one is there decides what may be removed below it.
    Nothing is raised for a mark with odd contents: anybody can edit a kernel.json.
    """
    by_name = {manager.name: manager for manager in managers}
    asked_for = [mark for mark in marks if mark.requested and _is_path(mark.root)]
    for root, maker in dict.fromkeys((mark.root, mark.manager) for mark in asked_for):
        listing = list_root(root, maker)
        yield listing.root
        if listing.problem is not None:
            yield listing.problem
    by_prefix = {mark.prefix: mark for mark in asked_for}
    for mark in by_prefix.values():
        # A link to it may have gone, while the environment itself lives.
        prefix = next(filter(_is_still_there, (mark.prefix, mark.environment)), None)
        if prefix is not None:
            manager = by_name.get(mark.manager, MANAGER)
            yield replace(_candidate(prefix, mark.root, manager), requested=True)


def _in_root(root: str, context: Context) -> Iterator[Finding]:
    listing = list_root(root, MANAGER.name)
    yield listing.root
    if listing.root.state is RootState.ABSENT:
        yield missing(root)
        return
    if listing.problem is not None:
        yield listing.problem
        return
    try:
        itself = is_virtual(root)
    except OSError as error:
        yield unreadable(root, error, root)
        return
    if itself:
        yield _candidate(root, root, MANAGER)
        return
    yield from _children(listing)
    yield from search(listing, depth_of(context), MANAGER)


def _children(listing: Listing) -> Iterator[Finding]:
    """Yield the environments right below ROOT, but not those that the search will find."""
    root = listing.root.path
    for entry in listing.entries:
        if entry.name in ENVIRONMENT_NAMES:
            continue
        try:
            if is_directory(entry) and is_virtual(entry.path):
                yield _candidate(entry.path, root, MANAGER)
        except OSError as error:
            yield unreadable(entry.path, error, root)


def _candidate(prefix: str, root: str, manager: Manager) -> Candidate:
    name, project = name_of(prefix)
    return Candidate(
        prefix=prefix,
        real=os.path.realpath(prefix),
        name=name,
        manager=manager,
        root=root,
        project=project,
    )


def _is_path(text: str) -> bool:
    """Return whether a mark's text can be a path at all."""
    return text.startswith("/") and text.isprintable()


def _is_still_there(prefix: str) -> bool:
    """Return whether a prefix from a mark is an environment, False if that cannot be told."""
    if not prefix.startswith("/"):
        return False
    try:
        return os.path.isdir(prefix) and is_environment(prefix)
    except (OSError, ValueError):  # ValueError: text that no path can hold
        return False
