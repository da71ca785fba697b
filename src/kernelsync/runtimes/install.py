"""Installs one runtime: downloads, a turn, a build, and a broom behind it; composition only."""

from __future__ import annotations

import os

from kernelsync.runtimes.announcing import announce
from kernelsync.runtimes.build import build
from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.failure import failure_of
from kernelsync.runtimes.fetch import Fetcher
from kernelsync.runtimes.installed import current_build
from kernelsync.runtimes.manifest import read_manifest
from kernelsync.runtimes.removal import remove_old_builds, sweep
from kernelsync.runtimes.turn import turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kernelsync.runtimes.pins import PinList


class Installer:
    """Installs runtimes below a directory, with downloads that are kept in `cache`.

    `tell` hears how many of how many files are there; `waiting` is called if another one
    builds or removes at the same time.
    """

    def __init__(
        self,
        directory: str,
        cache: str,
        environ: Mapping[str, str],
        *,
        tell: Callable[[int, int], None] = lambda _done, _total: None,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._directory = directory
        self._fetcher = Fetcher(cache, environ, tell)
        self._cache = cache
        self._waiting = waiting

    def is_installed(self, key: str, pins: PinList | None = None) -> bool:
        """Tell whether a runtime is in force; with `pins`, whether it is of this list."""
        found = current_build(os.path.join(self._directory, key))
        manifest = None if found is None else read_manifest(found)
        return manifest is not None and (pins is None or manifest.id == pins.id)

    def install(self, key: str, pins: PinList) -> bool:
        """Build a runtime of this list and put it in force; False if it was already.

        Raises:
            BuildFailure: that was not possible; everything is as it was.
        """
        try:
            with turn(self._directory, self._waiting):
                sweep(self._directory)
                put_equipment(self._directory)
                if self.is_installed(key, pins):
                    remove_old_builds(self._directory, key)
                    return False
                files = self._fetcher.fetch(key, pins)
                build(self._directory, key, pins, files)
                announce(self._directory)
                remove_old_builds(self._directory, key)
        except OSError as error:
            raise failure_of(error, "building a runtime in", self._directory) from error
        return True
