"""What the commands share: the surroundings, the settings and the store."""

from __future__ import annotations

import os
import sys
from functools import cached_property

from kernelsync.config.load import load
from kernelsync.errors import UsageError
from kernelsync.kernelspecs.paths import data_directory, kernel_directories
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.locators import MANAGERS
from kernelsync.places import runtime_directory, settings_path
from kernelsync.reconcile import Reconciler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings


class Session:
    """One run of the program: what its global options and its surroundings come to.

    `config` and `kernels_dir` are the global options, None where they were not given.
    """

    def __init__(
        self, surroundings: Surroundings, *, config: str | None, kernels_dir: str | None
    ) -> None:
        self.surroundings = surroundings
        self._config = config
        self._kernels_dir = kernels_dir

    @cached_property
    def settings_path(self) -> str:
        """Where the settings file is, or would be."""
        if self._config is not None:
            return os.path.abspath(self._config)
        return settings_path(self.surroundings)

    @cached_property
    def settings(self) -> Settings:
        """The settings in force.

        Raises:
            SettingsError: the file has mistakes.
            UsageError: a file was named that does not exist.
        """
        return load(
            self.settings_path,
            required=self._config is not None,
            home=self.surroundings.home,
            managers=MANAGERS,
        )

    @cached_property
    def kernels_directory(self) -> str:
        """The one directory that kernelspecs are written to."""
        if self._kernels_dir is not None:
            if not self._kernels_dir:
                message = "--kernels-dir needs the name of a directory"
                raise UsageError(message)
            return os.path.abspath(self._kernels_dir)
        return self.settings.kernels.directory or os.path.join(
            data_directory(self.surroundings), "kernels"
        )

    @cached_property
    def store(self) -> KernelStore:
        """The store of kernelspecs in that directory."""
        return KernelStore(self.kernels_directory, host=self.surroundings.host)

    @cached_property
    def reconciler(self) -> Reconciler:
        """What carries out passes under these settings."""
        return Reconciler(
            self.settings,
            self.surroundings,
            store=self.store,
            jupyter_path=kernel_directories(self.surroundings),
        )

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock that all passes of this host take before they write."""
        from kernelsync.kernelspecs.lock import pass_lock  # noqa: PLC0415 - only writing needs it

        path = os.path.join(runtime_directory(self.surroundings), "lock")
        return pass_lock(path, waiting=_say_that_we_wait)


def _say_that_we_wait() -> None:
    sys.stderr.write("waiting for another kernelsync to end its pass\n")
