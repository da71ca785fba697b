"""Whether anybody else could change what a path leads to.

A kernel is started by its user's click, so whoever can write to an environment can run
programs as that user. Where this cannot be told, the answer is that they could.
"""

from __future__ import annotations

import errno
import os
import stat

from kernelsync.errors import NO_ANSWER
from kernelsync.model.surroundings import Owners
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.probe.groups import Groups

_UNREADABLE = NO_ANSWER | {errno.EACCES, errno.EPERM}
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def is_trusted(
    mode: int, owner: int, me: int, *, private_group: bool = False, ancestor: bool = False
) -> bool:
    """Decide about one file or directory by what `lstat` says of it.

    `private_group` says that its group has no other members than `me` and root, and no
    access list adds some. `ancestor` is a directory above what is judged: there the sticky
    bit will do, because in such a directory nobody can rename or replace what others own.
    """
    if owner not in {0, me}:
        return False
    if stat.S_ISLNK(mode) or (ancestor and mode & stat.S_ISVTX):
        return True
    return not mode & stat.S_IWOTH and (private_group or not mode & stat.S_IWGRP)


class Fault(Value):
    """Who else may write to a `path`; `reason` is the rest of a sentence.

    If it is not `certain`, then nobody can tell here: the owner is hidden.
    """

    reason: str
    path: str
    certain: bool = True


class HiddenOwnerError(Exception):
    """Something that decides about an environment belongs to a hidden owner: see `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


_ALL_KNOWN = Owners()


class Trust:
    """Judges paths for one user; remembers directories and groups for one pass.

    Every method returns a fault; None means that nobody else can write there. `known` says
    which owners are hidden, and who is vouched for all the same. Windows has neither such
    owners nor such modes (uid -1).
    """

    def __init__(self, uid: int, known: Owners = _ALL_KNOWN) -> None:
        self._uid = uid
        self._known = known
        # Who has the number of the hidden ones cannot tell own files from theirs.
        self._owners = frozenset({0, uid} - {known.nobody})
        self._blind = uid < 0
        self._groups: Groups | None = None
        self._above: dict[str, Fault | None] = {}
        self._directories: dict[str, Fault | None] = {}

    def fault(self, path: str) -> Fault | None:
        """Judge one path alone, and what it leads to where it is a link.

        Raises:
            OSError: It is not there.
        """
        status = os.lstat(path)
        if status.st_mode & _OTHERS_WRITE or status.st_uid not in self._owners:
            return self.fault_of(path, status) or self._fault_behind(path, status)
        return None

    def fault_of(
        self, path: str, status: os.stat_result, *, ancestor: bool = False
    ) -> Fault | None:
        """Judge one path alone by its status."""
        mode, owner = status.st_mode, status.st_uid
        if (not mode & _OTHERS_WRITE and owner in self._owners) or self._blind:
            return None
        # A link is open to all by its mode, which means nothing.
        shared = bool(mode & stat.S_IWGRP) and not stat.S_ISLNK(mode)
        nameless = shared and status.st_gid == self._known.no_group
        private = shared and not nameless and self._known_groups().is_private(path, status)
        vouched = owner == self._known.nobody and self._is_vouched_for(path)
        judged = 0 if vouched else owner
        if (vouched or owner in self._owners) and is_trusted(
            mode, judged, self._uid, private_group=private, ancestor=ancestor
        ):
            return None
        if owner not in self._owners and not vouched:
            return self._fault_of_owner(path, owner)
        if mode & stat.S_IWOTH:
            return Fault(reason=f"everybody can write to {path}", path=path)
        if nameless:
            reason = f"a group that cannot be told here can write to {path}"
            return Fault(reason=reason, path=path, certain=False)
        reason = f"group {status.st_gid}, which may have other members, can write to {path}"
        return Fault(reason=reason, path=path)

    def fault_above(self, path: str) -> Fault | None:
        """Judge every directory above a path, also where a link on the way leads elsewhere.

        Raises:
            OSError: They cannot be looked at.
        """
        if self._blind:
            return None
        parent = path.rpartition("/")[0]
        if parent not in self._above:
            self._above[parent] = self._fault_along(parent)
        return self._above[parent]

    def fault_all(self, path: str) -> Fault | None:
        """Judge a path, what it leads to, and every directory above both.

        Raises:
            OSError: It is not there.
        """
        return self.fault_above(path) or self.fault(path)

    def groups(self) -> Mapping[int, bool]:
        """Return the groups that judgements rested on, and whether each is one user's alone."""
        return {} if self._groups is None else self._groups.known

    def agrees_on(self, groups: Mapping[int, bool]) -> bool:
        """Whether each of these groups is one user's alone, or not, as is said here."""
        return not groups or all(
            self._known_groups().has_only_me(group) is private for group, private in groups.items()
        )

    def _fault_of_owner(self, path: str, owner: int) -> Fault:
        if owner == self._known.nobody:
            reason = f"the owner of {path} cannot be told in this user namespace"
            return Fault(reason=reason, path=path, certain=False)
        return Fault(reason=f"{path} belongs to another user ({owner})", path=path)

    def _is_vouched_for(self, path: str) -> bool:
        """Whether somebody vouched for the place at which this really is, links aside."""
        parent, _, name = path.rpartition("/")
        real = os.path.realpath(parent or "/")
        return self._known.vouched_for(f"{real.rstrip('/')}/{name}")

    def _known_groups(self) -> Groups:
        if self._groups is None:
            # Only where a group may write.
            from kernelsync.probe.groups import Groups  # noqa: PLC0415 - see above

            self._groups = Groups(self._uid)
        return self._groups

    def _fault_along(self, directory: str) -> Fault | None:
        at = ""
        for part in directory.split("/"):
            at = f"{at}/{part}" if part else at
            fault = self._fault_of_directory(at or "/")
            if fault is not None:
                return fault
        return None

    def _fault_of_directory(self, path: str) -> Fault | None:
        if path not in self._directories:
            self._directories[path] = self._judge_directory(path)
        return self._directories[path]

    def _judge_directory(self, path: str) -> Fault | None:
        try:
            status = os.lstat(path)
            fault = self.fault_of(path, status, ancestor=True)
            if fault is None and stat.S_ISLNK(status.st_mode):
                # The real path has no further links, so that this ends here.
                return self._fault_along(os.path.realpath(path, strict=True))
        except OSError as error:
            if error.errno in _UNREADABLE:
                # That says nothing against it: a kernel of it stays.
                raise
            return Fault(reason=f"{path} cannot be examined ({error.strerror})", path=path)
        return fault

    def _fault_behind(self, path: str, status: os.stat_result) -> Fault | None:
        if self._blind or not stat.S_ISLNK(status.st_mode):
            return None
        real = os.path.realpath(path, strict=True)
        return self.fault_above(real) or self.fault_of(real, os.lstat(real))
