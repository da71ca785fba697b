"""Makes something costly once, however many processes of one test run need it."""

from __future__ import annotations

import fcntl
import os
import shutil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def made_once(directory: str, name: str, make: Callable[[str], None]) -> str:
    """Return `directory/name`; the first caller makes it, the others wait for that.

    Something that was left half made is made again.
    """
    path = os.path.join(directory, name)
    complete = f"{path}.complete"
    os.makedirs(directory, exist_ok=True)
    with open(f"{path}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(complete):
            shutil.rmtree(path, ignore_errors=True)
            make(path)
            with open(complete, "w", encoding="utf-8"):
                pass
    return path
