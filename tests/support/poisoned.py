"""A user whose environments have all the names that were made to hurt, and what we say of them."""

from __future__ import annotations

import json
import os

from support.poison import NAMES
from support.service import Household
from support.trees import make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

COMMANDS = (
    ("once", "--verbose"),
    ("list",),
    ("list", "--all"),
    ("list", "--verbose"),
    ("status",),
    ("undo", "--list"),
    ("once", "--dry-run", "--verbose"),
)
_SCRIPT = """#!/bin/sh
printf '%s\\0' "$0" "$@" "$VIRTUAL_ENV" "$PATH"
"""


class Poisoned(Household):
    """The user: one environment of each name in `~/.venvs`, and a pass that was made."""

    def __init__(self, home: str) -> None:
        super().__init__(home)
        for number, name in enumerate(NAMES):
            prefix = make_venv(self.path(".venvs", "made"), base=self.base)
            write(f"{prefix}/lib/python3.12/site-packages/number.txt", str(number))
            os.rename(prefix, self.prefix(name))
        self.kernelsync("once").expect(1)
        report = self.kernelsync("list", "--all", "--json").json
        self.problems = report["problems"]
        self.states = {each["path"]: each["state"] for each in report["data"]["environments"]}
        self.kernels_of = {
            each["metadata"]["kernelsync"]["prefix"]: name
            for name, each in self.documents().items()
        }
        self.said = {command: self.kernelsync(*command) for command in COMMANDS}

    def prefix(self, name: str) -> str:
        """Return where the environment of this name is."""
        return self.path(".venvs", name)

    def documents(self) -> dict[str, Any]:
        """Return all kernel.json, by the kernels' names."""
        found = {}
        for name in sorted(self.kernels()):
            with open(self.path(".local/share/jupyter/kernels", name, "kernel.json"), "rb") as file:
                found[name] = json.load(file)
        return found

    def let_pythons_tell(self) -> None:
        """From now on every interpreter tells how it was started, and nothing else."""
        write(f"{self.base}/bin/python3.12", _SCRIPT, 0o755)
