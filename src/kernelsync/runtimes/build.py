"""Builds a runtime beside the ones in force, and puts it in force in one step."""

from __future__ import annotations

import compileall
import contextlib
import os
import shutil
import sys
import tempfile

from kernelsync.model.runtime import parts_of
from kernelsync.runtimes.contents import write_names
from kernelsync.runtimes.failure import failure_of
from kernelsync.runtimes.installed import current_build
from kernelsync.runtimes.layout import BUILDS, CURRENT, IN_USE, MANIFEST, NOT_KEYS, SITE, STAGING
from kernelsync.runtimes.manifest import Part, manifest_text
from kernelsync.runtimes.placing import Placing
from kernelsync.runtimes.unpack import unpack
from kernelsync.runtimes.verifying import write_files
from kernelsync.runtimes.wheels import sha256_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kernelsync.runtimes.pins import PinList


def build(
    directory: str,
    key: str,
    pins: PinList,
    files: Mapping[str, str],
    fault_of: Callable[[str], str | None],
) -> str:
    """Build a runtime from these files (paths, by the pins' names), and put it in force.

    Returns its build's directory. To be called by whoever holds the turn. A build of the same
    list with which nothing is wrong (`fault_of` says) is put in force as it is. One that is
    damaged stays where it is, beside the new one: kernels may be using what is left of it.

    Raises:
        BuildFailure: a file cannot be unpacked or nothing can be written; the runtime that
            was in force still is.
    """
    runtime = os.path.join(directory, key)
    final, is_there = _place_for(os.path.join(runtime, BUILDS), pins.id, fault_of)
    try:
        if not is_there:
            _clear_the_way(runtime)
            staging = os.path.join(directory, STAGING)
            os.makedirs(staging, mode=0o700, exist_ok=True)
            made = tempfile.mkdtemp(dir=staging)
            try:
                _fill(made, key, pins, files, list(_builds(directory)))
                _move_in(made, final)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        put_in_force(runtime, os.path.basename(final))
    except OSError as error:
        raise failure_of(error, "writing", directory) from error
    return final


def _place_for(
    builds: str, identity: str, fault_of: Callable[[str], str | None]
) -> tuple[str, bool]:
    """Return where a build of a list is or belongs, and whether it is there."""
    path = os.path.join(builds, identity)
    number = 1
    while os.path.lexists(path):
        if fault_of(path) is None:
            return path, True
        number += 1
        path = os.path.join(builds, f"{identity}n{number}")
    return path, False


def _clear_the_way(runtime: str) -> None:
    """Remove files that are where a runtime's directories have to be."""
    for path in (runtime, os.path.join(runtime, BUILDS)):
        if os.path.lexists(path) and not os.path.isdir(path):
            os.unlink(path)


def put_in_force(runtime: str, name: str) -> None:
    """Let `current` lead to another build, in one step."""
    target = f"{BUILDS}/{name}"
    path = os.path.join(runtime, CURRENT)
    if os.path.islink(path) and os.readlink(path) == target:
        return
    fresh = f"{path}.{os.getpid()}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    os.symlink(target, fresh)
    if os.path.isdir(path) and not os.path.islink(path):
        # A copy that followed links has left it; nobody starts from there.
        shutil.rmtree(path)
    os.replace(fresh, path)
    _sync_directory(runtime)


def _fill(made: str, key: str, pins: PinList, files: Mapping[str, str], builds: list[str]) -> None:
    site = os.path.join(made, SITE)
    os.mkdir(site)
    placing = Placing(site, builds)
    parts = []
    for pin in pins.pins:
        path = files[pin.name]
        digest = sha256_of(path)
        unpacked = unpack(pin, path, placing.placer(digest))
        parts.append(Part(pin=pin, sha256=digest, unpacked=unpacked))
    _compile(site, key)
    with open(os.path.join(made, IN_USE), "xb"):
        pass
    write_names(made)
    write_files(made)
    # All files at once: one by one would take as long as everything else together.
    os.sync()
    with open(os.path.join(made, MANIFEST), "x", encoding="utf-8") as file:
        file.write(manifest_text(key, pins, parts))
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(made)


def _move_in(made: str, final: str) -> None:
    os.makedirs(os.path.dirname(final), mode=0o700, exist_ok=True)
    os.rename(made, final)
    _sync_directory(os.path.dirname(final))


def _compile(site: str, key: str) -> None:
    """Write the byte code, if that is this very Python's; else the first start writes it."""
    implementation, python, flags, _ = parts_of(key)
    own = "{}.{}".format(*sys.version_info)
    if (implementation, python) != (sys.implementation.name, own) or "d" in flags:
        return
    compileall.compile_dir(site, quiet=2, workers=1, maxlevels=64)


def _builds(directory: str) -> Iterator[str]:
    """Yield the builds in force of all runtimes."""
    for name in sorted(os.listdir(directory)):
        found = None if name in NOT_KEYS else current_build(os.path.join(directory, name))
        if found is not None:
            yield found


def _sync_directory(path: str) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
