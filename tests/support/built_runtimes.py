"""Runtimes built by the installed program, once for all tests of a run, to be shared by links."""

from __future__ import annotations

import os
import shutil
from binascii import crc32
from concurrent.futures import ThreadPoolExecutor

from kernelsync.runtimes.layout import IN_USE
from support.made_once import made_once
from support.processes import run
from support.real_tools import SOURCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from support.real_tools import RealTools

RUNTIMES = os.path.join(".local", "share", "kernelsync", "runtimes")
_AT_ONCE = 4


def link_runtimes(tools: RealTools, minors: Collection[str], directory: str) -> None:
    """Put the runtimes of these Pythons, and all that goes with them, into a directory."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for built in pool.map(lambda minor: _built(tools, minor), minors):
            shutil.copytree(
                built, directory, copy_function=_linked, symlinks=True, dirs_exist_ok=True
            )


def kept(tools: RealTools) -> str:
    """Return the directory that keeps tools and downloads between test runs."""
    return os.path.dirname(tools.network["UV_CACHE_DIR"])


def _built(tools: RealTools, minor: str) -> str:
    """Return a directory of runtimes with that of one Python, as `runtime install` makes it."""

    def build(home: str) -> None:
        os.makedirs(os.path.join(home, ".runtime"), mode=0o700)
        program = os.path.join(tools.kernelsync, "bin", "kernelsync")
        environ = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": f"{tools.bin}:/usr/bin:/bin",
            "XDG_RUNTIME_DIR": os.path.join(home, ".runtime"),
            "XDG_CACHE_HOME": os.path.join(kept(tools), "wheels"),
            **tools.network,
        }
        run((program, "runtime", "install", minor), environ=environ, cwd=home).expect(0)

    homes = os.path.join(kept(tools), f"runtimes-{_fingerprint()}")
    return os.path.join(made_once(homes, minor, build), RUNTIMES)


def _linked(source: str, target: str) -> None:
    """Link a file instead of copying it; those that are there already stay.

    Each has a lock of its own: kernels of another test are none of this user's.
    """
    if os.path.basename(source) == IN_USE and not os.path.lexists(target):
        shutil.copy2(source, target)
    elif not os.path.lexists(target):
        os.link(source, target)


def _fingerprint() -> str:
    """Return what changes with the program that builds the runtimes."""
    digest = 0
    for at, directories, names in os.walk(os.path.join(SOURCE, "src", "kernelsync", "runtimes")):
        directories[:] = sorted(set(directories) - {"__pycache__"})
        for name in sorted(names):
            with open(os.path.join(at, name), "rb") as file:
                digest = crc32(file.read(), digest)
    return f"{digest:08x}"
