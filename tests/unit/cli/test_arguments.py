"""The quick way through the command line says what argparse says."""

from __future__ import annotations

import itertools

import pytest

from kernelsync.cli.arguments import parse
from kernelsync.cli.options import GLOBAL, OPTIONS, SUMMARIES
from kernelsync.cli.parser import command_parser
from kernelsync.errors import UsageError

_FREE = [name for name, options in OPTIONS.items() if not any(each.required for each in options)]


@pytest.mark.parametrize("command", _FREE)
def test_switches_mean_the_same_with_and_without_argparse(command: str) -> None:
    """Every pair of switches gives the same names and values on both ways."""
    options = (*OPTIONS[command], *GLOBAL)
    flags = [flag for option in options if option.switch for flag in option.flags]
    groups = {flag: option.group for option in options for flag in option.flags}
    for pair in itertools.combinations(flags, 2):
        if groups[pair[0]] is not None and groups[pair[0]] == groups[pair[1]]:
            continue
        quick = vars(parse([command, *pair]))
        slow = vars(command_parser(command).parse_args(pair))
        assert {**slow, "roots": tuple(slow.get("roots", ()))} == {
            "roots": (),
            **{name: value for name, value in quick.items() if name != "command"},
        }


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--config", "x.yaml", "once", "--json"], id="global options first"),
        pytest.param(["once", "--json", "--config", "x.yaml"], id="global options last"),
        pytest.param(["once", "--config=x.yaml", "--json"], id="with an equals sign"),
    ],
)
def test_global_options_stand_anywhere(words: list[str]) -> None:
    """A value that follows an option is not taken for the command."""
    parsed = parse(words)
    assert (parsed.command, parsed.config, parsed.json) == ("once", "x.yaml", True)


def test_roots_are_taken_as_they_come() -> None:
    """A ROOT may have the name of a command."""
    assert list(parse(["once", "list", "src"]).roots) == ["list", "src"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        pytest.param(["onec"], "did you mean 'once'?", id="a typing mistake"),
        pytest.param(["xyzzy"], "see 'kernelsync --help'", id="nothing like it"),
        pytest.param([], "see 'kernelsync --help'", id="no command"),
        pytest.param(["once", "--jsn"], "see 'kernelsync once --help'", id="an unknown option"),
        pytest.param(
            ["once", "--check", "--dry-run"], "see 'kernelsync once --help'", id="both of two"
        ),
        pytest.param(["explain"], "see 'kernelsync explain --help'", id="nothing to explain"),
        pytest.param(["config", "pth"], "see 'kernelsync config --help'", id="an unknown topic"),
    ],
)
def test_a_mistake_says_what_to_do(words: list[str], hint: str) -> None:
    """Usage errors are our own exceptions, with the way out."""
    with pytest.raises(UsageError) as raised:
        parse(words)
    assert raised.value.hint == hint


def test_every_command_has_a_summary() -> None:
    """What can be run is in the help, and nothing else is."""
    assert list(OPTIONS) == list(SUMMARIES)


@pytest.mark.parametrize("command", OPTIONS)
def test_help_of_a_command_names_all_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` ends with exit code 0 and shows every flag."""
    with pytest.raises(SystemExit) as raised:
        parse([command, "--help"])
    assert not raised.value.code
    shown = capsys.readouterr().out
    for option in (*OPTIONS[command], *GLOBAL):
        for flag in option.flags:
            assert flag in shown


def test_every_command_but_the_service_has_json() -> None:
    """`run` has its log, and results go nowhere but there."""
    without = {
        command for command, options in OPTIONS.items() if "json" not in {o.name for o in options}
    }
    assert without == {"run"}
