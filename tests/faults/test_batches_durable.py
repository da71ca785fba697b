"""Many kernelspecs at once: each is on the disk before it can be seen, and so are all the moves."""

from __future__ import annotations

import os
import re
import sys

import pytest

from support.durability import out_of_order
from support.processes import run
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SOURCE = os.path.join(os.path.dirname(_TESTS), "src")
_COUNT = 12
_PROGRAM = """
import os, sys
from kernelsync.model.plan import Create
from support.kernels import NOW, DiskShelf, make_spec
shelf, count, end = DiskShelf(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if end == "fails":
    os.makedirs(f"{shelf.kernels}/k{count - 1}")
with shelf.store().prepare(NOW) as writer:
    for number in range(count - (end == "stops")):
        outcome = writer.apply(
            Create(spec=make_spec(f"k{number}"), reason="new"), more=number < count - 1
        )
print(outcome.problem is not None)
"""


def _trace(tmp_path: Path, end: str) -> tuple[list[str], str, bool]:
    """Return the trace of a batch, its kernels directory, and whether the last one failed."""
    log, data = str(tmp_path / "trace"), str(tmp_path / "jupyter")
    environ = {"PATH": os.defpath, "PYTHONPATH": f"{_TESTS}:{_SOURCE}"}
    calls = "trace=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
    program = (sys.executable, "-c", _PROGRAM, data, str(_COUNT), end)
    result = run((need("strace"), "-y", "-e", calls, "-o", log, *program), environ=environ)
    with open(log, encoding="utf-8") as file:
        # Each line as with `-f`: after the number of the process.
        lines = [f"1 {line.rstrip()}" for line in file]
    return lines, f"{data}/kernels", result.expect(0).stdout.strip() == "True"


@pytest.mark.parametrize("end", ["succeeds", "fails", "stops"])
def test_a_batch_is_durable_whatever_becomes_of_its_last_one(tmp_path: Path, end: str) -> None:
    """The moves are made durable once, by the last creation, or in its place."""
    lines, kernels, has_failed = _trace(tmp_path, end)
    assert has_failed is (end == "fails")
    assert out_of_order(lines, kernels) == []
    published = {name for name in os.listdir(kernels) if os.listdir(f"{kernels}/{name}")}
    assert len(published) == (_COUNT if end == "succeeds" else _COUNT - 1)
    syncs = [line for line in lines if re.search(rf"fsync\(\d+<{re.escape(kernels)}>", line)]
    assert len(syncs) == 1
