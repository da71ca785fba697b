"""Installs one runtime: downloads, a turn, a build, and a broom behind it; composition only."""

from __future__ import annotations

import os

from kernelsync.runtimes.announcing import announce
from kernelsync.runtimes.build import build
from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.failure import BuildFailure, failure_of
from kernelsync.runtimes.fetch import Fetcher
from kernelsync.runtimes.installed import current_build
from kernelsync.runtimes.layout import BUILDS, SITE
from kernelsync.runtimes.manifest import read_manifest
from kernelsync.runtimes.removal import forget_removal, remove_old_builds, sweep
from kernelsync.runtimes.turn import turn
from kernelsync.runtimes.verifying import damage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kernelsync.model.problem import Problem
    from kernelsync.runtimes.pins import PinList


class Installer:
    """Installs runtimes below a directory, with downloads that are kept in `cache`.

    `tell` hears how many of how many files are there; `waiting` is called if another one
    builds or removes at the same time. `judge` says who else may write to a path, or to where
    it would be made.
    """

    def __init__(  # noqa: PLR0913 - whoever installs hears of all, by name
        self,
        directory: str,
        cache: str,
        environ: Mapping[str, str],
        *,
        tell: Callable[[int, int], None] = lambda _done, _total: None,
        waiting: Callable[[], None] = lambda: None,
        judge: Callable[[str], Problem | None] = lambda _path: None,
    ) -> None:
        self._directory = directory
        self._fetcher = Fetcher(cache, environ, tell)
        self._cache = cache
        self._waiting = waiting
        self._judge = judge

    def is_installed(self, key: str, pins: PinList | None = None) -> bool:
        """Tell whether a whole runtime is in force; with `pins`, whether it is of this list."""
        found = current_build(os.path.join(self._directory, key))
        if found is None or self._fault_of(found) is not None:
            return False
        manifest = read_manifest(found)
        return manifest is not None and (pins is None or manifest.id == pins.id)

    def install(self, key: str, pins: PinList) -> bool:
        """Build a runtime of this list and put it in force; False if it was already.

        One that is in force and damaged is replaced by another build of the same list.

        Raises:
            BuildFailure: that was not possible; everything is as it was.
        """
        runtime = os.path.join(self._directory, key)
        for path in (self._directory, runtime, os.path.join(runtime, BUILDS)):
            self._refuse_below(path)
        try:
            with turn(self._directory, self._waiting):
                sweep(self._directory)
                put_equipment(self._directory)
                if self.is_installed(key, pins):
                    forget_removal(self._directory, key)
                    remove_old_builds(self._directory, key)
                    return False
                files = self._fetcher.fetch(key, pins)
                build(self._directory, key, pins, files, self._fault_of)
                forget_removal(self._directory, key)
                announce(self._directory)
                remove_old_builds(self._directory, key)
        except OSError as error:
            raise failure_of(error, "building a runtime in", self._directory) from error
        return True

    def _fault_of(self, build: str) -> str | None:
        """Return what speaks against a build: damage, or that others may write to it."""
        for path in (build, os.path.join(build, SITE)):
            problem = self._judge(path)
            if problem is not None:
                return problem.message
        return damage_of(build)

    def _refuse_below(self, path: str) -> None:
        """Build nothing where others could exchange it.

        Raises:
            BuildFailure: they could, or that cannot be told.
        """
        problem = self._judge(path)
        if problem is not None:
            raise BuildFailure(
                problem.message, code=problem.code, path=problem.path, hint=problem.hint
            )
