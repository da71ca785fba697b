"""`kernelsync service`: the user units of this installation."""

from __future__ import annotations

import os
import sys
import sysconfig

from kernelsync.errors import UsageError
from kernelsync.model.value import Value, replace
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
    from kernelsync.model.problem import Problem

_PROGRAM = "kernelsync"


class Unit(Value):
    """One file of systemd's: whether it was written (or removed), or is masked and left alone.

    `text` is what is in it, or would be; None once it is removed.
    """

    path: str
    changed: bool = False
    masked: bool = False
    text: str | None = None


class ServiceResult(Value):
    """What became of the units.

    `units` are all that belong to the service, its own first; after `uninstall` those that were
    removed. `path` is where its own is, or would be. `manager` says that the user's systemd
    answered and knows; `active` that the service runs. `variables` are those captured. `strict`
    is the path of the strict drop-in, if that is installed; `disabled` says that the service was
    stopped, or that it starts no longer by itself.
    """

    topic: str
    path: str
    units: tuple[Unit, ...]
    manager: bool
    active: bool = False
    variables: Mapping[str, str] = {}
    strict: str | None = None
    disabled: bool = False
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0

    @property
    def changed(self) -> bool:
        """Whether any file was written or removed."""
        return any(unit.changed for unit in self.units)


def run(session: Session, *, topic: str, strict: bool = False) -> ServiceResult:
    """Install, uninstall or show the units.

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
    """Write the units; a strict drop-in that is there is brought up to date as well."""
    surroundings = session.surroundings
    file, drop_in = UnitFile(surroundings.home), strict_file(surroundings.home)
    strict = strict or drop_in.is_ours()
    units = _units(session, strict=strict)
    # The file of the service first: somebody else's ends this.
    written = {file.path} if file.write(_unit(session)) else set()
    written.update(runtime_units.install(surroundings, _command(session)))
    if strict and drop_in.write(_strict(session)):
        written.add(drop_in.path)
    is_known = manager.reload() if written else manager.is_reachable()
    return ServiceResult(
        topic="install",
        path=file.path,
        units=tuple(replace(unit, changed=unit.path in written) for unit in units),
        manager=is_known,
        active=is_known and manager.state(NAME) == "active",
        variables=captured(surroundings.environ),
        strict=drop_in.path if strict else None,
    )


def _show(session: Session, manager: Systemctl, *, strict: bool) -> ServiceResult:
    """Show what `install` would write."""
    home = session.surroundings.home
    is_reachable = manager.is_reachable()
    strict = strict or strict_file(home).is_ours()
    return ServiceResult(
        topic="show",
        path=UnitFile(home).path,
        units=_units(session, strict=strict),
        manager=is_reachable,
        active=is_reachable and manager.state(NAME) == "active",
        variables=captured(session.surroundings.environ),
        strict=strict_file(home).path if strict else None,
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
    gone = [file.path] if is_ours and file.remove() else []
    gone += runtime_units.uninstall(home)
    gone += [drop_in.path] if is_strict and drop_in.remove() else []
    is_unlinked = remove_dead_links(home)
    if (gone or is_unlinked) and is_reachable:
        manager.reload()
    return ServiceResult(
        topic="uninstall",
        path=file.path,
        units=tuple(Unit(path=path, changed=True) for path in gone),
        manager=is_reachable,
        disabled=is_disabled or is_unlinked,
    )


def _units(session: Session, *, strict: bool) -> tuple[Unit, ...]:
    """Return all units as they are to be."""
    home = session.surroundings.home
    units = [Unit(path=UnitFile(home).path, text=_unit(session))]
    if strict:
        units.append(Unit(path=strict_file(home).path, text=_strict(session)))
    texts = runtime_units.runtime_units(session.surroundings, _command(session))
    for name, text in texts.items():
        path = runtime_units.path_of(home, name)
        units.append(Unit(path=path, text=text, masked=runtime_units.is_masked(path)))
    return tuple(units)


def _command(session: Session) -> tuple[str, ...]:
    """Return this program with its global options."""
    return (_program(), *session.words)


def _unit(session: Session) -> str:
    return unit_text((*_command(session), "run"), captured(session.surroundings.environ))


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
