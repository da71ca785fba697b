"""The directories that a base install adds to its own imports, and lends to environments."""

from __future__ import annotations

import os

from kernelsync.model.value import Value
from kernelsync.probe.files import is_directory
from kernelsync.probe.site_path import listing_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.probe.base_install import BaseInstall
    from kernelsync.probe.permissions import Fault, Trust
    from kernelsync.probe.site_path import Listing


class SharedSite(Value):
    """The user's and the install's own directories of packages, in the order of sys.path.

    Only those that exist. `fault` says who else could write to one of them.
    """

    listings: tuple[Listing, ...]
    fault: Fault | None


class SharedSites:
    """Reads the shared directories of each base install, once in a pass."""

    def __init__(self, surroundings: Surroundings, trust: Trust) -> None:
        self._surroundings = surroundings
        self._trust = trust
        self._sites: dict[str, SharedSite] = {}

    def of(self, install: BaseInstall) -> SharedSite:
        """Return the directories of one install.

        Raises:
            OSError: One of them vanished just now.
        """
        known = self._sites.get(install.stdlib)
        if known is None:
            known = self._sites[install.stdlib] = self._read(install)
        return known

    def _read(self, install: BaseInstall) -> SharedSite:
        places = shared_places(install, self._surroundings)
        found = [path for path in places if is_directory(path)]
        faults = [self._trust.fault_all(path) for path in found]
        return SharedSite(
            listings=tuple(listing_of(path) for path in found),
            fault=next((fault for fault in faults if fault is not None), None),
        )


def shared_places(install: BaseInstall, surroundings: Surroundings) -> tuple[str, ...]:
    """Return where the shared directories would be, in the order of sys.path."""
    user = user_site(install, surroundings)
    base = _base_site(install)
    return base if user is None else (user, *base)


def user_site(install: BaseInstall, surroundings: Surroundings) -> str | None:
    """Return the user's own site-packages for this install, by the rules of `site.py`."""
    environ = surroundings.environ
    if environ.get("PYTHONNOUSERSITE"):
        return None
    chosen = environ.get("PYTHONUSERBASE")
    platform = surroundings.platform
    if platform == "win32":
        roaming = environ.get("APPDATA", surroundings.home)
        digits = install.minor.replace(".", "")
        return os.path.join(chosen or f"{roaming}/Python", f"Python{digits}", "site-packages")
    if platform == "darwin" and ".framework/" in install.stdlib:
        base = chosen or f"{surroundings.home}/Library/Python/{install.minor}"
        return f"{base}/lib/python/site-packages"
    name = install.stdlib.rpartition("/")[2]
    return f"{chosen or surroundings.home + '/.local'}/lib/{name}/site-packages"


def _base_site(install: BaseInstall) -> tuple[str, ...]:
    prefix, stdlib = install.prefix, install.stdlib
    name = stdlib.rpartition("/")[2]
    major = install.minor.partition(".")[0]
    # Debian keeps site-packages for what is installed by hand into /usr/local, and its
    # own packages beside the library, those for Python 3 in one place for all versions.
    debian = (
        f"{prefix}/local/lib/{name}/dist-packages",
        f"{prefix}/lib/python{major}/dist-packages",
        f"{stdlib}/dist-packages",
    )
    own = f"{prefix}/{install.site[-1]}"
    # Fedora keeps compiled packages apart.
    apart = f"{prefix}/lib64/{name}/site-packages"
    both = (own, apart) if stdlib.startswith(f"{prefix}/lib64/") else (own,)
    return (*both, *debian)
