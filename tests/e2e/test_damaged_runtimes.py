"""A runtime that was taken apart is seen, costs no kernel, and is mended."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from support.borrowed_kernel import running
from support.borrowers import Borrower, furnish, make_borrower
from support.built_runtimes import RUNTIMES
from support.small_runtimes import build_of
from support.terminal import once_on_a_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine
    from support.processes import Result

pytestmark = pytest.mark.real_tools

KERNEL = "venv3.12"


def runtime_of(machine: Machine) -> str:
    """Return the directory of the runtime of Python 3.12."""
    place = machine.path(RUNTIMES)
    (key,) = (name for name in os.listdir(place) if name.startswith("cp312-"))
    return os.path.join(place, key)


@pytest.fixture
def borrowing(machine: Machine) -> Machine:
    """Return a machine with one kernel that borrows."""
    furnish(machine, ["3.12"])
    make_borrower(machine, Borrower("venv", "3.12"))
    machine.kernelsync("once").expect(0)
    assert machine.kernel_names() == {KERNEL}
    return machine


def install(machine: Machine) -> Result:
    """Repair it, with what can be downloaded."""
    machine.environ.update(machine.tools.network)
    return machine.kernelsync("runtime", "install", "3.12")


def argv_of(machine: Machine) -> list[str]:
    """Return the command of the kernel."""
    with open(os.path.join(machine.kernel_directory(KERNEL), "kernel.json"), "rb") as file:
        argv: list[str] = json.load(file)["argv"]
    return argv


def test_on_a_terminal_a_pass_mends_what_lost_its_files(borrowing: Machine) -> None:
    """Once: the second pass has nothing to do, and the kernel runs."""
    shutil.rmtree(f"{build_of(runtime_of(borrowing))}/site")
    said = borrowing.kernelsync("once").expect(1)
    assert "is damaged" in said.stderr
    assert borrowing.kernel_names() == {KERNEL}
    assert "built 1 runtime: cp312-" in once_on_a_terminal(borrowing)
    assert "nothing to do" in borrowing.kernelsync("once").expect(0).stdout
    assert borrowing.run_cell(KERNEL, "print(1 + 1)").expect(0).stdout == "2\n"


def test_a_running_kernel_outlives_the_repair_of_its_runtime(borrowing: Machine) -> None:
    """It goes on with what is left; the next one starts with the new build."""
    runtime = runtime_of(borrowing)
    old = build_of(runtime)
    with running(argv_of(borrowing), borrowing.environ, cwd=borrowing.home) as kernel:
        shutil.rmtree(f"{old}/site/jedi")
        listed = borrowing.kernelsync("runtime", "list", "--json").expect(1).json
        assert [each["state"] for each in listed["data"]["damaged"]] == ["damaged"]
        assert install(borrowing).expect(0).stdout.startswith("+ cp312-")
        assert build_of(runtime) != old
        assert kernel.run("import jupyter_client.session; print('lent')") == "lent\n"
        assert os.path.isdir(old)
    assert borrowing.run_cell(KERNEL, "import jedi; print(3)").expect(0).stdout == "3\n"
    assert install(borrowing).expect(0).stdout == "Nothing to do.\n"
    assert not os.path.exists(old)


def test_what_others_may_write_to_is_used_by_nobody(borrowing: Machine) -> None:
    """Its kernels go as those of an unsafe environment do, and come back."""
    os.chmod(runtime_of(borrowing), 0o777)  # noqa: S103 - that is what is tried
    said = borrowing.kernelsync("once", "--json").expect(1).json
    assert said["data"]["removed"] == [KERNEL]
    assert [each["code"] for each in said["problems"]] == ["runtime-unsafe"]
    refused = install(borrowing).expect(1)
    assert "chmod go-w" in refused.stderr
    os.chmod(runtime_of(borrowing), 0o700)
    assert borrowing.kernelsync("once", "--json").expect(0).json["data"]["created"] == [KERNEL]
