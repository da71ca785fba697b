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
_COUNT = 40
_TOGETHER = 16
_PROGRAM = """
import os, sys
from kernelsync.batch import carry_out
from kernelsync.model.plan import Create, Plan
from support.kernels import NOW, DiskShelf, make_spec
shelf, count, end = DiskShelf(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if end == "fails":
    os.makedirs(f"{shelf.kernels}/k{count - 1}")
steps = iter(range(2))
def interrupt():
    if end == "stops" and next(steps, None) is None:
        raise InterruptedError
creations = [Create(spec=make_spec(f"k{number}"), reason="new") for number in range(count)]
try:
    with shelf.store().prepare(NOW) as writer:
        outcomes = carry_out(Plan(actions=tuple(creations), unchanged=()), writer, interrupt)
except InterruptedError:
    outcomes = []
print(*(outcome.action.spec.name for outcome in outcomes if outcome.problem is not None))
"""


def _trace(tmp_path: Path, end: str, *faults: str) -> tuple[list[str], str, str]:
    """Return the trace of a batch, its kernels directory, and what failed."""
    log, data = str(tmp_path / "trace"), str(tmp_path / "jupyter")
    environ = {"PATH": os.defpath, "PYTHONPATH": f"{_TESTS}:{_SOURCE}"}
    calls = "trace=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
    program = (sys.executable, "-c", _PROGRAM, data, str(_COUNT), end)
    injected = [word for fault in faults for word in ("-e", f"inject={fault}")]
    strace = (need("strace"), "-y", "-e", calls, *injected, "-o", log)
    result = run((*strace, *program), environ=environ)
    with open(log, encoding="utf-8") as file:
        # Each line as with `-f`: after the number of the process.
        lines = [f"1 {line.rstrip()}" for line in file]
    return lines, f"{data}/kernels", result.expect(0).stdout.strip()


@pytest.mark.parametrize(
    ("end", "failed", "count"),
    [
        ("succeeds", "", _COUNT),
        ("fails", f"k{_COUNT - 1}", _COUNT - 1),
        ("stops", "", 2 * _TOGETHER),
    ],
)
def test_a_batch_is_durable_whatever_becomes_of_its_last_one(
    tmp_path: Path, end: str, failed: str, count: int
) -> None:
    """The moves are made durable once, by the last creations, or in their place."""
    lines, kernels, told = _trace(tmp_path, end)
    assert told == failed
    assert out_of_order(lines, kernels) == []
    published = {name for name in os.listdir(kernels) if os.listdir(f"{kernels}/{name}")}
    assert len(published) == count
    assert os.listdir(f"{os.path.dirname(kernels)}/.kernelsync/staging") == []
    syncs = [line for line in lines if re.search(rf"fsync\(\d+<{re.escape(kernels)}>", line)]
    assert len(syncs) == 1


def test_new_kernelspecs_are_all_written_before_the_first_is_made_durable(tmp_path: Path) -> None:
    """That takes the disk one go for all of them; one by one, each waits for itself."""
    lines, _, _ = _trace(tmp_path, "succeeds")
    written = 0
    groups: list[int] = []
    for line in lines:
        if re.search(r'openat\(\d+<[^>]*/staging/[^>]*>, "kernel.json", O_WRONLY', line):
            written += 1
        elif written and re.search(r"fsync\(\d+<[^>]*/kernel.json>", line):
            groups.append(written)
            written = 0
    assert groups == [_TOGETHER, _TOGETHER, _COUNT - 2 * _TOGETHER]


def test_moves_that_never_got_to_the_disk_are_told_though_the_last_one_failed_before(
    tmp_path: Path,
) -> None:
    """The last that was published stands for them all; else nobody would know."""
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    lines, kernels, _ = _trace(tmp_path / "before", "fails")
    syncs = [line for line in lines if " fsync(" in line]
    [number] = [count for count, line in enumerate(syncs, 1) if f"<{kernels}>" in line]
    fault = f"fsync:error=EIO:when={number}"
    lines, kernels, told = _trace(tmp_path / "after", "fails", fault)
    assert any(f"<{kernels}>" in line and line.endswith("(INJECTED)") for line in lines)
    assert told == f"k{_COUNT - 2} k{_COUNT - 1}"
