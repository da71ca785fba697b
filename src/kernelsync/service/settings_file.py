"""The settings in force: those of the file, or the last right ones while the file is wrong."""

from __future__ import annotations

import os

from kernelsync.errors import KernelsyncError, SettingsError
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.typed import Protocol
from kernelsync.watch.links import stations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.settings import Settings
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.reconcile import Reconciler

    Print = tuple[int, ...] | int | None


class Basis(Protocol):
    """What passes are made from; every property is worked out when it is first asked for."""

    @property
    def surroundings(self) -> Surroundings:
        """The process and its machine."""

    @property
    def settings_path(self) -> str:
        """Where the settings file is, or would be."""

    @property
    def settings(self) -> Settings:
        """The settings of the file; `SettingsError` if it has mistakes."""

    @property
    def kernels_directory(self) -> str:
        """The one directory that kernelspecs are written to."""

    @property
    def reconciler(self) -> Reconciler:
        """What carries out passes under these settings."""


class SettingsFile:
    """Reads the settings, and again whenever the file has changed.

    `basis` is what the last right file comes to; `mistakes` are those of a file that is not.
    """

    def __init__(
        self, read: Callable[[], Basis], fingerprint: Callable[[str], Print] | None = None
    ) -> None:
        """Read the file for the first time; `fingerprint` tells it from a later one.

        Raises:
            KernelsyncError: the settings are wrong, and there are none from before.
        """
        self._read = read
        self._fingerprint = fingerprint or _fingerprint
        basis = read()
        self._print = self._fingerprint(basis.settings_path)
        self.basis = _complete(basis)
        self.mistakes: tuple[Problem, ...] = ()

    def refresh(self, *, force: bool = False) -> bool:
        """Read the file if it is another than before; True if other settings are in force."""
        found = self._fingerprint(self.basis.settings_path)
        if found == self._print and not force:
            return False
        self._print = found
        try:
            basis = _complete(self._read())
        except KernelsyncError as error:
            self.mistakes = tuple(_mistakes(error, self.basis.settings_path))
            return False
        self.mistakes = ()
        is_changed = basis.settings != self.basis.settings
        self.basis = basis
        return is_changed

    def watch_points(self) -> tuple[str, ...]:
        """Return the directories in which the file may change, also behind symlinks."""
        path = self.basis.settings_path
        files = (path, *stations(path), os.path.realpath(path))
        return tuple(dict.fromkeys(map(os.path.dirname, files)))


def _complete(basis: Basis) -> Basis:
    """Return the basis after working out all of it: what is wrong shows now."""
    _ = basis.settings, basis.kernels_directory, basis.reconciler
    return basis


def _mistakes(error: KernelsyncError, path: str) -> list[Problem]:
    if isinstance(error, SettingsError):
        return [_with_place(problem, path) for problem in error.problems]
    message = f"{error.message}; the settings from before stay in force"
    return [Problem(code=error.code, message=message, path=error.path or path, hint=error.hint)]


def _with_place(problem: Problem, path: str) -> Problem:
    """Return a mistake whose message says where it is, and what holds meanwhile."""
    line = "" if problem.line is None else f":{problem.line}:{problem.column}"
    message = f"{path}{line}: {problem.message}; the settings from before stay in force"
    return replace(problem, message=message, path=path)


def _fingerprint(path: str) -> Print:
    try:
        found = os.stat(path)
    except OSError as error:
        return error.errno
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
