"""`kernelsync service`: the user unit of this installation."""

from __future__ import annotations

import os
import sys
import sysconfig

from kernelsync.errors import UsageError
from kernelsync.model.value import Value
from kernelsync.service.systemctl import Systemctl
from kernelsync.service.unit import NAME, captured, unit_text
from kernelsync.service.unit_file import UnitFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.cli.session import Session
    from kernelsync.model.outcome import Problem

_PROGRAM = "kernelsync"


class ServiceResult(Value):
    """What became of the unit.

    `changed` says that its file was written or removed, `manager` that the user's systemd
    answered and knows; `active` that the service runs. `variables` are those captured. `text`
    is the unit, None after `uninstall`.
    """

    topic: str
    path: str
    changed: bool
    manager: bool
    active: bool
    variables: Mapping[str, str]
    text: str | None
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0


def run(session: Session, *, topic: str) -> ServiceResult:
    """Install, uninstall or show the unit.

    Raises:
        UsageError: there is no systemd on this platform, or somebody else's unit is there.
    """
    surroundings = session.surroundings
    if surroundings.platform != "linux":
        message = "there are systemd units on Linux only"
        raise UsageError(message, hint="docs/service.md tells how to start it on this system")
    file = UnitFile(surroundings.home)
    manager = Systemctl(surroundings.environ)
    if topic == "uninstall":
        return _uninstall(file, manager)
    variables = captured(surroundings.environ)
    text = unit_text((_program(), *session.words, "run"), variables)
    is_new = topic == "install" and file.write(text)
    is_known = manager.reload() if is_new else manager.is_reachable()
    return ServiceResult(
        topic=topic,
        path=file.path,
        changed=is_new,
        manager=is_known,
        active=is_known and manager.state(NAME) == "active",
        variables=variables,
        text=text,
    )


def _uninstall(file: UnitFile, manager: Systemctl) -> ServiceResult:
    is_there = file.read() is not None
    is_reachable = manager.is_reachable()
    if is_there and is_reachable:
        manager.disable(NAME)
    is_gone = file.remove()
    if is_gone and is_reachable:
        manager.reload()
    return ServiceResult(
        topic="uninstall",
        path=file.path,
        changed=is_gone,
        manager=is_reachable,
        active=False,
        variables={},
        text=None,
    )


def _program() -> str:
    """Return the absolute path of this program, by which it can be started again.

    Symlinks stay: what pipx and uv put into ~/.local/bin leads to the next version, too.
    """
    named = os.path.abspath(sys.argv[0])
    places = (os.path.dirname(named), sysconfig.get_path("scripts"))
    for place in places:
        path = os.path.join(place, _PROGRAM)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    message = f"there is no program '{_PROGRAM}' in {places[1]}"
    raise UsageError(message, hint="install kernelsync with pipx, uv tool or pip")
