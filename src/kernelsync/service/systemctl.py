"""Talks to the user's service manager, if there is one to talk to."""

from __future__ import annotations

import shutil
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = 30.0


class Systemctl:
    """`systemctl --user`, with the environment of the user."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._program = shutil.which("systemctl", path=environ.get("PATH"))

    def is_reachable(self) -> bool:
        """Whether there is a user manager that answers."""
        return self._run("show", "--property=Version") is not None

    def reload(self) -> bool:
        """Let it read the units again; False if that failed."""
        return self._run("daemon-reload") is not None

    def disable(self, unit: str) -> bool:
        """Stop a unit, and let it no longer start by itself; False if that failed."""
        return self._run("disable", "--now", unit) is not None

    def is_enabled(self, unit: str) -> bool:
        """Whether a unit starts by itself, or runs."""
        answer = self._run("show", "--property=UnitFileState,ActiveState", "--value", unit)
        words = () if answer is None else answer.split()
        return bool({"enabled", "enabled-runtime", "linked", "active", "activating"} & set(words))

    def state(self, unit: str) -> str:
        """Return "active", "failed", "inactive" and the like, "" if nobody tells."""
        answer = self._run("show", "--property=ActiveState", "--value", unit)
        return "" if answer is None else answer.strip()

    def _run(self, *words: str) -> str | None:
        """Return what it said, None if it failed."""
        if self._program is None:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - the words are ours
                (self._program, "--user", "--no-pager", *words),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None
