"""Who reads kernelspecs while they are updated never misses one and never sees half of one.

KERNELSYNC_READS says how often to read (20,000 by default, 1,000,000 before a release).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from support import kernel_updater
from support.kernel_faults import scratch_directory
from support.kernels import DiskShelf
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

READS = int(os.environ.get("KERNELSYNC_READS") or 20_000)
NO_FLAGS = ["strace", "-f", "--seccomp-bpf", "-o", os.devnull, "-e", "trace=renameat2"]
NO_FLAGS += ["-e", "inject=renameat2:error=EINVAL"]


class Seen:
    """What a reader saw."""

    def __init__(self) -> None:
        self.missing = 0
        self.broken = 0
        self.texts: set[str] = set()

    def read(self, kernels: str, reads: int) -> None:
        """Look for the kernelspec as Jupyter does: list the directory, then read kernel.json."""
        path = os.path.join(kernels, kernel_updater.NAME, "kernel.json")
        for _ in range(reads):
            if kernel_updater.NAME not in os.listdir(kernels):
                self.missing += 1
                continue
            try:
                with open(path, "rb") as file:
                    document = json.loads(file.read())
                self.texts.add(document["display_name"])
            except FileNotFoundError:
                self.missing += 1
            except (ValueError, KeyError):
                self.broken += 1


class Updater:
    """A process that updates one kernelspec until it is told to stop."""

    def __init__(self, kind: str, data: str, prefix: list[str]) -> None:
        self._process = subprocess.Popen(
            [*prefix, sys.executable, kernel_updater.__file__, kind, data],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> int:
        """Stop it and return how many updates it made."""
        output, _ = self._process.communicate()
        assert self._process.returncode == 0, output
        return int(output)


@pytest.fixture
def shelf() -> Iterator[DiskShelf]:
    """Return an empty data directory, in memory: there are the most updates for each read."""
    directory = scratch_directory()
    yield DiskShelf(os.path.join(directory, "jupyter"))
    shutil.rmtree(directory)


def _race(shelf: DiskShelf, kind: str, reads: int, prefix: list[str]) -> tuple[Seen, int]:
    updater = Updater(kind, shelf.data, prefix)
    seen = Seen()
    seen.read(shelf.kernels, reads)
    return seen, updater.stop()


def test_a_naive_writer_is_caught_by_this_reader(shelf: DiskShelf) -> None:
    """The negative control: removing the tree and copying it anew, as many a tool does."""
    seen, updates = _race(shelf, "naive", 20_000, [])
    assert updates >= kernel_updater.BATCH
    assert seen.missing > 0


def test_a_reader_never_misses_a_kernelspec_that_is_exchanged(
    shelf: DiskShelf,
) -> None:
    """And sees only whole ones, the old and the new."""
    seen, updates = _race(shelf, "store", READS, [])
    assert (seen.missing, seen.broken) == (0, 0)
    assert seen.texts == set(kernel_updater.TEXTS)
    assert updates > READS // 1000


def test_a_reader_never_misses_a_kernelspec_that_is_replaced_file_by_file(
    shelf: DiskShelf,
) -> None:
    """Where the file system cannot exchange directories."""
    need("strace")
    seen, updates = _race(shelf, "store", READS, NO_FLAGS)
    assert (seen.missing, seen.broken) == (0, 0)
    assert seen.texts == set(kernel_updater.TEXTS)
    assert updates > READS // 2000
