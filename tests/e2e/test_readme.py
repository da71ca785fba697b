"""What README.md tells people to type is what the program understands."""

from __future__ import annotations

import os
import re
import shlex

import pytest

from support.real_tools import SOURCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_FENCE = re.compile(r"^[ \t]*```[^\n]*\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:jupyter )?kernelsync [^`\n]+)`")
# Words that end a command, as far as the shell is concerned.
_ENDS = {"|", "||", "&&", ";", "&", ">", ">>", "<"}


def _commands() -> list[list[str]]:
    """Return every call of kernelsync in README.md, as words without `kernelsync` itself."""
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        text = file.read()
    lines = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    return [call for line in (*lines, *_INLINE.findall(text)) for call in _calls(line)]


def _calls(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        words = list(lexer)
    except ValueError:
        return
    if words and words[0] in {"$", "%", ">"}:
        words = words[1:]
    start = 0
    for position, word in enumerate([*words, ";"]):
        if word in _ENDS:
            yield from _call(words[start:position])
            start = position + 1


def _call(words: list[str]) -> Iterator[list[str]]:
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if words[:2] == ["jupyter", "kernelsync"]:
        yield words[2:]
    elif words[:1] == ["kernelsync"]:
        yield words[1:]


def test_the_readme_shows_how_to_begin() -> None:
    """The first thing that people do is in it."""
    assert ["once"] in _commands()


def test_every_command_exists(machine: Machine) -> None:
    """`kernelsync COMMAND --help` knows it."""
    words = {call[0] for call in _commands() if call and not call[0].startswith("-")}
    for word in sorted(words):
        machine.kernelsync(word, "--help").expect(0)


def test_every_option_exists(machine: Machine) -> None:
    """Each option in the README is in the help of the command that it stands with."""
    for call in _commands():
        options = [word.split("=")[0] for word in call if re.match(r"-{1,2}[a-z]", word)]
        command = [word for word in call[:1] if not word.startswith("-")]
        said = machine.kernelsync(*command, "--help").expect(0).stdout
        for option in options:
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", said), (call, option, said)


def test_every_topic_of_config_exists(machine: Machine) -> None:
    """`kernelsync config TOPIC`: the topics are in its help."""
    topics = {call[1] for call in _commands() if call[:1] == ["config"] and len(call) > 1}
    said = machine.kernelsync("config", "--help").expect(0).stdout
    for topic in sorted(topics):
        assert re.search(rf"\b{re.escape(topic)}\b", said), (topic, said)
