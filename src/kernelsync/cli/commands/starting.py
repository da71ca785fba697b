"""What to type so that the service runs, and so that somebody builds the runtimes."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.service.installed_units import has_manager, is_installed
from kernelsync.service.runtime_units import NAMES
from kernelsync.service.unit import NAME
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.surroundings import Surroundings
    from kernelsync.service.state import State

_INSTALL = "kernelsync service install"
_ENABLE = "systemctl --user enable --now kernelsync"
_FOREGROUND = "docs/service.md has ways to keep it running without systemd"

BUILD = "kernelsync runtime install --missing"
"""The command that builds what environments wait for."""
NOBODY_BUILDS = (
    "nothing builds them by itself here: 'kernelsync service install' adds a systemd unit for "
    "that, 'kernelsync run --build-runtimes' does it without systemd"
)


class Start(Value):
    """The commands that start the service, in their order, and a remark on them."""

    commands: tuple[str, ...]
    remark: str | None = None


class BuiltBy(StrEnum):
    """Who builds runtimes when the service asks for them; these words are in the JSON output."""

    UNIT = "unit"
    SERVICE = "service"


def start_of(surroundings: Surroundings) -> Start:
    """Return how the service is started here."""
    if not has_manager(surroundings):
        return Start(commands=("kernelsync run",), remark=_FOREGROUND)
    if is_installed(surroundings, NAME):
        return Start(commands=(_ENABLE,))
    return Start(commands=(_INSTALL, _ENABLE))


def built_by(state: State | None, surroundings: Surroundings) -> BuiltBy | None:
    """Return who builds what the service asks for, None if nobody does."""
    if state is not None and state.builds:
        return BuiltBy.SERVICE
    path_unit = NAMES[0]
    return BuiltBy.UNIT if is_installed(surroundings, path_unit) else None
