"""`kernelsync doctor`: what on this machine keeps kernels from appearing, and what to do."""

from __future__ import annotations

import itertools

from kernelsync.cli.checks import environments, jupyter, runtimes, service
from kernelsync.cli.checks.check import Level
from kernelsync.cli.commands import status
from kernelsync.errors import SettingsError
from kernelsync.kernelspecs.paths import kernel_directories
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.checks.check import Check
    from kernelsync.cli.commands.status import StatusResult
    from kernelsync.cli.session import Session
    from kernelsync.model.problem import Problem


class DoctorResult(Value):
    """All that was looked at, what is right included."""

    checks: tuple[Check, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps kernels from appearing."""
        return tuple(each.problem for each in self.checks if each.level is Level.PROBLEM)

    @property
    def exit_code(self) -> int:
        """1 with problems; a note is none."""
        return 1 if self.problems else 0


def run(session: Session) -> DoctorResult:
    """Look at everything; nothing is written, and nothing of what is found is run."""
    seen = status.run(session, come_what_may=True)
    return DoctorResult(
        checks=tuple(itertools.chain(_of_jupyter(session, seen), _of_the_rest(session, seen)))
    )


def _of_jupyter(session: Session, seen: StatusResult) -> Iterator[Check]:
    path = kernel_directories(session.surroundings)
    try:
        kernels = session.kernels_directory
    except SettingsError:
        # The mistakes are among the problems of `seen`.
        return
    yield from jupyter.directory(kernels, path)
    yield from jupyter.variables(session.surroundings.environ)
    yield from jupyter.hidden(seen.standings, kernels, path)


def _of_the_rest(session: Session, seen: StatusResult) -> Iterator[Check]:
    surroundings = session.surroundings
    yield from service.running(seen.state, seen.start, surroundings.platform)
    yield from service.manager(surroundings)
    yield from service.variables(seen.state, surroundings)
    yield from environments.found(seen)
    yield from environments.edited(seen.actions)
    yield from environments.waiting(seen.standings)
    yield from environments.lacking(seen, surroundings.environ)
    yield from runtimes.whole(surroundings, seen.problems)
    yield from jupyter.front_ends()
