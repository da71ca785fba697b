"""Builds a runtime beside the ones in force, and puts it in force in one step."""

from __future__ import annotations

import compileall
import contextlib
import os
import shutil
import sys
import tempfile

from kernelsync.model.runtime import parts_of
from kernelsync.runtimes.failure import failure_of
from kernelsync.runtimes.installed import current_build
from kernelsync.runtimes.layout import BUILDS, CURRENT, IN_USE, MANIFEST, NOT_KEYS, SITE, STAGING
from kernelsync.runtimes.manifest import Part, manifest_text, read_manifest
from kernelsync.runtimes.placing import Placing
from kernelsync.runtimes.unpack import unpack
from kernelsync.runtimes.wheels import sha256_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.runtimes.pins import PinList


def build(directory: str, key: str, pins: PinList, files: Mapping[str, str]) -> str:
    """Build a runtime from these files (paths, by the pins' names), and put it in force.

    Returns its build's directory. To be called by whoever holds the turn. A build of the same
    list that is whole already is put in force as it is.

    Raises:
        BuildFailure: a file cannot be unpacked or nothing can be written; the runtime that
            was in force still is.
    """
    final = os.path.join(directory, key, BUILDS, pins.id)
    try:
        if read_manifest(final) is None:
            staging = os.path.join(directory, STAGING)
            os.makedirs(staging, mode=0o700, exist_ok=True)
            made = tempfile.mkdtemp(dir=staging)
            try:
                _fill(made, key, pins, files, list(_builds(directory)))
                _move_in(made, final)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        put_in_force(os.path.join(directory, key), pins.id)
    except OSError as error:
        raise failure_of(error, "writing", directory) from error
    return final


def put_in_force(runtime: str, identity: str) -> None:
    """Let `current` lead to another build, in one step."""
    target = f"{BUILDS}/{identity}"
    path = os.path.join(runtime, CURRENT)
    if os.path.islink(path) and os.readlink(path) == target:
        return
    fresh = f"{path}.{os.getpid()}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    os.symlink(target, fresh)
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
    # All files at once: one by one would take as long as everything else together.
    os.sync()
    with open(os.path.join(made, MANIFEST), "x", encoding="utf-8") as file:
        file.write(manifest_text(key, pins, parts))
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(made)


def _move_in(made: str, final: str) -> None:
    os.makedirs(os.path.dirname(final), mode=0o700, exist_ok=True)
    if os.path.lexists(final):
        # Without a manifest, so it is nobody's.
        shutil.rmtree(final)
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
