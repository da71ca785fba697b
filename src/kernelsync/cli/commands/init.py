"""`kernelsync init`: look around, propose settings, write them, offer the service."""

from __future__ import annotations

import sys

from kernelsync.cli.commands import service
from kernelsync.cli.commands.proposing import ServiceState, look_around
from kernelsync.config.create import write_example
from kernelsync.config.example import example
from kernelsync.errors import UsageError
from kernelsync.locators import MANAGERS
from kernelsync.model.problem import Problem
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.cli.commands.proposing import Found
    from kernelsync.cli.commands.service import ServiceResult
    from kernelsync.cli.consent import Consent
    from kernelsync.cli.session import Session

_SETTINGS = "Write the settings?"
_SERVICE = "Install the service, which keeps the kernels true?"


class InitResult(Value):
    """What was found, and what was done about it.

    `only_look` says that nobody could agree to anything, `agreed` that somebody did; `told` that
    what was found is on the terminal already, since somebody was asked. `installed` is what became
    of the units, None if they were not wanted or not possible.
    """

    found: Found
    only_look: bool
    agreed: bool
    told: bool
    written: bool
    installed: ServiceResult | None
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """1 with problems: what could not be read, or units that could not be written."""
        return 1 if self.problems else 0


def run(session: Session, consent: Consent, tell: Callable[[Found], None]) -> InitResult:
    """Do what is agreed to; `tell` shows what was found, before the first question.

    All questions come before the first deed: who breaks off leaves nothing half done.

    Raises:
        SettingsError: there are settings, with mistakes in them.
        UsageError: the settings cannot be written.
        KernelsDirectoryError: kernelspecs cannot even be read.
    """
    found = look_around(session)

    def introduce() -> None:
        tell(found)

    try:
        wants_settings = not found.has_settings and consent.to(_SETTINGS, introduce)
        is_offered = found.service is ServiceState.OFFERED
        wants_service = is_offered and consent.to(_SERVICE, introduce)
    except KeyboardInterrupt:
        sys.stderr.write("\nnothing was written\n")
        raise
    if wants_settings:
        chosen = {proposal.key: proposal.value for proposal in found.proposals}
        write_example(found.settings_path, example(MANAGERS, chosen=chosen))
    installed, problems = _installed(session.anew()) if wants_service else (None, ())
    return InitResult(
        found=found,
        only_look=not consent.is_possible,
        agreed=wants_settings or wants_service,
        told=consent.has_asked,
        written=wants_settings,
        installed=installed,
        problems=(*found.problems, *problems),
    )


def _installed(session: Session) -> tuple[ServiceResult | None, tuple[Problem, ...]]:
    """Install the units; what stands in the way is a problem, as the settings are written."""
    try:
        result = service.run(session, topic="install")
    except UsageError as error:
        problem = Problem(code=error.code, message=error.message, path=error.path, hint=error.hint)
        return None, (problem,)
    return result, result.problems
