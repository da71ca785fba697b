"""What answers rest on that many environments share: their base, and what it lends to them."""

from __future__ import annotations

import os

from kernelsync.probe.base_install import minor_in_name
from kernelsync.probe.files import is_directory, names_in
from kernelsync.probe.site_dirs import shared_places
from kernelsync.probe.version import files_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.draft import Draft

MOST_LINKS = 40
"""The most links that are followed one after the other, as many as Linux follows."""


def ground_of(
    draft: Draft, install: BaseInstall, start: str, surroundings: Surroundings
) -> dict[str, object]:
    """Return what an answer shares with all of the same base.

    `start` is what the interpreter's links in its own directory lead to.

    Raises:
        OSError: the base is gone.
    """
    resolved = os.path.realpath(start, strict=True)
    files = [resolved, *_landmarks(resolved, install)]
    files += files_read(install.prefix, install.stdlib, install.minor)
    links = _links(start)
    judged = [start, *(link for link, _ in links), resolved, install.stdlib]
    if draft.bare or draft.configuration.system_site:
        shared = shared_places(install, surroundings)
        files += shared
        judged += [path for path in shared if is_directory(path)]
    return {
        "start": start,
        "resolved": resolved,
        "links": links,
        "files": list(dict.fromkeys(files)),
        "judged": list(dict.fromkeys(judged)),
        "directories": [] if draft.bare else [draft.configuration.home],
    }


def _links(start: str) -> list[list[str]]:
    links: list[list[str]] = []
    at = start
    while os.path.islink(at) and len(links) < MOST_LINKS:
        target = os.readlink(at)
        links.append([at, target])
        at = os.path.join(os.path.dirname(at), target)
    return links


def _landmarks(resolved: str, install: BaseInstall) -> Iterator[str]:
    """Yield what decides where the standard library of a program is."""
    directory = os.path.dirname(resolved)
    while directory not in {install.prefix, "/"}:
        directory = os.path.dirname(directory)
        yield directory
        for folder in (f"{directory}/lib", f"{directory}/lib64"):
            yield folder
            names = {install.stdlib.rpartition("/")[2], *filter(minor_in_name, names_in(folder))}
            yield from (f"{folder}/{name}/os.py" for name in sorted(names))
        for name in ("3", "2.7"):
            yield f"{directory}/lib-python/{name}/os.py"
    yield install.stdlib
