"""What shells complete is what there is."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from kernelsync.cli.commands.completion import DIRECTORY, SHELLS
from kernelsync.cli.main import main
from kernelsync.cli.options import GLOBAL, OPTIONS
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_LISTS = {
    "bash": r"(?m)^_shtab_kernelsync_{command}_option_strings=\((.*)\)$",
    "fish": r"_shtab_kernelsync_using {command}' (?:-s \w+ )?-l ([\w-]+)",
    "zsh": r"(?s)_shtab_kernelsync_{command}_options=\((.*?)\n\)",
}
_ASK = """
source "$1"
COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); COMP_LINE="${*:2}"; COMP_POINT=${#COMP_LINE}
_shtab_kernelsync kernelsync "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str) -> str:
    """Return what is installed for a shell."""
    with open(os.path.join(DIRECTORY, SHELLS[shell]), encoding="utf-8") as file:
        return file.read()


@pytest.mark.parametrize("shell", SHELLS.keys())
@pytest.mark.parametrize("command", OPTIONS.keys())
def test_no_script_is_older_than_the_options(shell: str, command: str) -> None:
    """All long options and topics of each command, and none besides, in the part for it."""
    pattern = _LISTS[shell].format(command=command)
    found = re.findall(pattern, script(shell))
    names = re.findall(r"(?<![\w-])--([a-z][a-z-]+)", " ".join(found)) or found
    flags = (flag for option in (*OPTIONS[command], *GLOBAL) for flag in option.flags)
    wanted = {flag[2:] for flag in flags if flag.startswith("--")} | {"help"}
    assert set(names) == wanted
    for option in OPTIONS[command]:
        for topic, _ in option.topics:
            assert re.search(rf"\b{topic}\b", script(shell)), topic


def complete(tmp_path: Path, *words: str) -> list[str]:
    """Return what bash offers for the last of these words."""
    path = os.path.join(DIRECTORY, SHELLS["bash"])
    command = (need("bash"), "--norc", "-c", _ASK, "bash", path, "kernelsync", *words)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(("",), list(OPTIONS), id="commands"),
        pytest.param(("on",), ["once"], id="the rest of a command"),
        pytest.param(("once", "--d"), ["--dry-run"], id="the rest of an option"),
        pytest.param(("config", ""), ["path", "show", "check", "init", "schema"], id="topics"),
        pytest.param(("--config", "x.yaml", "st"), ["status"], id="after a global option"),
        pytest.param(("once", "a-"), ["a-folder"], id="directories"),
        pytest.param(("once", "--config", "a-"), ["a-folder", "a-file"], id="files"),
    ],
)
def test_bash_completes(tmp_path: Path, words: tuple[str, ...], offered: list[str]) -> None:
    """As on pressing Tab."""
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "a-file").touch()
    assert sorted(complete(tmp_path, *words)) == sorted(offered)


@pytest.mark.parametrize("shell", SHELLS.keys())
def test_the_script_is_printed_as_it_is(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """So that it can be sent to a file."""
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out == script(shell)
