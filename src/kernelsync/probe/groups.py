"""Whether a group that may write is one user's alone.

Most distributions give every user a group of their own, so that what a umask of 002 leaves
group-writable is still private. The databases are asked only where that bit is set.
"""

from __future__ import annotations

import os

_ACCESS_LIST = "system.posix_acl_access"


class Groups:
    """Finds out which groups have no members but one user and root; `known` are the answers."""

    def __init__(self, uid: int) -> None:
        self._uid = uid
        self.known: dict[int, bool] = {}

    def is_private(self, path: str, status: os.stat_result) -> bool:
        """Whether nobody else can use the group's right to write to this path.

        An access list grants rights to further users behind the same mode bits, so that a
        path with one is not private.
        """
        return self.has_only_me(status.st_gid) and not _has_access_list(path)

    def has_only_me(self, gid: int) -> bool:
        """Whether a group has no members but this user and root."""
        if gid not in self.known:
            self.known[gid] = self._look_up(gid)
        return self.known[gid]

    def _look_up(self, gid: int) -> bool:
        # There is neither on Windows, and hardly ever a need elsewhere.
        import grp  # noqa: PLC0415 - see above
        import pwd  # noqa: PLC0415 - see above

        try:
            members = set(grp.getgrgid(gid).gr_mem)
        except (KeyError, OverflowError):
            return False
        users = pwd.getpwall()
        members.update(user.pw_name for user in users if user.pw_gid == gid)
        mine = {user.pw_name for user in users if user.pw_uid in {0, self._uid}}
        return members <= mine


def _has_access_list(path: str) -> bool:
    try:
        return bool(os.getxattr(path, _ACCESS_LIST, follow_symlinks=False))
    except (OSError, AttributeError):
        # No such attribute here; or a system or file system without them.
        return False
