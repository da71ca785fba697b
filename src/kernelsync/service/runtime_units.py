"""The two units that build runtimes: one waits for the service's request, one has the network."""

from __future__ import annotations

import os

from kernelsync.runtimes.request import request_path
from kernelsync.service.unit import MARK, captured, unit_text
from kernelsync.service.unit_file import UnitFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.model.surroundings import Surroundings

NAMES = ("kernelsync-runtime.path", "kernelsync-runtime.service")
_SHIPPED = os.path.dirname(os.path.abspath(__file__))
_WATCHES = "PathExists="
# What leads pip to an index; `captured` leaves out what may hold a password.
_FAMILY = "PIP_"
_OF_THE_NETWORK = frozenset(
    {"ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}
)


def runtime_units(surroundings: Surroundings, program: Sequence[str]) -> dict[str, str]:
    """Return the texts of both units, by name, for this program with its global options."""
    words = (*program, "runtime", "install", "--requested", "--quiet")
    variables = {**captured(surroundings.environ), **_for_pip(surroundings.environ)}
    path, service = NAMES
    return {
        path: _path_text(request_path(surroundings)),
        service: unit_text(words, variables, service),
    }


def install(surroundings: Surroundings, program: Sequence[str]) -> tuple[str, ...]:
    """Write both units; return the files that were not as they should be, and are not masked.

    Raises:
        UsageError: somebody else's unit is there, or one cannot be written.
    """
    changed = []
    for name, text in runtime_units(surroundings, program).items():
        file = _file(surroundings.home, name)
        if not is_masked(file.path) and file.write(text):
            changed.append(file.path)
    return tuple(changed)


def is_masked(path: str) -> bool:
    """Return whether somebody has made it a link, to /dev/null, and so does not want that unit."""
    return os.path.islink(path)


def path_of(home: str, name: str) -> str:
    """Return where the unit of that name lies."""
    return _file(home, name).path


def uninstall(home: str) -> tuple[str, ...]:
    """Remove those that are ours, and return their files.

    Raises:
        UsageError: one cannot be removed.
    """
    ours = [file for file in (_file(home, name) for name in NAMES) if file.is_ours()]
    for file in ours:
        file.remove()
    return tuple(file.path for file in ours)


def _file(home: str, name: str) -> UnitFile:
    file = UnitFile(home)
    file.path = os.path.join(os.path.dirname(file.path), name)
    return file


def _path_text(request: str) -> str:
    with open(os.path.join(_SHIPPED, NAMES[0]), encoding="utf-8") as file:
        lines = file.read().splitlines()
    # A path setting takes the rest of its line as it is, but for specifiers (systemd.path(5)).
    watched = f"{_WATCHES}{request.replace('%', '%%')}"
    return "\n".join((MARK, *(watched if _WATCHES in line else line for line in lines), ""))


def _for_pip(environ: Mapping[str, str]) -> dict[str, str]:
    wanted = (name for name in environ if _is_of_pip(name))
    # In the family that is captured anyway, so that the same values are left out.
    return {
        name: environ[name] for name in sorted(wanted) if captured({f"UV_{name}": environ[name]})
    }


def _is_of_pip(name: str) -> bool:
    return name.startswith(_FAMILY) or name.upper() in _OF_THE_NETWORK
