"""`kernelsync run`: the service, in the foreground."""

from __future__ import annotations

import sys

from kernelsync.model.value import Value
from kernelsync.service.daemon import serve
from kernelsync.service.frugal import begin_again
from kernelsync.service.logs import set_up
from kernelsync.service.settings_file import SettingsFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.cli.session import Session
    from kernelsync.model.problem import Problem

_PROGRAM = (sys.executable, "-m", "kernelsync")
_SERVE_REQUESTS = ("runtime", "install", "--requested", "--quiet")


class RunResult(Value):
    """How the service ended; all that it had to say is in its log."""

    exit_code: int
    problems: tuple[Problem, ...] = ()


def run(session: Session, *, verbose: bool, quiet: bool, build_runtimes: bool = False) -> RunResult:
    """Keep kernels true until a signal ends it.

    `build_runtimes` lets it build what it asks for in a process of its own: no unit does it.

    Raises:
        SettingsError: the settings are wrong from the beginning.
        KernelsDirectoryError: another service runs on this host.
    """
    begin_again(session.surroundings.environ)
    builder = (*_PROGRAM, *session.words, *_SERVE_REQUESTS) if build_runtimes else None
    set_up(sys.stderr, session.surroundings.environ, verbose=verbose, quiet=quiet)
    return RunResult(exit_code=serve(SettingsFile(session.anew), builder))
