"""Whole runtimes of next to nothing, made by the builder itself from small wheels."""

from __future__ import annotations

import os

from kernelsync.runtimes.install import Installer
from support.fake_wheels import KEY, entry, pins_of, wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.runtimes.pins import PinList


def put_runtime(runtimes: str, key: str = KEY, *, debugger: bool = False) -> str:
    """Build a runtime below a directory of runtimes, and return its own directory."""
    install_small(runtimes, small_pins(runtimes, debugger=debugger), key)
    return os.path.join(runtimes, key)


def small_pins(runtimes: str, *, debugger: bool = False) -> PinList:
    """Return a list of wheels that are in the cache beside a directory of runtimes."""
    folder = os.path.join(_cache(runtimes), "any")
    launcher = {"ipykernel_launcher.py": "launch = 1\n", "ipykernel/kernelapp.py": "app = 1\n"}
    paths = [
        wheel(folder, "ipykernel", "6.29.5", files=launcher),
        wheel(
            folder, "zmq", files={"zmq/utils/__init__.py": "", "zmq/utils/jsonapi.py": "x = 1\n"}
        ),
        *([wheel(folder, "debugpy")] if debugger else []),
    ]
    return pins_of([entry(path) for path in paths])


def install_small(runtimes: str, pins: PinList, key: str = KEY) -> bool:
    """Install a list of which all wheels are there; tell whether something was built."""
    return Installer(runtimes, _cache(runtimes), {}).install(key, pins)


def build_of(runtime: str) -> str:
    """Return the build that `current` leads to."""
    return os.path.join(runtime, os.readlink(os.path.join(runtime, "current")))


def _cache(runtimes: str) -> str:
    return f"{runtimes}.wheels"
