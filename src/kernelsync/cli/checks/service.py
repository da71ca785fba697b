"""Whether the service runs, as this version, confined, and with the variables of this shell."""

from __future__ import annotations

import os
import shlex

import psutil

from kernelsync import __version__
from kernelsync.cli.checks.check import note, ok, wrong
from kernelsync.confinement import ability
from kernelsync.errors import UsageError
from kernelsync.service.installed_units import has_manager
from kernelsync.service.unit import captured
from kernelsync.service.unit_file import UnitFile
from kernelsync.watch.trouble import max_watches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.checks.check import Check
    from kernelsync.cli.commands.starting import Start
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.state import State

_RESTART = "restart it: 'systemctl --user restart kernelsync'"
_INSTALL = "'kernelsync service install', then 'systemctl --user restart kernelsync'"
_OLD_KERNEL = "nothing depends on it; Linux 5.19 and newer can do it, where it is switched on"
_NEARLY = 0.8
_SETTING = "Environment="
LINGERING = "/var/lib/systemd/linger"
"""Where logind notes who may have services while logged out: an empty file for each user."""


def running(state: State | None, start: Start, platform: str) -> Iterator[Check]:
    """Yield whether it runs, whether it is this version, and whether its passes succeed."""
    if state is None:
        commands = ", then ".join(f"'{command}'" for command in start.commands)
        hint = f"{commands}; or 'kernelsync once' when you need it"
        yield note("service", "the service does not run: new environments wait for a pass", hint)
        yield _could_be_confined(platform)
        return
    yield ok("service", f"the service runs (pid {state.pid})")
    if state.release != __version__:
        message = f"the service is version {state.release}, and this program {__version__}"
        yield wrong("service-version", message, _RESTART)
    if state.failure is not None:
        message = f"the passes of the service fail: {state.failure}"
        yield wrong("service-failing", message, "please report it, with the service's log")
    if state.landlock is not None:
        yield ok("confined", f"the service is confined (Landlock ABI {state.landlock})")
    else:
        message = f"the service is not confined: {state.unconfined or 'it does not say why'}"
        yield note("unconfined", message, _OLD_KERNEL)
    yield from _watches(state)


def manager(surroundings: Surroundings, lingering: str = LINGERING) -> Iterator[Check]:
    """Yield whether there is a systemd for this user, and whether it stays after logging out."""
    if surroundings.platform != "linux":
        return
    if not has_manager(surroundings):
        hint = "docs/service.md has other ways to keep 'kernelsync run' running"
        yield note("systemd", "no systemd of this user answers here", hint)
    elif not os.path.exists(os.path.join(lingering, _user(surroundings.uid))):
        message = "the service ends when you log out, and starts again when you log in"
        yield note("lingering", message, "'loginctl enable-linger' keeps it running")


def variables(state: State | None, surroundings: Surroundings) -> Iterator[Check]:
    """Yield the variables by which the service looks elsewhere than this shell does."""
    theirs = _environment_of(state, surroundings)
    if theirs is None:
        return
    mine = captured(surroundings.environ)
    names = sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
    for name in names:
        there, here = _shown(theirs.get(name)), _shown(mine.get(name))
        message = f"{name} is {there} for the service, and {here} in this shell"
        if name.startswith("XDG_") and name.endswith("_DIRS"):
            yield note("service-variable", message, _INSTALL)
        else:
            yield wrong("service-variable", message, _INSTALL)
    if not names:
        yield ok("service-variable", "the service has the same variables as this shell")


def _environment_of(state: State | None, surroundings: Surroundings) -> dict[str, str] | None:
    """Return what of its environment matters: of the process, else of the installed unit."""
    if state is not None:
        try:
            return captured(psutil.Process(state.pid).environ())
        except (psutil.Error, OSError):
            return None
    try:
        text = UnitFile(surroundings.home).read()
    except UsageError:
        return None
    return None if text is None else captured(dict(_assignments(text)))


def _assignments(unit: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of a unit that kernelsync has written, one to a line."""
    for line in unit.splitlines():
        if not line.startswith(_SETTING):
            continue
        try:
            words = shlex.split(line.removeprefix(_SETTING))
        except ValueError:
            continue
        for word in words:
            name, _, value = word.partition("=")
            yield name, value.replace("%%", "%")


def _could_be_confined(platform: str) -> Check:
    able = ability(platform)
    if able.version is not None:
        return ok("confined", f"this kernel can confine kernelsync (Landlock ABI {able.version})")
    message = f"this machine cannot confine kernelsync: {able.reason}"
    return note("unconfined", message, _OLD_KERNEL)


def _watches(state: State) -> Iterator[Check]:
    used, limit = state.watching.watches, state.watching.limit or max_watches()
    if limit is None:
        return
    if used < _NEARLY * limit:
        yield ok("inotify", f"{used} of {limit} inotify watches are used")
        return
    message = f"{used} of {limit} inotify watches are used, and other programs need some too"
    wanted = max(524_288, 2 * limit)
    yield note("inotify", message, f"'sudo sysctl fs.inotify.max_user_watches={wanted}'")


def _user(uid: int) -> str:
    import pwd  # noqa: PLC0415 - not on every system, as systemd is not

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _shown(value: str | None) -> str:
    return "not set" if value is None else repr(value)
