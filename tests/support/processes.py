"""Runs programs, and makes their failures readable."""

from __future__ import annotations

import json
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_TIMEOUT = 300.0


class Result:
    """What a program said and how it ended."""

    def __init__(self, command: Sequence[str], code: int, stdout: str, stderr: str) -> None:
        self.command = tuple(command)
        self.code = code
        self.stdout = stdout
        self.stderr = stderr

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is what it is; tests assert on its shape
        """Stdout as JSON."""
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            message = f"stdout is not JSON ({error})\n{self}"
            raise AssertionError(message) from None

    @property
    def lines(self) -> list[str]:
        """The lines of stdout that are not empty."""
        return [line for line in self.stdout.splitlines() if line.strip()]

    def expect(self, code: int) -> Result:
        """Return self if the program ended with this code, else fail with all that it said."""
        assert self.code == code, f"expected exit code {code}\n{self}"
        return self

    def __repr__(self) -> str:
        return (
            f"$ {' '.join(self.command)}\nexit code {self.code}\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}\n---"
        )


def run(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    cwd: str | None = None,
    stdin: str = "",
) -> Result:
    """Run a program to its end and return what it said; any exit code is fine."""
    done = subprocess.run(
        command,
        env=dict(environ),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=_TIMEOUT,
        check=False,
    )
    return Result(command, done.returncode, done.stdout, done.stderr)
