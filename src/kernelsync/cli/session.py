"""What the commands share: the surroundings, the settings and the store."""

from __future__ import annotations

import os
import sys

from kernelsync.config.load import load
from kernelsync.errors import UsageError
from kernelsync.kernelspecs.paths import data_directory, kernel_directories
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.locators import MANAGERS
from kernelsync.memory_file import file_name
from kernelsync.places import (
    SETTINGS_VARIABLE,
    cache_directory,
    runtime_directory,
    settings_path,
)
from kernelsync.reconcile import Reconciler
from kernelsync.typed import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kernelsync.confinement import Confinement
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
        self._confinement: Confinement | None = None

    def anew(self) -> Session:
        """Return a session with the same options, which has not read anything yet."""
        return Session(self.surroundings, config=self._config, kernels_dir=self._kernels_dir)

    def without_settings(self) -> Session:
        """Return such a session in which everything is at its default, whatever the file says."""
        session = self.anew()
        session.settings = load(
            None, required=False, home=self.surroundings.home, managers=MANAGERS
        )
        return session

    @property
    def words(self) -> tuple[str, ...]:
        """The global options, as words of a command line that means the same anywhere."""
        given = {"--config": self._config, "--kernels-dir": self._kernels_dir}
        return tuple(
            word
            for option, path in given.items()
            if path is not None
            for word in (option, os.path.abspath(path))
        )

    @cached_property
    def settings_path(self) -> str:
        """Where the settings file is, or would be."""
        if self._config is not None:
            from kernelsync.cli.relative import absolute  # noqa: PLC0415 - hardly ever needed

            return absolute(self._config)
        return settings_path(self.surroundings)

    @property
    def _is_named(self) -> bool:
        """Whether somebody named the settings file, so that it has to be there."""
        return self._config is not None or bool(self.surroundings.environ.get(SETTINGS_VARIABLE))

    @cached_property
    def settings(self) -> Settings:
        """The settings in force.

        Raises:
            SettingsError: the file has mistakes, or was named and is not there.
        """
        return load(
            self.settings_path,
            required=self._is_named,
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
            from kernelsync.cli.relative import absolute  # noqa: PLC0415 - hardly ever needed

            return absolute(self._kernels_dir)
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
            memory_path=os.path.join(
                cache_directory(self.surroundings), file_name(self.kernels_directory)
            ),
        )

    def confine(self, besides: tuple[str, ...] = ()) -> Confinement:
        """Give up, for good, what a pass does not need; say whether this machine can do that.

        `besides` are directories that this one pass has to write to as well.
        """
        if self._confinement is None:
            from kernelsync.confinement import confine  # noqa: PLC0415 - only writing needs it

            self._confinement = confine(self.kernels_directory, self.surroundings, besides)
        return self._confinement

    @property
    def is_confined(self) -> bool:
        """Whether that has happened."""
        return self._confinement is not None and self._confinement.version is not None

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock that all passes of this host take before they write."""
        from kernelsync.kernelspecs.lock import pass_lock  # noqa: PLC0415 - only writing needs it

        path = os.path.join(runtime_directory(self.surroundings), "lock")
        return pass_lock(path, waiting=_say_that_we_wait)


def _say_that_we_wait() -> None:
    sys.stderr.write("waiting for another kernelsync to end its pass\n")
