"""The command line's grammar for argparse, made from the options' data."""

from __future__ import annotations

import argparse
import sys

from kernelsync.cli.examples import EXAMPLES
from kernelsync.cli.options import GLOBAL, OPTIONS, SUMMARIES
from kernelsync.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import NoReturn

    from kernelsync.cli.options import Option

    # argparse gives no public name to what both a parser and its groups are.
    Container = argparse.ArgumentParser | argparse._ArgumentGroup  # noqa: SLF001 - as it says


class _Parser(argparse.ArgumentParser):
    """Raise instead of exiting, so that a usage error can speak JSON too."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"see '{self.prog} --help'")


class _Version(argparse.Action):
    """Print the version, and end."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> None:
        say_version()
        parser.exit()


def say_version(*, as_json: bool = False) -> None:
    """Print the version, for people or for programs."""
    from kernelsync import __version__  # noqa: PLC0415 - only when it is asked for

    text = f"kernelsync {__version__}"
    if as_json:
        from kernelsync.cli.render.envelope import envelope  # noqa: PLC0415 - as it says

        text = envelope("version", ok=True, data={"version": __version__}, problems=())
    sys.stdout.write(f"{text}\n")


def command_parser(command: str) -> argparse.ArgumentParser:
    """Return the parser of one command, with the global options."""
    parser = _Parser(
        prog=f"kernelsync {command}",
        description="\n\n".join(_description(command)),
        epilog="\n".join(_examples(command)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add(parser, OPTIONS[command])
    _add(parser.add_argument_group("global options"), GLOBAL)
    return parser


def top_parser() -> argparse.ArgumentParser:
    """Return the parser for a command line without a command: help and version."""
    width = max(map(len, SUMMARIES))
    listing = "\n".join(f"  {name:{width}}  {summary}" for name, summary in SUMMARIES.items())
    parser = _Parser(
        prog="kernelsync",
        usage="kernelsync COMMAND [options]",
        description="Every Python environment on this machine as a working Jupyter kernel.\n\n"
        f"commands:\n{listing}",
        epilog="'kernelsync COMMAND --help' shows the options of one command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show the version of kernelsync"
    )
    _add(parser.add_argument_group("global options"), GLOBAL)
    return parser


def _description(command: str) -> Iterator[str]:
    summary = SUMMARIES[command]
    yield f"{summary[:1].upper()}{summary[1:]}."
    for option in OPTIONS[command]:
        if option.topics:
            yield "\n".join(f"  {topic:10} {meaning}" for topic, meaning in option.topics)


def _examples(command: str) -> Iterator[str]:
    examples = EXAMPLES.get(command, {})
    if examples:
        width = max(map(len, examples))
        yield "examples:"
        yield from (f"  {call:{width}}  {meaning}" for call, meaning in examples.items())


def _add(container: Container, options: Sequence[Option]) -> None:
    groups: dict[str, argparse._ArgumentGroup] = {}
    for option in options:
        target = container
        if option.group is not None:
            if option.group not in groups:
                groups[option.group] = container.add_mutually_exclusive_group()
            target = groups[option.group]
        _add_one(target, option)


def _add_one(container: Container, option: Option) -> None:
    if option.switch:
        container.add_argument(
            *option.flags, dest=option.name, action="store_true", help=option.help
        )
    elif option.flags:
        container.add_argument(
            *option.flags, dest=option.name, metavar=option.metavar, help=option.help
        )
    else:
        container.add_argument(
            option.name,
            nargs="*" if option.many else None,
            metavar=option.metavar,
            choices=[topic for topic, _ in option.topics] or None,
            help=option.help or "what to do",
        )
