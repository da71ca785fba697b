"""What kernels need beside the runtimes: copies that outlive kernelsync itself."""

from __future__ import annotations

import os

from kernelsync.runtimes.layout import LAUNCHER, PROGRAMS

_OWN = os.path.dirname(os.path.abspath(__file__))
_LAUNCHER_MODE = 0o644
_PROGRAM_MODE = 0o755
_STAND_IN = "pip_stand_in"
_PROGRAM_NAMES = ("pip", "pip3")


def put_equipment(directory: str, source: str = _OWN) -> None:
    """Copy the launcher and the stand-ins for pip, each in one step, where they differ.

    They come from `source`: by default, from this package.

    Raises:
        OSError: they cannot be written.
    """
    _copy(os.path.join(source, LAUNCHER), os.path.join(directory, LAUNCHER), _LAUNCHER_MODE)
    os.makedirs(os.path.join(directory, PROGRAMS), mode=0o700, exist_ok=True)
    for name in _PROGRAM_NAMES:
        stand_in = os.path.join(source, _STAND_IN)
        _copy(stand_in, os.path.join(directory, PROGRAMS, name), _PROGRAM_MODE)


def _copy(source: str, target: str, mode: int) -> None:
    with open(source, "rb") as file:
        wanted = file.read()
    if _contents(target) == wanted:
        return
    fresh = f"{target}.{os.getpid()}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "wb") as file:
        file.write(wanted)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, target)


def _contents(path: str) -> bytes | None:
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read()
