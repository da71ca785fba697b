"""Environments without ipykernel, of every Python, run kernels that borrow it."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from support.borrowed_kernel import running
from support.borrowers import BORROWERS, Borrower, furnish, make_borrower, with_borrowers
from support.built_runtimes import RUNTIMES
from support.lab import key_of
from support.snapshots import contents
from support.terminal import once_on_a_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine
    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_CELL = '''\
import json, os, subprocess, sys
child = """
import imp, sys
def is_there(name):
    try:
        return bool(imp.find_module(name))
    except ImportError:
        return False
print([name for name in ("ipykernel", "zmq") if is_there(name)])
"""
if sys.version_info >= (3, 4):
    child = """
from importlib.util import find_spec
print([name for name in ("ipykernel", "zmq") if find_spec(name)])
"""
python = !python -c "import sys; print(sys.prefix)"
print(json.dumps({
    "prefix": sys.prefix,
    "version": sys.version.split()[0],
    "virtual_env": os.environ.get("VIRTUAL_ENV"),
    "python": python,
    "seen by children": subprocess.check_output([sys.executable, "-c", child]).decode().strip(),
    "on the path": [each for each in sys.path if each.endswith("/site")],
}))
'''


@pytest.fixture(scope="session")
def borrowing(shared_scratch: str, tools: RealTools) -> Machine:
    """Return the machine whose environments have no ipykernel, with runtimes."""
    return with_borrowers(shared_scratch, tools)


@pytest.mark.parametrize("borrower", BORROWERS, ids=lambda each: each.kernel)
def test_a_cell_runs_in_the_environment(borrower: Borrower, borrowing: Machine) -> None:
    """The kernel is the environment's own interpreter; what it borrows is seen by nobody else."""
    prefix = borrower.prefix(borrowing)
    bare = borrower.maker == "pyenv"
    name = f"pyenv-{borrower.version(borrowing)}" if bare else borrower.kernel
    # Python itself writes byte code of what its start imports.
    borrowing.run(os.path.join(prefix, "bin", "python"), "-c", "pass")
    before = {} if bare else contents(prefix)
    answer = borrowing.run_cell(name, _CELL).expect(0).json
    assert answer["prefix"] == prefix
    assert answer["version"] == borrower.version(borrowing)
    assert answer["python"] == [prefix]
    assert (answer["virtual_env"] or "") == ("" if bare else prefix)
    assert answer["seen by children"] == "[]"
    assert answer["on the path"] == []
    assert bare or contents(prefix) == before, "the environment is not as it was"


def test_the_list_tells_who_lends(borrowing: Machine) -> None:
    """Each environment is a kernel without an ipykernel of its own."""
    listed = borrowing.kernelsync("list", "--json").expect(0).json["data"]["environments"]
    found = {each["path"]: each for each in listed}
    for borrower in BORROWERS:
        each = found[borrower.prefix(borrowing)]
        assert (each["state"], each["ipykernel"]) == ("kernel", None)
        assert each["runtime"] == key_of(borrower.minor)


def test_what_parentheses_mean_is_said(borrowing: Machine) -> None:
    """In one line below the table; `status` counts who borrows."""
    lines = borrowing.kernelsync("list").expect(0).lines
    assert len([line for line in lines if "borrowed from a runtime" in line]) == 1
    found = borrowing.kernelsync("status", "--json").expect(0).json["data"]["runtimes"]
    assert sum(found["borrowing"].values()) == len(BORROWERS)
    assert (found["missing"], found["way_out"]) == ({}, None)


def test_a_second_pass_is_silent(borrowing: Machine) -> None:
    """What was lent needs no other look."""
    said = borrowing.kernelsync("once", "--json").expect(0).json["data"]
    assert [said[key] for key in ("created", "updated", "removed", "held")] == [[], [], [], []]
    assert len(said["unchanged"]) == len(BORROWERS)


def test_the_kernel_follows_the_environments_own_ipykernel(machine: Machine) -> None:
    """It is borrowed, then plain, then borrowed again, under the same name."""
    furnish(machine, ["3.12"])
    prefix = make_borrower(machine, Borrower("uv", "3.12"))
    python = os.path.join(prefix, "bin", "python")

    def argv_after(*command: str) -> list[str]:
        if command:
            machine.run("uv", "pip", *command, "--python", python)
        assert machine.kernelsync("once").code == 0
        argv: list[str] = machine.kernelspecs()["uv3.12"]["spec"]["argv"]
        return argv

    borrowed = argv_after()
    assert machine.path(RUNTIMES, "launch.py") in borrowed
    plain = argv_after("install", "ipykernel")
    assert plain[-4:] == ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    assert machine.run_cell("uv3.12", "print(1)").expect(0).stdout == "1\n"
    assert argv_after("uninstall", "ipykernel") == borrowed
    assert machine.run_cell("uv3.12", "print(2)").expect(0).stdout == "2\n"


def test_the_settings_can_forbid_to_borrow(machine: Machine) -> None:
    """With `skip` an environment without ipykernel is none, whatever runtimes there are."""
    furnish(machine, ["3.12"])
    make_borrower(machine, Borrower("venv", "3.12"))
    machine.settings("kernels:\n  missing_ipykernel: skip\n")
    said = machine.kernelsync("once").expect(0).stdout
    assert said.rstrip().endswith("; 1 environment without ipykernel (see 'kernelsync list')")
    assert "runtimes " not in machine.kernelsync("status").expect(0).stdout
    assert machine.kernel_names() == set()


def test_a_runtime_goes_after_its_last_environment_and_its_last_kernel(machine: Machine) -> None:
    """It is shown as unused; while a kernel runs, it stays and serves; then it can be removed."""
    furnish(machine, ["3.12"])
    prefix = make_borrower(machine, Borrower("venv", "3.12"))
    machine.kernelsync("once").expect(0)
    with open(os.path.join(machine.kernel_directory("venv3.12"), "kernel.json"), "rb") as file:
        argv = json.load(file)["argv"]
    with running(argv, machine.environ, cwd=machine.home) as kernel:
        shutil.rmtree(prefix)
        machine.kernelsync("once", "--confirm-removals").expect(0)
        assert machine.kernel_names() == set()
        (row,) = (
            line for line in machine.kernelsync("runtime", "list").lines if line.startswith("3.12")
        )
        assert row.split()[2] == "unused"
        refused = machine.kernelsync("runtime", "remove", "--json").expect(1).json
        assert [each["code"] for each in refused["problems"]] == ["runtime-in-use"]
        assert kernel.run("import jupyter_client; print('lent')") == "lent\n"
    assert machine.kernelsync("runtime", "remove").expect(0).stdout.startswith("- cp312-")
    assert "No runtimes." in machine.kernelsync("runtime", "list").expect(0).stdout


def test_on_a_terminal_a_pass_builds_what_is_missing(machine: Machine) -> None:
    """From an empty home, one command ends with a kernel that runs, and says what it built."""
    make_borrower(machine, Borrower("venv", "3.12"))
    said = once_on_a_terminal(machine)
    assert "built 1 runtime: cp312-" in said
    assert "+ venv3.12" in said
    assert machine.run_cell("venv3.12", "print(1 + 1)").expect(0).stdout == "2\n"


def test_elsewhere_a_pass_builds_nothing_and_names_the_command(machine: Machine) -> None:
    """A script is not surprised by downloads; `list` tells what would help."""
    make_borrower(machine, Borrower("venv", "3.12"))
    for _ in range(2):
        said = machine.kernelsync("once").expect(0).stdout
        remark = "1 environment without ipykernel (kernelsync runtime install --missing)"
        assert said.rstrip().endswith(f"; {remark}")
    assert not os.path.exists(machine.path(RUNTIMES))
    found = machine.kernelsync("status", "--json").expect(0).json["data"]["runtimes"]
    assert found["missing"] == {"3.12": 1}
    assert "kernelsync runtime install --missing" in machine.kernelsync("list").expect(0).stdout
    said = machine.kernelsync("explain", "venv3.12").expect(0).stdout
    assert "'kernelsync runtime install 3.12'" in said
