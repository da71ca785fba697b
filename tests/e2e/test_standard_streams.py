"""Wherever the output goes, a pass is done, and what went wrong is no traceback."""

from __future__ import annotations

import os

import pytest

from support.processes import run
from support.quick import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine
    from support.processes import Result

pytestmark = pytest.mark.real_tools


def _in_shell(machine: Machine, script: str) -> Result:
    program = os.path.join(machine.tools.kernelsync, "bin", "kernelsync")
    command = ("bash", "-o", "pipefail", "-c", script, program)
    return run(command, environ=machine.environ, cwd=machine.home)


def test_a_reader_that_stops_early_is_no_error(machine: Machine) -> None:
    """`kernelsync config show | head -1` ends well."""
    assert not _in_shell(machine, '"$0" config schema | head -1').expect(0).stderr


def test_without_stdout_the_pass_is_done(machine: Machine) -> None:
    """Some supervisors close it."""
    environment(machine, ".venvs/thesis")
    _in_shell(machine, '"$0" once >&-').expect(0)
    assert machine.kernel_names() == {"thesis"}


def test_a_full_disk_behind_stdout_is_no_traceback(machine: Machine) -> None:
    """The output is lost, and that is said; a bug it is not."""
    ended = _in_shell(machine, '"$0" config schema >/dev/full')
    assert ended.code not in {0, 3}, ended
    assert "Traceback" not in ended.stderr, ended


def test_a_working_directory_that_is_gone_is_wrong_usage(machine: Machine) -> None:
    """`once .` has nowhere to look; a plain `once` does not care."""
    gone = 'mkdir gone; cd gone; rmdir ../gone; "$0" once'
    _in_shell(machine, gone).expect(0)
    refused = _in_shell(machine, f"{gone} .").expect(2)
    assert "Traceback" not in refused.stderr


def test_a_console_that_cannot_show_a_name_shows_an_escape(machine: Machine) -> None:
    """The pass is done although the terminal's encoding has no such letters."""
    environment(machine, ".venvs/プロジェクト")
    once = machine.kernelsync("once", PYTHONIOENCODING="ascii").expect(0)
    assert "venv-u61bc33" in once.stdout


def test_no_colour_where_nobody_looks(machine: Machine) -> None:
    """A pipe gets plain text."""
    environment(machine, ".venvs/thesis")
    for arguments in (("once", "--dry-run"), ("list",), ("explain", "thesis")):
        assert "\x1b" not in machine.kernelsync(*arguments).expect(0).stdout
