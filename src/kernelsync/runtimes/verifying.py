"""Whether a build is whole to its last file: dearer than what passes look at.

Sizes are compared, not contents: a full disk, a broken copy and an eager cleaner change sizes.
"""

from __future__ import annotations

import os
import stat

from kernelsync.model.runtime import Ailing
from kernelsync.runtimes.contents import CACHE, missing_name
from kernelsync.runtimes.installed import names_in
from kernelsync.runtimes.layout import FILES, IN_USE, MANIFEST, SITE
from kernelsync.runtimes.manifest import read_manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.runtime import Runtimes

_LARGEST = 8 * 1024 * 1024
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BYTE_CODE = ".pyc"


def write_files(build: str) -> None:
    """Write down all files of a build that is being made, with their sizes in bytes."""
    with open(os.path.join(build, FILES), "x", encoding="utf-8") as file:
        rows = sorted(_sizes(os.path.join(build, SITE)))
        file.write("".join(f"{size} {path}\n" for path, size in rows))
        file.write(f"{len(rows)}\n")


def damage_of(build: str) -> str | None:
    """Return what is wrong with a build, as the rest of a sentence; None if it is whole."""
    if read_manifest(build) is None:
        return f"{build}/{MANIFEST} cannot be understood"
    if not os.path.isfile(f"{build}/{IN_USE}"):
        return f"{build}/{IN_USE} is missing"
    missing = missing_name(build, names_in(f"{build}/{SITE}"))
    if missing is not None:
        return f"{missing} is missing"
    rows = _read_files(build)
    if rows is None:
        return f"{build}/{FILES} cannot be understood"
    wrong = [path for path, size in rows if not _is_as_it_was(f"{build}/{SITE}/{path}", size)]
    if not wrong:
        return None
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{build}/{SITE}/{wrong[0]} is missing or not as it was{more}"


def examined(runtimes: Runtimes) -> Runtimes:
    """Return the runtimes after a look at all of their files."""
    return runtimes.without(
        Ailing(key=each.key, directory=each.directory, reason=reason)
        for each in runtimes.installed
        if (reason := damage_of(each.build)) is not None
    )


def _sizes(site: str) -> Iterator[tuple[str, int]]:
    for folder, _, names in os.walk(site):
        for name in names:
            path = os.path.join(folder, name)
            yield os.path.relpath(path, site), os.lstat(path).st_size


def _read_files(build: str) -> list[tuple[str, int]] | None:
    """Return paths and sizes as they were written, None if they cannot be read."""
    try:
        with open(os.open(f"{build}/{FILES}", _FLAGS), "rb") as file:
            *lines, count = file.read(_LARGEST).decode().splitlines()
        rows = [line.partition(" ") for line in lines]
        found = [(path, int(size)) for size, _, path in rows]
    except (OSError, ValueError):
        return None
    return found if count == str(len(found)) and found else None


def _is_as_it_was(path: str, size: int) -> bool:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        # Byte code that somebody swept away is made again.
        return path.endswith(_BYTE_CODE) and f"/{CACHE}/" in path
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == size
