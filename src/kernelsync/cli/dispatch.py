"""From parsed arguments to a printed result: runs the command, then renders it."""

from __future__ import annotations

import sys

from kernelsync.cli.render.look import look_of
from kernelsync.cli.session import Session
from kernelsync.cli.surroundings import read_surroundings
from kernelsync.errors import OutputError
from kernelsync.typed import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TextIO

    from kernelsync.cli.arguments import Arguments
    from kernelsync.cli.commands.proposing import Found
    from kernelsync.cli.render.look import Look
    from kernelsync.model.problem import Problem


class Result(Protocol):
    """What every command returns."""

    @property
    def exit_code(self) -> int:
        """The exit code of the program."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What a user should know beside the result."""


class Renderer(Protocol):
    """What every module in `render` named after a command offers."""

    def data(self, result: Any) -> Mapping[str, object]:  # noqa: ANN401 - its command's result
        """Return the `data` of the JSON object."""

    def lines(self, result: Any, look: Look) -> Iterable[str]:  # noqa: ANN401 - as above
        """Yield what a person reads."""


def run_command(parsed: Arguments) -> int:
    """Run the command, print its result, and return its exit code."""
    session = Session(read_surroundings(), config=parsed.config, kernels_dir=parsed.kernels_dir)
    result, renderer = _run(session, parsed)
    try:
        if getattr(parsed, "json", False):
            _print_json(parsed.command, result, renderer)
        else:
            _print_text(session, parsed, result, renderer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted.
        pass
    except OSError as error:
        message = f"the result could not be printed: {error.strerror}"
        hint = "only the report is missing: the command itself has run"
        raise OutputError(message, hint=hint) from error
    return result.exit_code


def _run(session: Session, parsed: Arguments) -> tuple[Result, Renderer]:
    """Run one command; its modules are imported only now, and only its own."""
    # ruff: noqa: PLC0415 - a command pays for its own imports alone
    match parsed.command:
        case "once":
            from kernelsync.cli.commands import once
            from kernelsync.cli.render import once as once_renderer

            result = once.run(
                session,
                roots=parsed.roots,
                only_plan=parsed.dry_run,
                check=parsed.check,
                confirm_removals=parsed.confirm_removals,
                may_build=not parsed.json and sys.stdout.isatty() and sys.stderr.isatty(),
            )
            return result, once_renderer
        case "list" | "explain" | "status" | "doctor":
            return _look(session, parsed)
        case "run" | "service":
            return _serve(session, parsed)
        case _:
            return _manage(session, parsed)


def _look(session: Session, parsed: Arguments) -> tuple[Result, Renderer]:
    """Run a command that only looks."""
    match parsed.command:
        case "list":
            from kernelsync.cli.commands import list as list_command
            from kernelsync.cli.render import list as list_renderer

            return list_command.run(session, everything=parsed.all), list_renderer
        case "status":
            from kernelsync.cli.commands import status
            from kernelsync.cli.render import status as status_renderer

            return status.run(session), status_renderer
        case "doctor":
            from kernelsync.cli.commands import doctor
            from kernelsync.cli.render import doctor as doctor_renderer

            return doctor.run(session), doctor_renderer
        case _:
            from kernelsync.cli.commands import explain
            from kernelsync.cli.render import explain as explain_renderer

            return explain.run(session, subject=parsed.subject), explain_renderer


def _manage(session: Session, parsed: Arguments) -> tuple[Result, Renderer]:
    """Run a command that handles what kernelsync owns: kernelspecs, settings, scripts."""
    match parsed.command:
        case "undo":
            from kernelsync.cli.commands import undo
            from kernelsync.cli.render import undo as undo_renderer

            return undo.run(session, only_list=parsed.list), undo_renderer
        case "clean":
            from kernelsync.cli.commands import clean
            from kernelsync.cli.render import clean as clean_renderer

            return clean.run(session, only_plan=parsed.dry_run), clean_renderer
        case "init":
            return _init(session, parsed)
        case "runtime":
            from kernelsync.cli.commands import runtime
            from kernelsync.cli.render import runtime as runtime_renderer

            return runtime.run(session, runtime.asked_for(parsed)), runtime_renderer
        case "completion":
            from kernelsync.cli.commands import completion
            from kernelsync.cli.render import completion as completion_renderer

            return completion.run(shell=parsed.shell), completion_renderer
        case _:
            from kernelsync.cli.commands import config
            from kernelsync.cli.render import config as config_renderer

            return config.run(session, topic=parsed.topic), config_renderer


def _init(session: Session, parsed: Arguments) -> tuple[Result, Renderer]:
    """Begin: the one command that may ask questions in between."""
    from kernelsync.cli.commands import init
    from kernelsync.cli.consent import Consent, can_ask
    from kernelsync.cli.render import init as init_renderer

    def tell(found: Found) -> None:
        _print_lines(init_renderer.found_lines(found, _look_at(sys.stdout, session, parsed)))

    consent = Consent(yes=parsed.yes, asks=not parsed.json and can_ask())
    return init.run(session, consent, tell), init_renderer


def _serve(session: Session, parsed: Arguments) -> tuple[Result, Renderer]:
    """Run the service, or handle its unit."""
    if parsed.command == "run":
        from kernelsync.cli.commands import run
        from kernelsync.cli.render import run as run_renderer

        options = {"verbose": parsed.verbose, "quiet": parsed.quiet}
        options["build_runtimes"] = parsed.build_runtimes
        return run.run(session, **options), run_renderer
    from kernelsync.cli.commands import service
    from kernelsync.cli.render import service as service_renderer

    return service.run(session, topic=parsed.topic, strict=parsed.strict), service_renderer


def _print_json(command: str, result: Result, renderer: Renderer) -> None:
    from kernelsync.cli.render.envelope import envelope

    text = envelope(
        command, ok=result.exit_code == 0, data=renderer.data(result), problems=result.problems
    )
    sys.stdout.write(text + "\n")


def _print_text(session: Session, parsed: Arguments, result: Result, renderer: Renderer) -> None:
    _print_lines(renderer.lines(result, _look_at(sys.stdout, session, parsed)))
    if result.problems:
        from kernelsync.cli.render.problems import problem_lines

        aside = _look_at(sys.stderr, session, parsed)
        for problem in result.problems:
            for line in problem_lines(problem, aside):
                sys.stderr.write(_encodable(line, sys.stderr.encoding) + "\n")


def _look_at(stream: TextIO, session: Session, parsed: Arguments) -> Look:
    return look_of(
        stream,
        session.surroundings.environ,
        session.surroundings.home,
        no_color=parsed.no_color,
        verbose=parsed.verbose,
        quiet=parsed.quiet,
    )


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(_encodable(line, sys.stdout.encoding) + "\n")


def _encodable(line: str, encoding: str | None) -> str:
    """Replace what the stream cannot show, rather than fail in the middle of a result."""
    name = encoding or "ascii"
    return line.encode(name, "backslashreplace").decode(name)
