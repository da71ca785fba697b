"""Writes the files of a build; what another runtime has byte for byte is shared by hard links."""

from __future__ import annotations

import os

from kernelsync.runtimes.failure import DO_NOT_USE, BuildFailure
from kernelsync.runtimes.layout import SITE
from kernelsync.runtimes.manifest import read_manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kernelsync.runtimes.unpack import Member


class Placing:
    """Puts the members of distributions into a new `site`.

    `builds` are those of other runtimes, from which equal files are linked.
    """

    def __init__(self, site: str, builds: Iterable[str]) -> None:
        self._site = site
        self._others: dict[str, list[str]] = {}
        for build in builds:
            manifest = read_manifest(build)
            for digest in () if manifest is None else manifest.sha256.values():
                self._others.setdefault(digest, []).append(os.path.join(build, SITE))

    def placer(self, sha256: str) -> Callable[[Member], None]:
        """Return what puts the members of a distribution (its file's hash) in their places.

        It raises BuildFailure if another distribution has put something else there.
        """
        sites = self._others.get(sha256, [])
        return lambda member: self._place(member, sites)

    def _place(self, member: Member, sites: Iterable[str]) -> None:
        """Write one file, or link it."""
        path = os.path.join(self._site, member.path)
        if _has(path, member.content):
            # Namespace packages of old have their __init__.py in each distribution.
            return
        if os.path.lexists(path):
            if os.path.basename(path) == "__init__.py":
                return
            message = f"two distributions have different files {member.path}"
            raise BuildFailure(message, code="bad-archive", path=path, hint=DO_NOT_USE)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for site in sites:
            other = os.path.join(site, member.path)
            if _has(other, member.content) and _link(other, path):
                return
        with open(path, "xb") as file:
            file.write(member.content)


def _has(path: str, content: bytes) -> bool:
    """Tell whether a regular file has these contents."""
    if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) != len(content):
        return False
    with open(path, "rb") as file:
        return file.read() == content


def _link(source: str, path: str) -> bool:
    try:
        os.link(source, path)
    except OSError:
        # No links here, or too many: a copy serves as well.
        return False
    return True
