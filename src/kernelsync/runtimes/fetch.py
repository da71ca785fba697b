"""Brings the files of a pin list into the cache: with pip, so that its configuration holds."""

from __future__ import annotations

import os
import subprocess
import tempfile

from kernelsync.model.runtime import parts_of
from kernelsync.runtimes.pip_complaints import failure_from, no_wheel
from kernelsync.runtimes.pip_program import configured, find_pip, pip_environment
from kernelsync.runtimes.sources import fetch_source
from kernelsync.runtimes.tags import pip_options
from kernelsync.runtimes.wheels import Wheels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kernelsync.runtimes.pins import Pin, PinList

_AT_ONCE = 12
"""Files asked for together: pip keeps none of them if it is stopped before the last."""


class Fetcher:
    """Downloads for one runtime.

    `cache` is the directory of downloaded files; `tell` is called with how many of how many
    are there.
    """

    def __init__(
        self, cache: str, environ: Mapping[str, str], tell: Callable[[int, int], None]
    ) -> None:
        self._cache = cache
        self._environ = environ
        self._tell = tell

    def fetch(self, key: str, pins: PinList) -> dict[str, str]:
        """Return the paths of all files by the names of their pins, downloaded if need be.

        Raises:
            BuildFailure: one cannot be had; those that were downloaded stay in the cache.
        """
        wheels = Wheels(self._cache, key)
        os.makedirs(wheels.own, exist_ok=True)
        found = wheels.find(pins.pins)
        self._tell(len(found), len(pins.pins))
        missing = [pin for pin in pins.pins if pin.name not in found]
        if not missing:
            return found
        wheels.drop_junk(missing)
        pip = find_pip(self._environ)
        self._fetch_sources(pip, [pin for pin in missing if pin.source is not None], wheels)
        packed = [pin for pin in missing if pin.source is None]
        for start in range(0, len(packed), _AT_ONCE):
            self._download(pip, key, packed[start : start + _AT_ONCE], wheels.own)
            wheels.settle()
            found = wheels.find(pins.pins)
            self._tell(len(found), len(pins.pins))
        found = wheels.find(pins.pins)
        lost = [f"{pin.name} {pin.version}" for pin in pins.pins if pin.name not in found]
        if lost:
            raise no_wheel(lost[0], pins.python)
        return found

    def _fetch_sources(self, pip: list[str], pins: Sequence[Pin], wheels: Wheels) -> None:
        if not pins:
            return
        settings = configured(pip, self._environ)
        for pin in pins:
            fetch_source(pin, wheels.own, settings, self._environ)

    def _download(self, pip: list[str], key: str, pins: Sequence[Pin], target: str) -> None:
        """Let pip choose the wheel of each pin, and check it against the hashes."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.writelines(_requirement(pin) for pin in pins)
            file.flush()
            command = [
                *pip,
                "download",
                *(
                    "--progress-bar",
                    "off",
                    "--no-deps",
                    "--only-binary",
                    ":all:",
                    "--require-hashes",
                ),
                *pip_options(key),
                *("--dest", target, "--requirement", file.name),
            ]
            done = subprocess.run(  # noqa: S603 - our own interpreter's pip
                command,
                env=pip_environment(self._environ),
                # Whatever lies in the directory of the user must not become part of pip.
                cwd=target,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        if done.returncode:
            said = f"{done.stdout}\n{done.stderr}"
            raise failure_from(said, parts_of(key)[1], target)


def _requirement(pin: Pin) -> str:
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in pin.sha256)
    return f"{pin.name}=={pin.version} {hashes}\n"
