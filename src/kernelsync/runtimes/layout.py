"""Where the parts of the runtimes are; nothing else composes these paths."""

# <data>/kernelsync/runtimes/
#     launch.py                        what kernels are started with
#     bin/                             stand-ins for a missing pip
#     <key>/current -> builds/<id>     the build in force
#     <key>/builds/<id>/manifest.json  only a build that has one is complete
#     <key>/builds/<id>/in-use         locked by its kernels for as long as they live
#     <key>/builds/<id>/site/          the unpacked distributions
#     <key>/builds/<id>/names          what is at the top of `site`, for passes
#     <key>/builds/<id>/files          all of its files with their sizes, for whoever looks closely
#     <key>.removed                    somebody removed it, and kernels need not wait for it
#     staging/<random>/                builds in the making
#     changed                          made anew with each change
#     lock                             held by whoever builds or removes

from __future__ import annotations

import os

from kernelsync.places import data_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.surroundings import Surroundings

LAUNCHER = "launch.py"
PROGRAMS = "bin"
PROGRAM_NAMES = ("pip", "pip3")
CURRENT = "current"
BUILDS = "builds"
MANIFEST = "manifest.json"
IN_USE = "in-use"
SITE = "site"
NAMES = "names"
FILES = "files"
REMOVED = ".removed"
STAGING = "staging"
LOCK = "lock"
CHANGED = "changed"
PINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pins")
"""The lists of what runtimes are made of, one for each Python, as they are shipped."""
NOT_KEYS = frozenset({LAUNCHER, PROGRAMS, STAGING, LOCK, CHANGED})
"""What lies beside the runtimes."""


def runtimes_directory(surroundings: Surroundings) -> str:
    """Return the directory of all runtimes, which need not exist."""
    return f"{data_directory(surroundings)}/runtimes"


def launcher_path(directory: str) -> str:
    """Return the launcher's path in a directory of runtimes."""
    return f"{directory}/{LAUNCHER}"


def runtime_directory(directory: str, key: str) -> str:
    """Return the directory of one runtime: what a kernel names, whatever build is in force."""
    return f"{directory}/{key}"
