"""The unit file in the user's own directory of units, which others may have written to."""

from __future__ import annotations

import contextlib
import os
import tempfile

from kernelsync.errors import UsageError
from kernelsync.service.unit import MARK, NAME

_LARGEST = 65536


class UnitFile:
    """`~/.config/systemd/user/kernelsync.service`: written in one step, and only if it is ours.

    The user manager looks there whatever XDG_CONFIG_HOME is in a shell.
    """

    def __init__(self, home: str) -> None:
        self.path = os.path.join(home, ".config", "systemd", "user", NAME)

    def read(self) -> str | None:
        """Return what is in it, None if there is none.

        Raises:
            UsageError: it is not a file that kernelsync has written.
        """
        if not os.path.lexists(self.path):
            return None
        text = None
        if os.path.isfile(self.path) and not os.path.islink(self.path):
            with (
                contextlib.suppress(OSError),
                open(self.path, encoding="utf-8", errors="replace") as file,
            ):
                text = file.read(_LARGEST)
        if text is None or not text.startswith(MARK):
            message = f"{self.path} was not written by kernelsync, and is left as it is"
            hint = "move it away, or change it with 'systemctl --user edit kernelsync'"
            raise UsageError(message, path=self.path, hint=hint)
        return text

    def write(self, text: str) -> bool:
        """Write it; False if it had these contents already.

        Raises:
            UsageError: somebody else's file is there, or it cannot be written.
        """
        if self.read() == text:
            return False
        directory = os.path.dirname(self.path)
        try:
            os.makedirs(directory, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(".tmp", f".{NAME}-", directory)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(temporary, self.path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            failure = self._failure("written", error)
            raise failure from error
        return True

    def remove(self) -> bool:
        """Remove it; False if there was none.

        Raises:
            UsageError: somebody else's file is there, or it cannot be removed.
        """
        if self.read() is None:
            return False
        try:
            os.unlink(self.path)
        except OSError as error:
            failure = self._failure("removed", error)
            raise failure from error
        return True

    def _failure(self, deed: str, error: OSError) -> UsageError:
        hint = "check the permissions of the directory"
        message = f"{self.path} cannot be {deed}: {error.strerror}"
        return UsageError(message, path=self.path, hint=hint)
