"""A unit file in the user's own directory of units, which others may have written to."""

from __future__ import annotations

import contextlib
import os
import tempfile

from kernelsync.errors import UsageError
from kernelsync.service.unit import MARK, NAME, STRICT

_LARGEST = 65536


def units_directory(home: str) -> str:
    """Return where a user's own units lie."""
    return os.path.join(home, ".config", "systemd", "user")


def strict_file(home: str) -> UnitFile:
    """Return the file of the strict drop-in."""
    return UnitFile(home, STRICT)


class UnitFile:
    """`~/.config/systemd/user/kernelsync.service`: written in one step, and only if it is ours.

    The user manager looks there whatever XDG_CONFIG_HOME is in a shell. With `drop_in`, it is
    the file of that name which adds to the unit.
    """

    def __init__(self, home: str, drop_in: str | None = None) -> None:
        unit = os.path.join(units_directory(home), NAME)
        self.path = unit if drop_in is None else os.path.join(f"{unit}.d", drop_in)

    def is_ours(self) -> bool:
        """Whether it is there, and was written by kernelsync."""
        try:
            return self.read() is not None
        except UsageError:
            return False

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
        directory = os.path.dirname(self.path)
        if directory.endswith(".d"):
            with contextlib.suppress(OSError):  # there are other drop-ins
                os.rmdir(directory)
        return True

    def _failure(self, deed: str, error: OSError) -> UsageError:
        hint = "check the permissions of the directory"
        message = f"{self.path} cannot be {deed}: {error.strerror}"
        return UsageError(message, path=self.path, hint=hint)


def remove_dead_links(home: str) -> bool:
    """Remove what `systemctl enable` made, once the unit is gone; True if there was any.

    Where no manager answers, nobody else does it.
    """
    link = os.path.join(units_directory(home), "default.target.wants", NAME)
    if not os.path.islink(link) or os.path.exists(link):
        return False
    try:
        os.unlink(link)
    except OSError:
        return False
    with contextlib.suppress(OSError):  # other units are enabled there
        os.rmdir(os.path.dirname(link))
    return True
