"""Which runtimes are there, by names alone: every pass asks, so no file is opened."""

from __future__ import annotations

import os

from kernelsync.model.runtime import Runtime, Runtimes, in_order, parts_of
from kernelsync.runtimes.layout import (
    BUILDS,
    CURRENT,
    MANIFEST,
    NOT_KEYS,
    PINS,
    PROGRAM_NAMES,
    PROGRAMS,
    SITE,
    launcher_path,
    runtime_directory,
    runtimes_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.model.surroundings import Surroundings

_IPYKERNEL = "ipykernel-"
_INFO = ".dist-info"
_DEBUGGER = "debugpy"


def installed_runtimes(surroundings: Surroundings) -> Runtimes:
    """Return the runtimes of this user on this machine; what is half made does not count."""
    directory = runtimes_directory(surroundings)
    machine = os.uname().machine if hasattr(os, "uname") else ""
    return Runtimes(
        directory=directory,
        system=surroundings.platform,
        machine=machine,
        installed=in_order(_found(directory)),
        offered=tuple(sorted(name.removesuffix(".json") for name in _names(PINS))),
        programs=f"{directory}/{PROGRAMS}",
    )


def is_equipped(directory: str) -> bool:
    """Return whether the launcher and what stands in for pip are in a directory of runtimes.

    Of which version they are is not looked at (see `equipment`).
    """
    programs = (f"{directory}/{PROGRAMS}/{name}" for name in PROGRAM_NAMES)
    return os.path.exists(launcher_path(directory)) and all(map(os.path.exists, programs))


def current_build(directory: str) -> str | None:
    """Return the build in force of a runtime (its directory), None if there is no whole one."""
    try:
        target = os.readlink(f"{directory}/{CURRENT}")
    except OSError:
        return None
    folder, _, name = target.partition("/")
    build = f"{directory}/{target}"
    if folder != BUILDS or not name.isalnum() or not os.access(f"{build}/{MANIFEST}", os.R_OK):
        return None
    return build


def _found(directory: str) -> Iterator[Runtime]:
    for key in _names(directory):
        if key not in NOT_KEYS and parts_of(key)[0]:
            runtime = _runtime(runtime_directory(directory, key), key)
            if runtime is not None:
                yield runtime


def _runtime(directory: str, key: str) -> Runtime | None:
    build = current_build(directory)
    if build is None:
        return None
    names = _names(f"{build}/{SITE}")
    for name in names:
        if name.startswith(_IPYKERNEL) and name.endswith(_INFO):
            return Runtime(
                key=key,
                directory=directory,
                build=build,
                ipykernel=name[len(_IPYKERNEL) : -len(_INFO)],
                debugger=_DEBUGGER in names,
            )
    return None


def _names(directory: str) -> list[str]:
    """Return the names in a directory, none where it cannot be listed."""
    try:
        return os.listdir(directory)
    except OSError:
        return []
