"""Exchanges directories for links to elsewhere and back, as fast as it can, until told to end.

    python swapper.py DATA_DIRECTORY SEED

Somebody who can write to the data directory does so while kernelsync works in it. It says
"ready", and how often it has swapped something when its standard input ends.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from random import Random

_LONGEST_PAUSE = 0.004
_LONGEST_SWAP = 2000
# Not "kernels" itself: its user may have made it a link, and is taken at their word.
PLACES = (
    "kernels/project",
    "kernels/project/kernel.json",
    ".kernelsync",
    ".kernelsync/staging",
    ".kernelsync/trash",
    "runtime",
    "runtime/lock",
)


def outside_path(data: str) -> str:
    """Return the directory that nobody may be led to; it looks like all that is swapped."""
    return f"{data}-outside"


def make_outside(data: str) -> str:
    """Make the directory that nobody may be led to."""
    outside = outside_path(data)
    for name in ("project", "staging", "trash", "kernels", "kernels/project"):
        os.makedirs(f"{outside}/{name}", exist_ok=True)
        with open(f"{outside}/{name}/kernel.json", "w", encoding="ascii") as file:
            file.write('{"argv": ["theirs"], "display_name": "theirs"}\n')
    with open(f"{outside}/lock", "w", encoding="ascii") as file:
        file.write("theirs\n")
    return outside


def swap(data: str, place: str, random: Random) -> bool:
    """Exchange a place for a link to elsewhere, wait a little, and exchange it back.

    Links that others have moved meanwhile lead this nowhere.
    """
    above, _, name = f"{data}/{place}".rpartition("/")
    target = outside_path(data)
    if random.random() < 0.5:
        target = f"{target}/{name}"
    try:
        parent = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return _swap_in(parent, name, target, random)
    finally:
        os.close(parent)


def _swap_in(parent: int, name: str, target: str, random: Random) -> bool:
    away = f"{name}-away"
    try:
        os.rename(name, away, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        os.symlink(target, name, dir_fd=parent)
    for _ in range(random.randrange(_LONGEST_SWAP)):
        os.getpid()
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=parent)
    try:
        os.rename(away, name, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError:
        # Something new was made there meanwhile; what was there before goes.
        with contextlib.suppress(OSError):
            os.rename(away, f"{away}-{os.urandom(4).hex()}", src_dir_fd=parent, dst_dir_fd=parent)
    return True


def main(data: str, seed: int) -> int:
    """Swap until the standard input ends."""
    random = Random(seed)  # noqa: S311 - nothing secret
    count = 0
    print("ready", flush=True)  # noqa: T201 - this is a program
    while not select.select([sys.stdin], [], [], random.random() * _LONGEST_PAUSE)[0]:
        count += swap(data, random.choice(PLACES), random)
    print(count, flush=True)  # noqa: T201 - this is a program
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
