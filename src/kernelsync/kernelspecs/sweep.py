"""What each pass clears away: leftovers of interrupted passes, and trash that is due."""

from __future__ import annotations

import os

from kernelsync.kernelspecs.layout import STAGING, TRASH, due, leftovers, state_path
from kernelsync.kernelspecs.problems import not_purged, not_settled
from kernelsync.kernelspecs.staging import settle
from kernelsync.kernelspecs.trash import drop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.kernelspecs.workplace import Workplace
    from kernelsync.model.outcome import Problem


def sweep(work: Workplace) -> tuple[Problem, ...]:
    """Settle every leftover of this host, and remove for good what is due in the trash."""
    problems = []
    for identifier in leftovers(os.listdir(work.staging), work.host):
        try:
            settle(work, identifier)
        except OSError as error:
            path = f"{state_path(work.path, STAGING)}/{identifier}"
            problems.append(not_settled(path, error))
    for identifier in due(os.listdir(work.trash), work.now):
        try:
            drop(work.trash, identifier)
        except OSError as error:
            path = f"{state_path(work.path, TRASH)}/{identifier}"
            problems.append(not_purged(path, error))
    return tuple(problems)
