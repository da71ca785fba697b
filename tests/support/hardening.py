"""Tries what single directives of a unit forbid, in a unit of the user's own manager."""

from __future__ import annotations

import os
import shutil

from support import hardening_probe
from support.real_tools import SOURCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.systemd_user import SystemdUser


class Laboratory:
    """A user in whose manager attempts are made."""

    def __init__(self, user: SystemdUser) -> None:
        self._user = user
        self._units = f"{user.home}/.config/systemd/user"
        self._probe = f"{user.home}/probe.py"
        shutil.copy(hardening_probe.__file__, self._probe)

    def tried(self, attempt: str, directives: tuple[str, ...]) -> str:
        """Return what an attempt comes to in a unit with these directives."""
        user = self._user
        answer = f"{user.home}/answer"
        python = os.path.realpath(f"{user.home}/.local/share/pipx/venvs/kernelsync/bin/python")
        unit = (
            "[Service]\nType=oneshot\n"
            f"ExecStart={python} {self._probe} {attempt}\n"
            f"StandardOutput=truncate:{answer}\n" + "\n".join(directives) + "\n"
        )
        if not os.path.isdir(self._units):
            os.makedirs(self._units)
            user.own(f"{user.home}/.config")
        with open(f"{self._units}/probe.service", "w", encoding="utf-8") as file:
            file.write(unit)
        user.systemctl("daemon-reload").expect(0)
        started = user.systemctl("start", "probe")
        assert started.code == 0, f"{started}\n{user.log()}"
        with open(answer, encoding="utf-8") as file:
            return file.read().strip()


def service_section(name: str) -> tuple[str, ...]:
    """Return the directives about the service in a file that is shipped for systemd."""
    with open(os.path.join(SOURCE, "systemd", name), encoding="utf-8") as file:
        section = file.read().partition("[Service]")[2].partition("[Install]")[0]
    return tuple(line for line in section.splitlines() if line and not line.startswith("#"))


def lines_of(name: str) -> set[str]:
    """Return the same without an order."""
    return set(service_section(name))
