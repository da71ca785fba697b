"""From the command line to names; the common case without argparse, whose import is dear."""

from __future__ import annotations

from kernelsync.cli.options import GLOBAL, OPTIONS
from kernelsync.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kernelsync.cli.options import Option


class Arguments:
    """What was asked for: `command`, and an attribute for each of its options."""

    def __init__(self, command: str, facts: dict[str, object]) -> None:
        self.command = command
        self.__dict__.update(facts)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 - one for each option


def parse(words: Sequence[str]) -> Arguments:
    """Turn the command line into names.

    A command with nothing but switches needs no parser. Everything else goes through
    argparse: values, arguments, help, and mistakes.

    Raises:
        UsageError: an unknown command or option, or a missing value.
        SystemExit: after printing help or the version.
    """
    position = _command_position(words)
    if position is None:
        from kernelsync.cli.parser import say_version, top_parser  # noqa: PLC0415 - as below

        if set(words) == {"--version", "--json"}:
            say_version(as_json=True)
            raise SystemExit(0)
        top_parser().parse_args(words)
        message = "no command given"
        raise UsageError(message, hint="see 'kernelsync --help'")
    command = words[position]
    if command not in OPTIONS:
        raise _unknown(command)
    rest = (*words[:position], *words[position + 1 :])
    facts = _only_switches(rest, (*OPTIONS[command], *GLOBAL))
    if facts is None:
        from kernelsync.cli.parser import command_parser  # noqa: PLC0415 - not the common case

        facts = vars(command_parser(command).parse_args(rest))
    return Arguments(command, facts)


def _only_switches(words: Sequence[str], options: Sequence[Option]) -> dict[str, object] | None:
    """Return the values, if that is easy to say; None if argparse has to."""
    if any(option.required for option in options):
        return None
    switches = {flag: option for option in options if option.switch for flag in option.flags}
    facts = {option.name: option.default for option in options}
    groups: set[str] = set()
    for word in words:
        option = switches.get(word)
        if option is None or option.group in groups:
            return None
        if option.group is not None:
            groups.add(option.group)
        facts[option.name] = True
    return facts


def _command_position(words: Sequence[str]) -> int | None:
    """Return where the command word stands, None without one."""
    with_value = {flag for option in GLOBAL if not option.switch for flag in option.flags}
    skip = False
    for position, word in enumerate(words):
        if skip:
            skip = False
        elif word in with_value:
            skip = True
        elif not word.startswith("-"):
            return position
    return None


def _unknown(command: str) -> UsageError:
    from kernelsync.planning.suggest import nearest  # noqa: PLC0415 - only after a mistake

    close = nearest(command, OPTIONS)
    hint = f"did you mean '{close}'?" if close else "see 'kernelsync --help'"
    return UsageError(f"unknown command {command!r}", hint=hint)
