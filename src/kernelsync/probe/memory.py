"""What earlier passes found out about environments, for as long as nothing has changed.

Only answers that a kernel can run or that it lacks ipykernel are kept: what they rest on is
all known, while whatever is wrong or unfinished may change without a trace.
"""

from __future__ import annotations

import os
import sys
from stat import S_ISREG, S_IWGRP

from kernelsync import __version__
from kernelsync.model.value import as_dict
from kernelsync.probe.outline import outline_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kernelsync.model.environment import Candidate, Environment
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.outline import Outline

_FORMAT = 4
_VARIABLES = ("PYTHONNOUSERSITE", "PYTHONUSERBASE")
"""Those that change what an interpreter imports (`site_dirs.user_site`)."""
_EMPTY: Mapping[str, object] = {}


class Memory:
    """The rows and tables of the memory.

    A row belongs to one environment, by its real path: the number of its outline, the seal
    of its evidence, its prefix, the distribution whose project was looked for, and that
    project. `groups` are those that judgements rested on (`Trust.groups`). Rows are
    checked when they are used; so are `outlines` and `grounds`, which hold plain values.
    `answers` are what rows came to in the last pass, each with its row; they are not written.
    """

    def __init__(self, written: Mapping[str, object] = _EMPTY) -> None:
        self.rows = _dict(written.get("environments"))
        self.outlines = _list(written.get("outlines"))
        self.grounds = _list(written.get("grounds"))
        groups = _dict(written.get("groups"))
        self.groups = {
            int(group): private is True for group, private in groups.items() if _is_number(group)
        }
        self.answers: dict[str, tuple[object, Environment]] = {}
        self._written = self.rows

    def outline(self, index: int) -> Outline | None:
        """Return an outline by its number, None if there is none or it makes no sense."""
        try:
            return outline_of(self.outlines[index])
        except (LookupError, TypeError, ValueError):
            return None

    def forget(self) -> None:
        """Forget everything."""
        self.rows, self.outlines, self.grounds, self.groups = {}, [], [], {}
        self.answers = {}

    def is_changed(self) -> bool:
        """Whether this differs from what is written."""
        return self.rows != self._written

    def has_lost(self) -> bool:
        """Whether something that is written is not so any more."""
        return any(self.rows.get(real) != row for real, row in self._written.items())

    def is_written(self) -> None:
        """Take note that this is what is written now."""
        self._written = self.rows


def header_of(surroundings: Surroundings) -> dict[str, object]:
    """Return what answers depend on besides files; a memory with another header is none."""
    return {
        "format": _FORMAT,
        "version": __version__,
        # The next Python may calculate seals in another way.
        "python": sys.version,
        "uid": surroundings.uid,
        "owners": list(as_dict(surroundings.owners).values()),
        "home": surroundings.home,
        "platform": surroundings.platform,
        "machine": os.uname().machine,
        "variables": [surroundings.environ.get(name) for name in _VARIABLES],
    }


def fingerprint(
    above: str, names: Iterable[str], look: Callable[[str], os.stat_result] = os.lstat
) -> int:
    """Return a number that changes when one of the files does (`names` continue `above`).

    It is made from everything that the system keeps about a file but its times of reading:
    the time of change alone (ctime) moves with the contents, the mode, the owner and the
    name, and nobody can set it back. That nothing is there counts as well. Equal numbers by
    chance are as likely as a memory error: this guards against change, not against an enemy,
    who could not write to these files anyway (`permissions`).

    A file with several names has a time of change that moves with the number of these, and
    uv gives all environments the same files (`--link-mode hardlink`, its default where files
    cannot be cloned): one more environment would make all others look changed. Of such a file
    neither counts; its inode tells that it was replaced, and the time of its contents (mtime)
    that it was written to, unless somebody sets that back and keeps the size. Where its group
    may write, both do count: nothing else tells of an access list.

    Raises:
        OSError: it cannot be told.
        ValueError: a name cannot be one.
    """
    facts: list[int] = []
    for name in names:
        try:
            status = look(above + name)
        except (FileNotFoundError, NotADirectoryError):
            facts.append(0)
        else:
            if status.st_nlink > 1 and _is_shared(status):
                facts += status[:3]
                facts += status[4:7]
            else:
                facts += status[:7]
                facts.append(status.st_ctime_ns)
            facts.append(status.st_mtime_ns)
    return hash(tuple(facts))


def looked_for(candidate: Candidate) -> str | None:
    """Return the distribution by which the project is looked for, None if it is known."""
    return (candidate.distribution or None) if candidate.project is None else None


def seal_of(outline: Outline, real: str) -> int:
    """Return the fingerprint of what an outline rests on for one environment.

    Raises:
        OSError: it cannot be told.
        ValueError: a path cannot be one.
    """
    own = fingerprint(real, outline.own)
    return hash((own, fingerprint("", outline.others, os.stat))) if outline.others else own


def _is_shared(status: os.stat_result) -> bool:
    """Whether this, of which there are several, is one file of several environments."""
    return S_ISREG(status.st_mode) and not status.st_mode & S_IWGRP


def _dict(value: object) -> dict[str, object]:
    return value if type(value) is dict else {}


def _is_number(key: object) -> bool:
    return type(key) is str and key.isascii() and key.isdecimal()


def _list(value: object) -> list[object]:
    return value if type(value) is list else []
