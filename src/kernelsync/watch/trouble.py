"""Says what keeps a watcher from seeing everything at once, and what to do about it."""

from __future__ import annotations

import errno
import os

from kernelsync.model.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WATCHES = "fs.inotify.max_user_watches"
_INSTANCES = "fs.inotify.max_user_instances"
_UNIMPORTANT = frozenset({0, errno.ENOENT, errno.ENOTDIR})


def max_watches() -> int | None:
    """Return how many inotify watches this user may have in all; None where unknown.

    A user namespace has a limit of its own below `user.max_inotify_watches`; the smaller counts.
    """
    found = [
        _number("/proc/sys/fs/inotify/max_user_watches"),
        _number("/proc/sys/user/max_inotify_watches"),
    ]
    return min((number for number in found if number is not None), default=None)


def of_unwatched(unwatched: Mapping[str, int], every: float) -> Iterator[Problem]:
    """Yield the problems behind directories that got no watch, given their errnos."""
    short = sum(error == errno.ENOSPC for error in unwatched.values())
    if short:
        yield _short_of_watches(short, every)
    refused: dict[int, list[str]] = {}
    for path, error in unwatched.items():
        if error not in _UNIMPORTANT and error != errno.ENOSPC:
            refused.setdefault(error, []).append(path)
    for error, paths in refused.items():
        yield _refused(paths, error, every)


def no_notifier(error: Exception, every: float) -> Problem:
    """Return the problem that the system gives us no way to watch at all."""
    hint = None
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        hint = (
            f"other programs use up the inotify instances (or this one has too few file"
            f" descriptors): raise the limit with `sudo sysctl {_INSTANCES}=512`,"
            f" and write {_INSTANCES}=512 to /etc/sysctl.d/90-kernelsync.conf to keep it"
        )
    return Problem(
        code="watch-instances",
        message=f"cannot watch directories ({error}); they are looked at every {every:g} s instead",
        hint=hint,
    )


def eventless(mounts: Sequence[str], count: int, every: float) -> Problem:
    """Return the problem that changes from elsewhere raise no event on these file systems."""
    noun = "directory is" if count == 1 else "directories are"
    return Problem(
        code="watch-eventless",
        message=f"{count} watched {noun} on file systems where changes made elsewhere are not"
        f" reported ({', '.join(mounts)}); looked at every {every:g} s",
        hint="nothing to do: such changes are found a little later",
    )


def overflow() -> Problem:
    """Return the problem that events were lost, and everything is being looked at again."""
    return Problem(
        code="watch-overflow",
        message="too many changes at once, so the kernel dropped events;"
        " everything is looked at again",
        hint="nothing to do; if it comes back often, raise fs.inotify.max_queued_events",
    )


def dead(reason: str) -> Problem:
    """Return the problem that a watching thread has ended, and is to be replaced."""
    return Problem(
        code="watch-dead",
        message=f"watching has stopped unexpectedly ({reason}); it is being started again",
        hint="if it comes back, please report it",
    )


def _short_of_watches(count: int, every: float) -> Problem:
    limit = max_watches()
    wanted = max(524_288, 2 * (limit or 0))
    noun = "directory is" if count == 1 else "directories are"
    return Problem(
        code="watch-limit",
        message=f"the limit of {limit or 'the kernel'} inotify watches is reached; {count} {noun}"
        f" looked at every {every:g} s instead",
        hint=f"raise the limit with `sudo sysctl {_WATCHES}={wanted}`,"
        f" and write {_WATCHES}={wanted} to /etc/sysctl.d/90-kernelsync.conf to keep it",
    )


def _refused(paths: Sequence[str], error: int, every: float) -> Problem:
    others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Problem(
        code="watch-refused",
        message=f"cannot watch {paths[0]}{others}: {os.strerror(error)};"
        f" looked at every {every:g} s instead",
        path=paths[0],
        hint="check the permissions; watching is tried again by itself",
    )


def _number(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None
