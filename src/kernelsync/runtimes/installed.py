"""Which runtimes are there, by names alone: every pass asks, so one small file of each is read."""

from __future__ import annotations

import os

from kernelsync.model.runtime import Ailing, Runtime, Runtimes, in_order, parts_of
from kernelsync.runtimes.layout import (
    BUILDS,
    CURRENT,
    MANIFEST,
    NOT_KEYS,
    PINS,
    PROGRAM_NAMES,
    PROGRAMS,
    REMOVED,
    SITE,
    launcher_path,
    runtime_directory,
    runtimes_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.surroundings import Surroundings

_IPYKERNEL = "ipykernel-"
_INFO = ".dist-info"
_DEBUGGER = "debugpy"


def installed_runtimes(surroundings: Surroundings) -> Runtimes:
    """Return the runtimes of this user on this machine; what is half made is ailing."""
    directory = runtimes_directory(surroundings)
    names = [name for name in names_in(directory) if name not in NOT_KEYS and parts_of(name)[0]]
    keys = [name for name in names if not name.endswith(REMOVED)]
    found = [_look(runtime_directory(directory, key), key) for key in keys]
    return Runtimes(
        directory=directory,
        system=surroundings.platform,
        machine=_own_machine(surroundings.platform),
        installed=in_order(each for each in found if isinstance(each, Runtime)),
        ailing=tuple(each for each in found if isinstance(each, Ailing)),
        removed=tuple(name.removesuffix(REMOVED) for name in names if name.endswith(REMOVED)),
        offered=tuple(name.removesuffix(".json") for name in names_in(PINS)),
        programs=f"{directory}/{PROGRAMS}",
    )


def glibc_minor() -> int | None:
    """Return the y of glibc 2.y, None where the C library is another one."""
    try:
        name = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return None
    kind, _, version = name.partition(" ")
    major, _, minor = version.partition(".")
    is_known = kind == "glibc" and major == "2" and minor.isdecimal()
    return int(minor) if is_known else None


def equipment_seal(directory: str) -> str:
    """Return what changes with the launcher and with what stands in for pip; nothing is read.

    It is empty where one of them is missing. Of which version they are, `equipment` knows.
    """
    programs = f"{directory}/{PROGRAMS}"
    parts = (launcher_path(directory), programs, *(f"{programs}/{name}" for name in PROGRAM_NAMES))
    try:
        return "".join(map(_seal, parts))
    except OSError:
        return ""


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


def _own_machine(platform: str) -> str:
    """Return what interpreters are for by default: this processor, and kernelsync's C library."""
    machine = os.uname().machine if hasattr(os, "uname") else ""
    return f"{machine}-musl" if platform == "linux" and glibc_minor() is None else machine


def _seal(path: str) -> str:
    status = os.lstat(path)
    facts = (status.st_mode, status.st_uid, status.st_gid, status.st_ino)
    return repr((*facts, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def _look(directory: str, key: str) -> Runtime | Ailing:
    build = current_build(directory)
    if build is None:
        reason = f"no whole build is in force in {directory}"
        return Ailing(key=key, directory=directory, reason=reason)
    from kernelsync.runtimes.contents import missing_name  # noqa: PLC0415 - many have none

    names = names_in(f"{build}/{SITE}")
    missing = missing_name(build, names)
    if missing is not None:
        return Ailing(key=key, directory=directory, reason=f"{missing} is missing")
    for name in names:
        if name.startswith(_IPYKERNEL) and name.endswith(_INFO):
            return Runtime(
                key=key,
                directory=directory,
                build=build,
                ipykernel=name[len(_IPYKERNEL) : -len(_INFO)],
                debugger=_DEBUGGER in names,
            )
    reason = f"{build}/{SITE} has no ipykernel"
    return Ailing(key=key, directory=directory, reason=reason)


def names_in(directory: str) -> list[str]:
    """Return the names in a directory, in order; none where it cannot be listed."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []
