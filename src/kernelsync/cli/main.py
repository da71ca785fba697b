"""The program: parse, run, print, and turn what went wrong into an exit code."""

from __future__ import annotations

import gc
import os
import sys

from kernelsync.cli.arguments import parse
from kernelsync.cli.render.look import look_of
from kernelsync.errors import KernelsyncError, OutputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_INTERRUPTED = 130
_BUG = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (contract: 0, 1, 2, 3, 4 or 130)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(given)
    except KernelsyncError as error:
        return _report_error(error, given)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:  # noqa: BLE001 - the boundary of the program: a bug is reported, not shown
        from kernelsync.cli.bug_report import report_bug  # noqa: PLC0415 - only for a bug

        return report_bug(given, _BUG)


def _run(given: Sequence[str]) -> int:
    from kernelsync.cli.dispatch import run_command  # noqa: PLC0415 - not for --help

    parsed = parse(given)
    return run_command(parsed)


def _report_error(error: KernelsyncError, given: Sequence[str]) -> int:
    """Say why the command ended early: on stderr, or as JSON if that was asked for."""
    if "--json" in given and not isinstance(error, OutputError):
        from kernelsync.cli.errors_shown import error_envelope  # noqa: PLC0415 - as it says

        sys.stdout.write(error_envelope(error, given) + "\n")
        return error.exit_code
    from kernelsync.cli.errors_shown import error_text  # noqa: PLC0415 - as it says

    look = look_of(
        sys.stderr,
        os.environ,
        os.path.expanduser("~"),
        no_color="--no-color" in given,
    )
    sys.stderr.write(error_text(error, look) + "\n")
    return error.exit_code


def program() -> NoReturn:
    """Run one command, and end the process at once.

    Tearing the interpreter down costs half a start of Python, to free memory that the
    system takes back anyway. Nothing here relies on exit handlers; the streams are flushed.
    """
    # A command makes values and ends: collecting garbage in between frees nothing.
    gc.disable()
    # What is written is the user's alone, whatever the shell says.
    os.umask(0o077)
    _give_streams()
    try:
        code = main()
    except SystemExit as stop:
        # argparse, after help or the version.
        code = stop.code if isinstance(stop.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # What could not be written was reported where it happened.
            continue
    os._exit(code)


def _give_streams() -> None:
    """Write into nothing where a stream is closed (`>&-`): the work is to be done all the same."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end


if __name__ == "__main__":
    program()
