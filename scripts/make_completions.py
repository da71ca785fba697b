"""Makes what shells complete `kernelsync` by, after its options have changed.

    python scripts/make_completions.py

shtab writes the scripts, from the same options as the help. They are part of the package, so that
neither pressing Tab nor `kernelsync completion` has to work them out. Tests say when they are old.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import shtab

from kernelsync.cli.commands.completion import DIRECTORY, SHELLS
from kernelsync.cli.options import OPTIONS, SUMMARIES
from kernelsync.cli.parser import command_parser, top_parser

if TYPE_CHECKING:
    import argparse

_COMPLETED = {
    "config": shtab.FILE,
    "kernels_dir": shtab.DIRECTORY,
    "roots": shtab.DIRECTORY,
    "subject": shtab.DIRECTORY,
}
"""What follows as the value of an option, or as an argument, by the name of either."""


def main() -> None:
    """Write one file for each shell."""
    os.makedirs(DIRECTORY, exist_ok=True)
    for shell, name in SHELLS.items():
        with open(os.path.join(DIRECTORY, name), "w", encoding="utf-8") as file:
            file.write(shtab.complete(_parser(), shell=shell).rstrip("\n") + "\n")


def _parser() -> argparse.ArgumentParser:
    """Return one parser for all commands, as shtab wants it."""
    parser = top_parser()
    commands = parser.add_subparsers(metavar="COMMAND")
    for name in OPTIONS:
        commands.add_parser(
            name,
            parents=[_marked(command_parser(name))],
            add_help=False,
            help=SUMMARIES[name],
        )
    return _marked(parser)


def _marked(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to its options
        if action.dest in _COMPLETED:
            action.complete = _COMPLETED[action.dest]  # type: ignore[attr-defined] # where shtab looks
    return parser


if __name__ == "__main__":
    main()
