"""`kernelsync explain`: why one environment is, or is not, a kernel."""

from __future__ import annotations

import os

from kernelsync.cli.relative import absolute
from kernelsync.model.outcome import Problem
from kernelsync.model.value import Value
from kernelsync.reconcile import PassOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.model.outcome import Standing


class ExplainResult(Value):
    """The environments that were meant: usually one, several where a name is shared."""

    standings: tuple[Standing, ...]
    settings_path: str | None
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """1 if nothing was found, or something is wrong with what was."""
        return 1 if self.problems else 0


def run(session: Session, *, subject: str) -> ExplainResult:
    """Find the environment by its path, its project's path, its name or its kernel's name."""
    view = session.reconciler.look(PassOptions())
    path = absolute(subject)
    meant = tuple(standing for standing in view.standings if _is_meant(standing, subject, path))
    own = tuple(problem for standing in meant for problem in standing.environment.problems)
    return ExplainResult(
        standings=meant,
        settings_path=session.settings.path,
        problems=own if meant else (_not_found(subject, path),),
    )


def _is_meant(standing: Standing, subject: str, path: str) -> bool:
    environment = standing.environment
    candidate = environment.candidate
    if subject in {candidate.name, standing.kernel}:
        return True
    places = {candidate.prefix, candidate.real, *candidate.aliases, environment.project}
    return path in places or os.path.realpath(path) in places or _inside(path, candidate.prefix)


def _inside(path: str, prefix: str) -> bool:
    """Tell whether a path is a file of the environment, such as its `bin/python`."""
    return path.startswith(prefix + os.sep)


def _not_found(subject: str, path: str) -> Problem:
    if os.path.isfile(os.path.join(path, "pyvenv.cfg")):
        return Problem(
            code="not-searched",
            message=f"{path} is an environment, but no source of the settings looks there",
            path=path,
            hint=f"run 'kernelsync once {subject}', or add its folder to "
            "sources.venv.containers or sources.venv.projects",
        )
    if os.path.isdir(path):
        return Problem(
            code="not-found",
            message=f"no environment was found at {path}",
            path=path,
            hint=f"'kernelsync once {subject}' searches it, for .venv, venv and env",
        )
    return Problem(
        code="not-found",
        message=f"no environment and no kernel is called {subject!r}",
        hint="'kernelsync list --all' shows what there is",
    )
