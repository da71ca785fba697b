"""A debugger works in a kernel that borrows it: a breakpoint, variables, and on."""

from __future__ import annotations

import os

import pytest

from support.debugging import Debugging
from support.other_pythons import CPYTHONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.lab import Lab

pytestmark = pytest.mark.real_tools

_CODE = """\
def double(number):
    doubled = number * 2
    return doubled

print(double(21))
"""
_DEBUGGERS = ("3.12", *CPYTHONS)


@pytest.mark.parametrize("minor", _DEBUGGERS)
def test_a_cell_stops_at_a_breakpoint_and_goes_on(minor: str, lab: Lab, tmp_path: Path) -> None:
    """As JupyterLab asks, by the control channel; then without a breakpoint."""
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        debugging = Debugging(kernel)
        info = debugging.ask("debugInfo", {})
        assert info["isStarted"] is False
        debugging.attach()
        source = debugging.ask("dumpCell", {"code": _CODE})["sourcePath"]
        debugging.break_at(source, 3)
        cell = kernel.begin(_CODE)
        thread = debugging.wait_for_stop()
        assert debugging.where(thread) == (source, 3, "double")
        assert debugging.variables(thread) == {"number": "21", "doubled": "42"}
        debugging.ask("continue", {"threadId": thread})
        assert kernel.end(cell) == "42\n"
        debugging.ask("disconnect", {"restart": False, "terminateDebuggee": False})
        assert kernel.run(_CODE) == "42\n"


@pytest.mark.parametrize("minor", _DEBUGGERS)
def test_its_modules_are_not_seen_by_what_the_environment_starts(
    minor: str, lab: Lab, tmp_path: Path
) -> None:
    """Though the debugger starts a process of its own, which has to find them."""
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        Debugging(kernel).attach()
        found = kernel.run("found = !python -c 'import debugpy'\nprint(found[-1])")
        assert "No module named 'debugpy'" in found
        assert not {"PYTHONPATH", "PYDEVD_LOAD_VALUES_ASYNC"} & set(
            kernel.run("import os; print(*os.environ)").split()
        )
    assert os.listdir(lab.site(lab.bare(minor))) == []
