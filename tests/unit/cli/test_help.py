"""The help fits a terminal of 80 columns, and what it shows can be typed."""

from __future__ import annotations

import shlex

import pytest

from kernelsync.cli.arguments import parse
from kernelsync.cli.commands.runtime import asked_for
from kernelsync.cli.examples import EXAMPLES
from kernelsync.cli.options import OPTIONS, SUMMARIES

_CALLS = [call for examples in EXAMPLES.values() for call in examples]


def _help(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        parse([*words, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("command", [None, *OPTIONS])
def test_no_line_is_wider_than_80_columns(
    command: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where argparse does not break lines by itself."""
    monkeypatch.setenv("COLUMNS", "80")
    text = _help([command] if command else [], capsys)
    assert max(map(len, text.splitlines())) <= 80, text


def test_every_command_has_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """In the same order as they are listed."""
    assert list(SUMMARIES) == list(OPTIONS)
    text = _help([], capsys)
    assert all(f"\n  {command} " in text for command in OPTIONS)


@pytest.mark.parametrize("command", OPTIONS.keys())
def test_every_topic_has_a_meaning(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each word that can follow."""
    text = _help([command], capsys)
    for option in OPTIONS[command]:
        for topic, meaning in option.topics:
            assert f"  {topic:10} {meaning}\n" in text


@pytest.mark.parametrize("call", _CALLS)
def test_examples_can_be_typed(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is understood, and stands in the help of its command."""
    program, *words = shlex.split(call)
    parsed = parse(words)
    assert program == "kernelsync"
    assert call in EXAMPLES[parsed.command]
    if parsed.command == "runtime":
        asked_for(parsed)
    assert f"  {call} " in _help([parsed.command], capsys)
