"""Certainty: what speaks against believing that an environment is gone."""

from __future__ import annotations

from kernelsync.model.environment import Absence, RootState
from kernelsync.model.plan import Cause
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kernelsync.model.environment import Root, Trace
    from kernelsync.model.kernelspec import Mark
    from kernelsync.model.plan import Remove

_SUDDENLY = 2
"""Environments that must go at once for their empty root to be suspicious: one may go."""
_BASE_PARTS = 3
"""The base install, its `bin` and the program: what is missing when a base was removed."""


class Evidence(Value):
    """What this pass saw: its roots and traces by path, and how many would go by root."""

    roots: Mapping[str, Root]
    traces: Mapping[str, Trace]
    leaving: Mapping[str, int]


def gather(removes: Iterable[Remove], roots: Iterable[Root], traces: Iterable[Trace]) -> Evidence:
    """Sort the evidence; of several searches of one root, the one that failed counts."""
    by_path: dict[str, Root] = {}
    for root in roots:
        if root.path not in by_path or root.state is not RootState.READ:
            by_path[root.path] = root
    leaving: dict[str, int] = {}
    for remove in removes:
        mark = remove.installed.mark
        if mark is not None and remove.cause is Cause.GONE:
            leaving[mark.root] = leaving.get(mark.root, 0) + 1
    return Evidence(
        roots=by_path, traces={trace.prefix: trace for trace in traces}, leaving=leaving
    )


def doubt(mark: Mark, evidence: Evidence) -> str | None:
    """Return why it is not certain that the environment was removed, None if it is.

    Certain is: its root was read without any error and is the same directory as before,
    the environment is not there, and what is there does not look like the place of a file
    system that is not mounted.
    """
    root = evidence.roots.get(mark.root)
    if root is None:
        return f"{mark.root} was not searched in this pass"
    return _doubt_by_root(mark, root, evidence) or _doubt_by_trace(mark, evidence, root)


def doubt_of_base(program: str, evidence: Evidence) -> str | None:
    """Return why it is not certain that the Python below an environment was removed.

    `program` is `<base>/bin/python`. Who removes a base install leaves the directory that
    it was in; a disk that is not mounted takes more.
    """
    trace = evidence.traces.get(program)
    if trace is None or trace.absence is Absence.UNREADABLE:
        return f"{program} cannot be looked at"
    if trace.missing > _BASE_PARTS:
        return f"nothing is left of it below {trace.ancestor}, as while a disk is not mounted"
    return None


def _doubt_by_root(mark: Mark, root: Root, evidence: Evidence) -> str | None:
    if root.state is RootState.ABSENT:
        return f"{root.path} is missing, as it is while a disk is not mounted"
    if root.state is RootState.UNREADABLE:
        return f"{root.path} could not be read completely"
    if None not in (root.inode, mark.root_inode) and root.inode != mark.root_inode:
        return f"{root.path} is another directory than before"
    if root.empty and evidence.leaving.get(root.path, 0) >= _SUDDENLY:
        return f"{root.path} is suddenly empty"
    return None


def _doubt_by_trace(mark: Mark, evidence: Evidence, root: Root) -> str | None:
    """Judge by the places of the environment: the path it is known by, and the real one.

    The kernel cannot start if either is gone: a link may be removed, or dangle.
    """
    places = dict.fromkeys((mark.prefix, mark.environment))
    found = [evidence.traces[place] for place in places if place in evidence.traces]
    if not found:
        return f"nobody looked at {mark.prefix}"
    for trace in found:
        if trace.absence is Absence.UNREADABLE:
            return f"{trace.prefix} cannot be looked at"
    gone = next((trace for trace in found if trace.absence is Absence.GONE), None)
    if gone is None:
        return "something is still there"
    return _doubt_by_second_look(root, evidence) or _doubt_of_ancestor(gone, root)


def _doubt_by_second_look(root: Root, evidence: Evidence) -> str | None:
    """Judge by the look at the root that came after those at its environments.

    Where those were does not tell whether it is still there: a link in the root may have led
    to any other place.
    """
    trace = evidence.traces.get(root.path)
    if trace is None or trace.absence is Absence.UNREADABLE:
        return f"{root.path} cannot be looked at"
    return f"{root.path} has gone meanwhile" if trace.absence is Absence.GONE else None


def _doubt_of_ancestor(trace: Trace, root: Root) -> str | None:
    if trace.ancestor_inode is not None and trace.ancestor_inode == root.inode:
        # The root itself, though perhaps under another name: its path may hold symlinks.
        return None
    if trace.ancestor == "/":
        return "nothing is left of it below /, as while a disk is not mounted"
    if trace.ancestor_empty and trace.ancestor not in (root.path, _above(trace.prefix)):
        return f"{trace.ancestor} is empty, as it is while a disk is not mounted"
    return None


def _above(path: str) -> str:
    return path.rpartition("/")[0]
