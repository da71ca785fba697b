"""What each pass clears away: leftovers of interrupted passes, and trash that is due."""

from __future__ import annotations

import os
from contextlib import suppress

from kernelsync.kernelspecs.layout import STAGING, TRASH, dated, leftovers, out_of_time, state_path
from kernelsync.kernelspecs.problems import not_purged, not_settled
from kernelsync.kernelspecs.staging import settle
from kernelsync.kernelspecs.trash import drop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.kernelspecs.workplace import Workplace
    from kernelsync.model.problem import Problem


def sweep(work: Workplace) -> tuple[Problem, ...]:
    """Settle every leftover of this host, and remove for good what is due in the trash.

    What a clock that jumped would let go too early stays from now on for its whole time.
    """
    problems: list[Problem] = []
    staging, trash = (state_path(work.path, name) for name in (STAGING, TRASH))
    for identifier in leftovers(_names(work.staging, staging, problems), work.host):
        try:
            settle(work, identifier)
        except OSError as error:
            problems.append(not_settled(f"{staging}/{identifier}", error))
    due, undated = out_of_time(_names(work.trash, trash, problems), work.now)
    for identifier in undated:
        try:
            _date(work, identifier)
        except OSError as error:
            problems.append(not_settled(f"{trash}/{identifier}", error))
    for identifier in due:
        try:
            drop(work.trash, identifier)
        except OSError as error:
            problems.append(not_purged(f"{trash}/{identifier}", error))
    return tuple(problems)


def _date(work: Workplace, identifier: str) -> None:
    new = dated(identifier, work.now)
    with suppress(FileNotFoundError):  # another host was faster
        os.rename(identifier, new, src_dir_fd=work.trash, dst_dir_fd=work.trash)


def _names(directory: int, path: str, problems: list[Problem]) -> list[str]:
    """Return what is in a directory; nothing, and a problem, if it cannot be listed."""
    try:
        return os.listdir(directory)
    except OSError as error:
        problems.append(not_settled(path, error))
        return []
