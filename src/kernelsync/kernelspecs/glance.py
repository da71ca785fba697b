"""Whether kernelspecs are as they were: a seal of each, in one system call, and nothing read."""

from __future__ import annotations

import os
import stat

from kernelsync.kernelspecs.codec import DOCUMENT
from kernelsync.kernelspecs.documents import seal
from kernelsync.kernelspecs.listing import open_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.model.kernelspec import InstalledKernel


def glance(store_directory: str, path_directories: Sequence[str]) -> list[str] | None:
    """Return the directory and the seal of every kernelspec; `recorded` says the same later.

    None where one look at each is not enough: links, directories that cannot be listed, what
    takes a name in the store and is no kernelspec.
    """
    seen: set[tuple[int, int]] = set()
    seals: list[str] = []
    try:
        seals += _seals_in(store_directory, seen, in_store=True)
        for path in path_directories:
            seals += _seals_in(path, seen, in_store=False)
    except OSError:
        return None
    return seals


def recorded(installed: Sequence[InstalledKernel], known: Mapping[str, object]) -> list[str] | None:
    """Return what `glance` would, from what a pass read (`Documents.kept`) of the same.

    None if one of them is not to be known by its seal.
    """
    seals = []
    for kernel in installed:
        document = known.get(kernel.directory)
        if type(document) is not list:
            return None
        seals.append(f"{kernel.directory}\0{document[0]}")
    return seals


def _seals_in(path: str, seen: set[tuple[int, int]], *, in_store: bool) -> list[str]:
    try:
        directory = open_once(path, seen)
    except (FileNotFoundError, NotADirectoryError):
        return []
    if directory is None:
        return []
    try:
        names = _names(directory) if in_store else os.listdir(directory)
        seals = []
        for name in sorted(names):
            try:
                status = os.lstat(f"{name}/{DOCUMENT}", dir_fd=directory)
            except (FileNotFoundError, NotADirectoryError):
                if in_store:
                    raise
                continue
            if stat.S_ISLNK(status.st_mode):
                raise OSError
            seals.append(f"{path}/{name}\0{seal(status)}")
        return seals
    finally:
        os.close(directory)


def _names(directory: int) -> list[str]:
    """Return what is in the store; whose a link is does not stand in what it leads to."""
    with os.scandir(directory) as entries:
        found = {entry.name: entry.is_symlink() for entry in entries}
    if any(found.values()):
        raise OSError
    return list(found)
