"""What kernels need beside the runtimes: copies that outlive kernelsync itself."""

from __future__ import annotations

import contextlib
import os
import stat

from kernelsync.model.value import Value
from kernelsync.runtimes.layout import LAUNCHER, PROGRAM_NAMES, PROGRAMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = os.path.dirname(os.path.abspath(__file__))
_LAUNCHER_MODE = 0o644
_PROGRAM_MODE = 0o755
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_STAND_IN = "pip_stand_in"


class _Part(Value):
    source: str
    target: str
    mode: int

    def is_current(self) -> bool:
        """Tell whether the copy is as it should be."""
        try:
            status = os.lstat(self.target)
            is_file = stat.S_ISREG(status.st_mode)
            # On Windows nobody owns a file by a number, and getuid is not there.
            is_own = not hasattr(os, "geteuid") or status.st_uid in {0, os.geteuid()}
            is_right = is_file and is_own and stat.S_IMODE(status.st_mode) == self.mode
            return is_right and _contents(self.target) == _contents(self.source)
        except OSError:
            return False

    def copy(self) -> None:
        """Copy it in one step."""
        fresh = f"{self.target}.{os.getpid()}.new"
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode)
            with open(descriptor, "wb") as file:
                file.write(_contents(self.source))
                os.fchmod(file.fileno(), self.mode)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self.target)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(fresh)
            error.filename = self.target  # not the passing one, which says nothing to anybody
            raise


def is_current(directory: str, source: str = _OWN) -> bool:
    """Tell whether all copies in a directory of runtimes are as this version has them."""
    programs = os.path.join(directory, PROGRAMS)
    return not _is_open(programs) and all(part.is_current() for part in _parts(directory, source))


def put_equipment(directory: str, source: str = _OWN) -> bool:
    """Copy the launcher and the stand-ins for pip, where they differ; False if none does.

    They come from `source`: by default, from this package.

    Raises:
        OSError: they cannot be written.
    """
    outdated = [part for part in _parts(directory, source) if not part.is_current()]
    programs = os.path.join(directory, PROGRAMS)
    if outdated:
        os.makedirs(programs, mode=0o700, exist_ok=True)
    was_open = _is_open(programs)
    if was_open:
        os.chmod(programs, 0o700)
    for part in outdated:
        part.copy()
    return bool(outdated) or was_open


def _is_open(programs: str) -> bool:
    """Tell whether others may put programs into the directory that is on the PATH of kernels."""
    try:
        return bool(os.stat(programs).st_mode & _OTHERS_WRITE)
    except OSError:
        return False


def _parts(directory: str, source: str) -> Iterator[_Part]:
    launcher = os.path.join(directory, LAUNCHER)
    yield _Part(source=os.path.join(source, LAUNCHER), target=launcher, mode=_LAUNCHER_MODE)
    stand_in = os.path.join(source, _STAND_IN)
    for name in PROGRAM_NAMES:
        target = os.path.join(directory, PROGRAMS, name)
        yield _Part(source=stand_in, target=target, mode=_PROGRAM_MODE)


def _contents(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
