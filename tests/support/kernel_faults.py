"""Faults at chosen system calls of a pass, and what must hold after them."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

from kernelsync.kernelspecs.undo import last_batch
from kernelsync.model.plan import Create
from support import kernel_driver
from support.kernels import HOST, NOW, DiskShelf, contents_of
from support.programs import need
from support.shards import share
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.kernels import Contents
    from support.snapshots import Identity

Done = subprocess.CompletedProcess[str]
Point = tuple[str, int]
"""A system call's name, and how many of these there were (from 1)."""

# Between two of these nothing changes on disk, so dying elsewhere is like dying at the next.
MUTATING = (
    "openat",
    "mkdirat",
    "mkdir",
    "write",
    "fchmod",
    "utimensat",
    "fsync",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
)
# `access` marks the beginning; `flock` is here for the lock's own errors.
TRACED = (*MUTATING, "access", "faccessat", "faccessat2", "flock")
FOREIGN = {"kernel.json": b'{"argv": ["R"], "display_name": "R", "language": "R"}'}
SEED = 20_260_101
_OLD = {str(spec.name): contents_of(spec) for spec in kernel_driver.OLD}
_NEW = {str(spec.name): contents_of(spec) for spec in kernel_driver.WANTED}
_CALL = re.compile(r"^(?:\d+\s+)?(\w+)\(")
# An error, and a call that its process did not live to see the end of.
_ENDS_OF_HIT = ("(INJECTED)", "= ?")
_TEMPORARY = ".kernelsync-"
ALL = os.environ.get("KERNELSYNC_FAULTS") == "all"
"""Whether to try every point; read here, because no test sees variables that begin like this."""


class Case:
    """A data directory before a pass, with everything that the pass will do."""

    def __init__(self, directory: str) -> None:
        self.template = os.path.join(directory, "template")
        self.directory = directory
        self._count = 0
        shelf = DiskShelf(self.template)
        with shelf.store().prepare(NOW - 1) as writer:
            for spec in kernel_driver.OLD:
                assert writer.apply(Create(spec=spec, reason="old")).problem is None
        shelf.put("ir", FOREIGN)
        shelf.put("empty", {})

    def fresh(self) -> Machine:
        """Return a copy to work on."""
        self._count += 1
        data = os.path.join(self.directory, f"run-{self._count}")
        shutil.copytree(self.template, data)
        return Machine(data)


class Machine:
    """One data directory, before, during and after a fault."""

    def __init__(self, data: str) -> None:
        self.data = data
        self.shelf = DiskShelf(data)
        self._foreign = self._foreign_identities()

    def command(self, kind: str = "store") -> list[str]:
        """Return the command that makes a pass here."""
        return [sys.executable, "-S", "-B", kernel_driver.__file__, kind, self.data]

    def run(self, *injections: str, kind: str = "store") -> Done:
        """Make a pass under strace with these faults; the trace is in `trace`."""
        options = [option for fault in injections for option in ("-e", f"inject={fault}")]
        return self.strace(["-e", f"trace={','.join(TRACED)}", *options], kind=kind)

    def strace(self, options: Sequence[str], kind: str = "store") -> Done:
        """Make a pass under strace with any options."""
        # Without --seccomp-bpf, which is faster, but with which strace 6.1 kills nobody.
        command = [need("strace"), "-f", "-o", self.data + ".trace", *options]
        return _run([*command, *self.command(kind)])

    def trace(self) -> str:
        """Return what strace wrote down of the last pass."""
        with open(self.data + ".trace", encoding="utf-8", errors="replace") as trace:
            return trace.read()

    def run_without_faults(self) -> list[str]:
        """Make a pass in this process, and return its problems."""
        return kernel_driver.run_store(self.data)

    def undo_all(self) -> list[str]:
        """Undo in this process until there is nothing left to undo, and return the problems."""
        problems: list[str] = []
        while not problems and last_batch(self.shelf.store().trash()):
            problems = kernel_driver.run_undo(self.data)
        return problems

    def is_undone(self) -> bool:
        """Return whether all that the pass took away is back; what it created stays."""
        expected = {**_NEW, **_OLD, "ir": FOREIGN, "empty": {}}
        return self.shelf.contents() == expected

    def violations(self) -> list[str]:
        """Return which promises are broken at this moment: every kernelspec is old, new or none."""
        found = self.shelf.contents()
        broken = [
            f"{name}: {sorted(files)}"
            for name, files in found.items()
            if name not in {"ir", "empty"} and not _is_whole(name, files)
        ]
        broken += [f"{name} is lost" for name in ("changed", "same") if name not in found]
        if self._foreign_identities() != self._foreign:
            broken.append("a foreign kernelspec was touched")
        return broken

    def is_as_wanted(self) -> bool:
        """Return whether every kernelspec is as the pass wants it."""
        return self.shelf.contents() == {**_NEW, "ir": FOREIGN, "empty": {}}

    def unsettled(self) -> list[str]:
        """Return what is wrong after a pass without faults."""
        state = os.path.join(self.data, ".kernelsync")
        wrong = self.violations()
        if not self.is_as_wanted():
            wrong.append("not as wanted")
        if os.listdir(os.path.join(state, "staging")):
            wrong.append("something is left in staging")
        kept = self.trashed()
        for name in ("changed", "doomed"):
            if name not in kept:
                wrong.append(f"{name} is not in the trash")
            elif kept[name] != _OLD[name]:
                wrong.append(f"{name} in the trash is not the old one")
        return wrong

    def trashed(self) -> dict[str, Contents]:
        """Return the kernelspecs in the trash, by name."""
        trash = os.path.join(self.data, ".kernelsync", "trash")
        found: dict[str, Contents] = {}
        for entry in self.shelf.store(HOST).trash():
            directory = os.path.join(trash, entry.identifier, entry.name)
            found[entry.name] = {}
            for file in os.scandir(directory):
                with open(file.path, "rb") as opened:
                    found[entry.name][file.name] = opened.read()
        return found

    def _foreign_identities(self) -> dict[str, Identity]:
        names = [os.path.join(self.shelf.kernels, name) for name in ("ir", "empty")]
        return identities(*names)


def scratch_directory() -> str:
    """Return a new directory in memory where there is such a thing: fsync takes most of the time.

    A killed process leaves the same behind on every file system.
    """
    memory = "/dev/shm"  # noqa: S108 - mkdtemp makes a directory of its own in it
    return tempfile.mkdtemp(prefix="kernelsync-", dir=memory if os.path.isdir(memory) else None)


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """Give such a directory, and take it away."""
    directory = scratch_directory()
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


def points(machine: Machine, *injections: str, kind: str = "store") -> list[Point]:
    """Return every mutating call of a pass after its beginning, by a run that nothing stops."""
    done = machine.run(*injections, kind=kind)
    assert done.returncode == 0, done.stderr
    counts: dict[str, int] = {}
    found: list[Point] = []
    has_begun = False
    for line in machine.trace().splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        name = call[1]
        counts[name] = counts.get(name, 0) + 1
        has_begun = has_begun or kernel_driver.BEGIN in line
        is_mutating = name in MUTATING and (name != "openat" or "O_CREAT" in line)
        if has_begun and is_mutating:
            found.append((name, counts[name]))
    assert has_begun, "the mark is not in the trace"
    return found


def sample(found: Sequence[Point], count: int) -> list[Point]:
    """Return some of the points, the same ones each time; all of a shard with the variable."""
    if ALL:
        return list(share(found))
    if count >= len(found):
        return list(found)
    return sorted(random.Random(SEED).sample(list(found), count))  # noqa: S311 - no secret


def was_hit(machine: Machine, point: Point) -> bool:
    """Return whether strace made this fault, and after the beginning.

    Calls are counted from the start of the process. So a shot misses if Python makes one call
    more while it starts, because a compiled module is out of date.
    """
    name, _ = point
    _, _, work = machine.trace().partition(kernel_driver.BEGIN)
    hits = (f" {name}(" in line and line.endswith(_ENDS_OF_HIT) for line in work.splitlines())
    return any(hits)


def missed_too_often(missed: Sequence[Point], found: Sequence[Point]) -> bool:
    """Return whether more than one shot in ten went wrong, so that they prove too little."""
    return len(missed) * 10 > len(found)


def _is_whole(name: str, files: Contents) -> bool:
    """Return whether this is the old or the new kernelspec, or none in a reader's eyes."""
    states = [known[name] for known in (_OLD, _NEW) if name in known]
    if files in states:
        return True
    if "kernel.json" not in files:
        # On its way, file by file: Jupyter does not list it.
        return all(_is_known(file, content, states) for file, content in files.items())
    has_document = any(files["kernel.json"] == state["kernel.json"] for state in states)
    return has_document and all(_is_known(file, content, states) for file, content in files.items())


def _is_known(file: str, content: bytes, states: Sequence[Contents]) -> bool:
    """Return whether a file is a whole one of ours, or one that readers do not look at."""
    return file.startswith(_TEMPORARY) or any(state.get(file) == content for state in states)


def _run(command: Sequence[str]) -> Done:
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
