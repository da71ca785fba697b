"""Runs the installed kernelsync on a terminal, where it builds what is missing."""

from __future__ import annotations

import os

import pexpect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

_PATIENCE = 240


def once_on_a_terminal(machine: Machine) -> str:
    """Run `kernelsync once`, which must end well, and return what it showed."""
    program = os.path.join(machine.tools.kernelsync, "bin", "kernelsync")
    environ = {**machine.environ, **machine.tools.network, "TERM": "xterm"}
    child = pexpect.spawn(
        program, ["once"], env=environ, cwd=machine.home, timeout=_PATIENCE, encoding="utf-8"
    )
    child.expect(pexpect.EOF)
    child.close()
    said: str = child.before or ""
    assert child.exitstatus == 0, said
    return said
