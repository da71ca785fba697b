"""Records what becomes of kernelspecs, when, and whether each could run at that moment.

It shares no code with kernelsync: inotify(7) tells it of each rename at once, the files of
the environment are compared with what its installer recorded, and the kernel is started.
"""

from __future__ import annotations

import ctypes
import glob
import json
import os
import select
import struct
import subprocess
import threading
import time
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

APPEARED, CHANGED, REMOVED = "appeared", "changed", "removed"

_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_EVENT = struct.Struct("iIII")
_RUNS = 60.0


@dataclass(kw_only=True)
class Sighting:
    """What became of one kernelspec; `lacks` is why it could not run then, None if it could."""

    at: float
    what: str
    name: str
    lacks: str | None = None
    trial: subprocess.Popen[str] | None = None

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.what} {self.name}" + (f": {self.lacks}" if self.lacks else "")


class Recorder:
    """Watches a directory of kernelspecs from its own thread, while it is entered.

    What is published is tried out at that moment, with the environment `environ`.
    """

    def __init__(self, kernels: str, environ: dict[str, str]) -> None:
        os.makedirs(kernels, exist_ok=True)
        self._kernels = kernels
        self._environ = environ
        self._present = set(os.listdir(kernels))
        self._exchanged: set[str] = set()
        self._sightings: list[Sighting] = []
        self._events = _inotify(kernels)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._events)
        for sighting in self._sightings:
            if sighting.trial is not None:
                sighting.trial.kill()
                with sighting.trial:  # closes its pipes, and waits for it
                    pass

    @property
    def story(self) -> list[tuple[str, str]]:
        """What became of which kernelspec, in the order of time."""
        return [(each.what, each.name) for each in self._sightings]

    def premature(self) -> list[str]:
        """Return what was published before it could run, in words."""
        for sighting in self._sightings:
            if sighting.trial is not None:
                said, complaint = sighting.trial.communicate(timeout=_RUNS)
                if sighting.trial.returncode != 0 and sighting.lacks is None:
                    sighting.lacks = f"it ended with {sighting.trial.returncode}: {said}{complaint}"
        return [str(each) for each in self._sightings if each.lacks is not None]

    def told(self) -> str:
        """Return all that was seen, for the message of a failed test."""
        return "\n".join(["", *map(str, self._sightings)])

    def _watch(self) -> None:
        while not self._stop.is_set():
            ready, _, _ = select.select([self._events], [], [], 0.05)
            if ready:
                for mask, name in _events(os.read(self._events, 65536)):
                    self._take(mask, name)

    def _take(self, mask: int, name: str) -> None:
        """Take note of an event; an exchange of two directories moves one in, then one out."""
        if mask & (_MOVED_TO | _CREATE):
            known = name in self._present
            self._present.add(name)
            if known:
                self._exchanged.add(name)
            self._sightings.append(self._tried(CHANGED if known else APPEARED, name))
        elif name in self._exchanged:
            self._exchanged.discard(name)
        else:
            self._present.discard(name)
            self._sightings.append(Sighting(at=time.monotonic(), what=REMOVED, name=name))

    def _tried(self, what: str, name: str) -> Sighting:
        now = time.monotonic()
        try:
            with open(f"{self._kernels}/{name}/kernel.json", encoding="utf-8") as file:
                argv = json.load(file)["argv"]
        except (OSError, ValueError) as error:
            return Sighting(at=now, what=what, name=name, lacks=f"its kernel.json: {error}")
        lacks = lacking(argv[0])
        try:
            trial = subprocess.Popen(
                (*argv[: argv.index("-f")], "--version"),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            return Sighting(at=now, what=what, name=name, lacks=f"it cannot be started: {error}")
        return Sighting(at=now, what=what, name=name, lacks=lacks, trial=trial)


def lacking(python: str) -> str | None:
    """Return what an environment still lacks to be a kernel by itself, None for nothing."""
    prefix = os.path.dirname(os.path.dirname(python))
    if not os.access(python, os.X_OK):
        return f"no interpreter at {python}"
    try:
        with open(f"{prefix}/pyvenv.cfg", encoding="utf-8") as file:
            configuration = file.read()
    except FileNotFoundError:
        return "no pyvenv.cfg"
    if "home" not in configuration:
        return "an unfinished pyvenv.cfg"
    if "include-system-site-packages = true" in configuration:
        return None
    return _lacking_packages(prefix)


def _lacking_packages(prefix: str) -> str | None:
    """Return what is missing of ipykernel, or of anything that is being installed beside it."""
    packages = f"{prefix}/lib/python3.*/site-packages"
    if len(glob.glob(f"{packages}/ipykernel-*.dist-info")) != 1:
        return "no ipykernel, or two"
    for metadata in glob.glob(f"{packages}/*.dist-info"):
        try:
            with open(f"{metadata}/RECORD", encoding="utf-8") as file:
                recorded = [line.rpartition(",")[0].rpartition(",")[0] for line in file]
        except FileNotFoundError:
            return f"no RECORD in {metadata}"
        site = os.path.dirname(metadata)
        # An installer adds what it writes itself to RECORD, and does so last.
        if not any(name.endswith(".dist-info/INSTALLER") for name in recorded):
            return f"an unfinished RECORD in {metadata}"
        for name in recorded:
            compiled = "__pycache__" in name or name.endswith(".pyc")
            if not compiled and not os.path.exists(os.path.join(site, name)):
                return f"{name} of {metadata}"
    return None


def _inotify(directory: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(libc.inotify_init1(os.O_CLOEXEC))
    mask = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
    if descriptor < 0 or libc.inotify_add_watch(descriptor, os.fsencode(directory), mask) < 0:
        raise OSError(ctypes.get_errno(), "inotify", directory)
    return descriptor


def _events(raw: bytes) -> Iterator[tuple[int, str]]:
    while raw:
        _, mask, _, size = _EVENT.unpack_from(raw)
        end = _EVENT.size + size
        yield mask, os.fsdecode(raw[_EVENT.size : end].rstrip(b"\0"))
        raw = raw[end:]
