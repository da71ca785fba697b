"""`kernelsync explain`: why one environment is, or is not, a kernel."""

from __future__ import annotations

import os

from kernelsync.cli.commands.remarks import held, left
from kernelsync.cli.relative import absolute
from kernelsync.errors import UsageError
from kernelsync.model.outcome import State
from kernelsync.model.plan import Forget, Hold
from kernelsync.model.problem import Problem
from kernelsync.model.value import Value
from kernelsync.pass_options import PassOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.model.outcome import PassResult, Standing


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
    """Find the environment by its path, its project's path, its name or its kernel's name.

    A path that no source of the settings reaches is searched as `once PATH` would.
    """
    if not subject:
        message = "there is nothing to explain"
        raise UsageError(message, hint="name a path or a kernel")
    path = absolute(subject)
    view = session.reconciler.look(PassOptions())
    meant = _meant(view, subject, path)
    problems = [problem for standing in meant for problem in standing.environment.problems]
    if not meant and os.path.isdir(path):
        meant = _meant(session.reconciler.look(PassOptions(roots=(path,))), subject, path)
        problems = [_not_searched(path, meant)]
    stays = [action for action in view.plan.actions if _is_about(action, subject, path)]
    problems += [*held(stays), *left(stays)]
    if not meant and not stays:
        problems = [_not_found(subject, path)]
    return ExplainResult(
        standings=meant, settings_path=session.settings.path, problems=tuple(problems)
    )


def _meant(view: PassResult, subject: str, path: str) -> tuple[Standing, ...]:
    return tuple(standing for standing in view.standings if _is_meant(standing, subject, path))


def _is_meant(standing: Standing, subject: str, path: str) -> bool:
    environment = standing.environment
    candidate = environment.candidate
    names = {
        candidate.name.lower(),
        f"{candidate.manager.word}-{candidate.name}".lower(),
        os.path.basename(candidate.prefix).lower(),
        standing.kernel,
    }
    if subject.lower() in names:
        return True
    places = {candidate.prefix, candidate.real, *candidate.aliases, environment.project}
    inside = path.startswith(candidate.prefix + os.sep)
    return inside or path in places or os.path.realpath(path) in places


def _is_about(action: object, subject: str, path: str) -> bool:
    """Tell whether a kernel that stays, with or without its environment, was meant."""
    if not isinstance(action, Hold | Forget):
        return False
    mark = action.installed.mark
    return action.installed.name == subject.lower() or (mark is not None and mark.prefix == path)


def _not_searched(path: str, meant: tuple[Standing, ...]) -> Problem:
    if not meant:
        return _not_found(path, path)
    would = any(standing.state is State.KERNEL for standing in meant)
    return Problem(
        code="not-searched",
        message=f"no source of the settings looks in {path}",
        path=path,
        hint=f"'kernelsync once {path}' makes it a kernel; sources.venv.containers and "
        "sources.venv.projects name folders for every pass"
        if would
        else None,
    )


def _not_found(subject: str, path: str) -> Problem:
    if os.path.isdir(path):
        message = f"no environment was found at {path}, nor a .venv, venv or env below it"
    elif os.sep in subject:
        message = f"there is no environment at {path}"
    else:
        message = f"no environment and no kernel of kernelsync is called {subject!r}"
    return Problem(
        code="not-found", message=message, hint="'kernelsync list --all' shows what there is"
    )
