"""The man page says what the program understands: all of it, and as it is now."""

from __future__ import annotations

import os
import re
import runpy

import pytest

from kernelsync.cli.options import OPTIONS
from kernelsync.cli.parser import command_parser, top_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_ROOT = os.path.abspath(f"{__file__}/../../../..")
_NOT_COPIED = frozenset("'`^~")
"""What groff prints as another character, unless it is escaped."""


def _committed() -> str:
    with open(os.path.join(_ROOT, "docs", "kernelsync.1"), encoding="ascii") as file:
        return file.read()


def _read(text: str) -> str:
    """Return what a reader sees of it, nearly."""
    text = re.sub(r"\\f[BIR]|\\&", "", text)
    for escape, char in (("-", "-"), ("(aq", "'"), ("(ti", "~"), ("e", "\\")):
        text = text.replace(f"\\{escape}", char)
    return text


def _section(command: str) -> str:
    """Return what the page says of one command."""
    _, _, rest = _read(_committed()).partition(f"\n.SS kernelsync {command}\n")
    return re.split(r"\n\.S[SH] ", rest)[0]


def _global() -> str:
    return _read(_committed()).partition("\n.SH GLOBAL OPTIONS\n")[2].partition("\n.SH ")[0]


def _flags(parser: argparse.ArgumentParser) -> set[str]:
    """Return all that the parser takes."""
    actions = parser._actions  # noqa: SLF001 - argparse has no other way to its options
    return {flag for action in actions for flag in action.option_strings}


def _named(text: str) -> set[str]:
    """Return the options that have an entry of their own."""
    terms = re.findall(r"(?m)^\.TP\n(-.*)$", text)
    return {flag for term in terms for flag in re.findall(r"(?:^|(?<=, ))--?[a-z-]+", term)}


def test_the_page_is_not_older_than_the_options() -> None:
    """scripts/make_man_page.py makes the very same."""
    made = runpy.run_path(os.path.join(_ROOT, "scripts", "make_man_page.py"))["page"]()
    assert made == _committed()


@pytest.mark.parametrize("command", OPTIONS.keys())
def test_each_command_has_all_its_options(command: str) -> None:
    """Those of the parser, and none besides; the global ones have a section of their own."""
    section = _section(command)
    everywhere = _named(_global())
    assert _named(section) | everywhere == _flags(command_parser(command)) | {"--version"}
    assert not _named(section) & everywhere
    for option in OPTIONS[command]:
        for word, meaning in option.topics:
            assert f"\n.TP\n{word}\n{meaning}" in section
    assert f'\n.SY "kernelsync {command}"\n' in _read(_committed())


def test_the_global_options_are_those_of_the_program() -> None:
    """Also what it takes without a command."""
    assert _named(_global()) == _flags(top_parser())


def test_what_is_printed_can_be_copied() -> None:
    """Whatever is not a macro: quotes and hyphens are those that a shell understands."""
    for line in _committed().splitlines():
        if line.startswith(r".\""):
            continue
        assert not line.startswith("'")
        assert not _NOT_COPIED & set(line), line
        assert not re.search(r"(?<!\\)-", line), line


def test_each_line_of_text_is_no_macro_by_accident() -> None:
    """A text that begins with a dot would vanish."""
    macros = {line.split()[0] for line in _committed().splitlines() if line.startswith(".")}
    assert macros <= {
        *(r".\"", ".TH", ".nh", ".ad", ".SH", ".SS", ".SY", ".YS"),
        *(".PP", ".TP", ".BR"),
    }
