"""The exceptions that kernelsync raises on purpose; each builds its sentence from facts.

One bad environment is a `Problem`, never an exception: an exception ends the command.
"""

from __future__ import annotations

import errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.problem import Problem


NO_ANSWER = frozenset(
    {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""The errors of a system that cannot look now: they tell nothing about what is there."""


class KernelsyncError(Exception):
    """Base of all errors that end a command with a message instead of a traceback."""

    code = "error"
    exit_code = 2

    def __init__(self, message: str, *, path: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint


class UsageError(KernelsyncError):
    """The command line asks for something that does not exist or does not fit together."""

    code = "usage"


class OutputError(KernelsyncError):
    """The work is done, but its result could not be printed: a full disk, say."""

    code = "output"
    exit_code = 1


class SettingsError(KernelsyncError):
    """The settings file has mistakes: all of them, in the order of their lines."""

    code = "settings"

    def __init__(self, problems: Sequence[Problem], *, path: str | None) -> None:
        count = len(problems)
        noun = "mistake" if count == 1 else "mistakes"
        super().__init__(f"{count} {noun} in the settings", path=path)
        self.problems = tuple(problems)


class RefusedError(KernelsyncError):
    """Running on would write into a home directory that belongs to somebody else."""

    code = "refused"


class KernelsDirectoryError(KernelsyncError):
    """The directory for kernelspecs cannot be written, or another service holds it."""

    code = "kernels-directory"
    exit_code = 4
