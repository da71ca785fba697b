"""`kernelsync service`: the user unit of this installation."""

from __future__ import annotations

import os
import sys
import sysconfig

from kernelsync.errors import UsageError
from kernelsync.model.value import Value
from kernelsync.namespace import VARIABLE
from kernelsync.places import cache_directory, state_directory
from kernelsync.service import runtime_units
from kernelsync.service.systemctl import Systemctl
from kernelsync.service.unit import NAME, Places, captured, strict_text, unit_text
from kernelsync.service.unit_file import UnitFile, remove_dead_links, strict_file

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
    is the unit, None after `uninstall`. `strict` is the path of the strict drop-in, if that is
    installed; `disabled` says that the service was stopped, or that it starts no longer by itself.
    """

    topic: str
    path: str
    changed: bool
    manager: bool
    active: bool = False
    variables: Mapping[str, str] = {}
    text: str | None = None
    strict: str | None = None
    disabled: bool = False
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0


def run(session: Session, *, topic: str, strict: bool = False) -> ServiceResult:
    """Install, uninstall or show the unit.

    Raises:
        UsageError: there is no systemd on this platform, or somebody else's unit is there.
    """
    surroundings = session.surroundings
    if surroundings.platform != "linux":
        message = "there are systemd units on Linux only"
        raise UsageError(message, hint="docs/service.md tells how to start it on this system")
    if strict and topic == "uninstall":
        message = "'uninstall' removes all of it; --strict does not go with it"
        raise UsageError(message)
    manager = Systemctl(surroundings.environ)
    if topic == "uninstall":
        return _uninstall(surroundings.home, manager)
    if topic == "show":
        return _show(session, manager, strict=strict)
    return _install(session, manager, strict=strict)


def _install(session: Session, manager: Systemctl, *, strict: bool) -> ServiceResult:
    """Write the unit; a strict drop-in that is there is brought up to date as well."""
    home = session.surroundings.home
    file, drop_in = UnitFile(home), strict_file(home)
    strict = strict or drop_in.is_ours()
    text = _unit(session)
    is_new = file.write(text)
    is_new = runtime_units.install(session.surroundings, (_program(), *session.words)) or is_new
    if strict:
        is_new = drop_in.write(_strict(session)) or is_new
    is_known = manager.reload() if is_new else manager.is_reachable()
    return ServiceResult(
        topic="install",
        path=file.path,
        changed=is_new,
        manager=is_known,
        active=is_known and manager.state(NAME) == "active",
        variables=captured(session.surroundings.environ),
        text=text,
        strict=drop_in.path if strict else None,
    )


def _show(session: Session, manager: Systemctl, *, strict: bool) -> ServiceResult:
    """Show what `install` would write: the unit, or the drop-in."""
    home = session.surroundings.home
    file = strict_file(home) if strict else UnitFile(home)
    is_reachable = manager.is_reachable()
    return ServiceResult(
        topic="show",
        path=file.path,
        changed=False,
        manager=is_reachable,
        active=is_reachable and manager.state(NAME) == "active",
        variables={} if strict else captured(session.surroundings.environ),
        text=_strict(session) if strict else _unit(session),
        strict=file.path if strict else None,
    )


def _uninstall(home: str, manager: Systemctl) -> ServiceResult:
    """Stop the service, and remove all that `install` and `systemctl enable` have made."""
    file, drop_in = UnitFile(home), strict_file(home)
    # Before anything goes: somebody else's file ends this.
    is_ours = file.read() is not None
    is_strict = drop_in.is_ours()
    is_reachable = manager.is_reachable()
    # `pip install --user` brings a unit along, which may be enabled without one of ours.
    is_disabled = is_reachable and manager.is_enabled(NAME) and manager.disable(NAME)
    is_gone = (file.remove() if is_ours else False) | (drop_in.remove() if is_strict else False)
    is_gone = runtime_units.uninstall(home) or is_gone
    is_unlinked = remove_dead_links(home)
    if (is_gone or is_unlinked) and is_reachable:
        manager.reload()
    return ServiceResult(
        topic="uninstall",
        path=file.path,
        changed=is_gone,
        manager=is_reachable,
        disabled=is_disabled or is_unlinked,
    )


def _unit(session: Session) -> str:
    words = (_program(), *session.words, "run")
    return unit_text(words, captured(session.surroundings.environ))


def _strict(session: Session) -> str:
    surroundings = session.surroundings
    places = Places(
        data=os.path.dirname(session.kernels_directory),
        state=state_directory(surroundings),
        cache=cache_directory(surroundings),
    )
    return strict_text(places, surroundings.home, surroundings.environ.get(VARIABLE, ""))


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
