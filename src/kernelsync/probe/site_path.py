"""The names in the directories that an interpreter imports from, in the order of sys.path."""

from __future__ import annotations

import os

from kernelsync.probe.files import is_directory, is_file
from kernelsync.probe.pth import finder_mapping, paths_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Listing = tuple[str, str]
"""A directory, and its names, each between slashes: "/zmq/traitlets/". One string, because
searching it for a name is many times faster than comparing sixty names, and no name can
hold a slash."""

FINDER = ("/__editable___", "_finder.py")
"""How the file of setuptools' finder begins and ends in a listing."""


def listing_of(path: str) -> Listing:
    """List a directory.

    Raises:
        OSError: It is absent, no directory, or cannot be read.
    """
    return path, f"/{'/'.join(os.listdir(path))}/"


def names_between(names: str, start: str, end: str) -> Iterator[str]:
    """Return the names in a listing's text that start with `start` and end with `end`.

    `start` begins with the slash before the name.
    """
    at = names.find(start)
    while at >= 0:
        stop = names.find("/", at + 1)
        if stop < 0:
            # The slash after the last name.
            return
        if names.endswith(end, at, stop):
            yield names[at + 1 : stop]
        at = names.find(start, stop)


def follow(listings: Sequence[Listing]) -> tuple[list[Listing], dict[str, str]]:
    """Add what the `.pth` files of these directories add, each after its own directory.

    One level deep: a `.pth` file in an added directory is not looked at. Also returns the
    modules that the finders of editable installs (setuptools) map to other places.
    """
    seen = {path for path, _ in listings}
    found: list[Listing] = []
    mapping: dict[str, str] = {}
    for directory, names in listings:
        found.append((directory, names))
        for name in sorted(names_between(names, "/", ".pth")):
            for path in paths_in(directory, name):
                if path not in seen and is_directory(path):
                    seen.add(path)
                    found.append(_listing_or_none(path))
        for name in names_between(names, *FINDER):
            mapping.update(finder_mapping(f"{directory}/{name}"))
    return found, mapping


def mapped_file(mapping: dict[str, str], module: str) -> str | None:
    """Return the file of a single-file module that a finder maps, None without one."""
    # setuptools leaves the ending out.
    location = mapping.get(module)
    return f"{location}.py" if location and is_file(f"{location}.py") else None


def _listing_or_none(path: str) -> Listing:
    try:
        return listing_of(path)
    except OSError:
        return path, "/"
