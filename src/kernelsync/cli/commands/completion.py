"""`kernelsync completion`: the script by which a shell completes this program."""

from __future__ import annotations

import os

from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.problem import Problem

DIRECTORY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "completions")
SHELLS = {"bash": "kernelsync.bash", "zsh": "_kernelsync", "fish": "kernelsync.fish"}
"""The files, named as shells look for them; scripts/make_completions.py makes them."""


class CompletionResult(Value):
    """The script of one shell."""

    shell: str
    script: str
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0


def run(*, shell: str) -> CompletionResult:
    """Return the script; nothing is written."""
    with open(os.path.join(DIRECTORY, SHELLS[shell]), encoding="utf-8") as file:
        return CompletionResult(shell=shell, script=file.read())
