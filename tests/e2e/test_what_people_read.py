"""What people read has the order, the width and the words that they expect."""

from __future__ import annotations

import os
import re
import sys

import pexpect
import pytest

from support.service import Household
from support.trees import make_pyenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_UNITS = ("kernelsync.service", "kernelsync-runtime.path", "kernelsync-runtime.service")


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home whose path is so long that no line has room for it."""
    made = Household(str(tmp_path / ("home-" + "x" * 70)))
    # Where sockets lie is not to be that long.
    made.environ["XDG_RUNTIME_DIR"] = str(tmp_path)
    tmp_path.chmod(0o700)
    return made


def _on_a_terminal(household: Household, *words: str) -> str:
    """Run a command on a terminal of 80 columns, and return what is to be seen there."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "kernelsync.cli.main", *words],
        env={**household.environ, "TERM": "xterm"},
        cwd=household.home,
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=60,
    )
    seen: str = child.read()
    child.close()
    return _ESCAPES.sub("", seen)


def test_pythons_are_listed_by_their_versions(household: Household) -> None:
    """As text, 3.10 would come before 3.9."""
    make_pyenv(household.path(".pyenv"), ("3.9.18", "3.10.13", "3.10.2"))
    lines = household.kernelsync("list").expect(0).lines
    named = [line.split()[1] for line in lines if "pyenv" in line]
    assert named == ["3.9.18", "3.10.2", "3.10.13", "3.12.1"]


def test_the_ipykernel_of_a_broken_environment_was_not_looked_for(household: Household) -> None:
    """It may well have one; where it was looked for, "none" is what was found."""
    prefix = household.environment("ruin")
    os.unlink(f"{prefix}/bin/python")
    os.symlink("/nowhere/python", f"{prefix}/bin/python")
    said = household.kernelsync("explain", prefix).expect(1).stdout
    assert re.search(r"^state: +broken$", said, re.MULTILINE)
    assert re.search(r"^ipykernel: +not looked for$", said, re.MULTILINE)
    said = household.kernelsync("explain", "neighbour").expect(0).stdout
    assert re.search(r"^ipykernel: +none$", said, re.MULTILINE)


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_no_line_is_wider_than_the_terminal(household: Household, command: str) -> None:
    """With problems, a held removal and environments that wait, and a service that is degraded."""
    household.environment("thesis")
    broken = household.environment("ruin")
    os.unlink(f"{broken}/bin/python")
    os.symlink("/nowhere/python", f"{broken}/bin/python")
    household.kernelsync("once").expect(1)
    os.rename(household.path(".venvs"), household.path("elsewhere"))
    with household.service():
        seen = _on_a_terminal(household, command)
    assert "held" in seen
    assert max(map(len, seen.splitlines())) <= 80, seen


@pytest.mark.parametrize("settings", [None, "exclude: []\n", "exlude: []\n"])
def test_the_settings_are_found_in_the_home_directory(
    household: Household, settings: str | None
) -> None:
    """People read `~`; what is to be copied, and JSON, has the whole path."""
    if settings is not None:
        household.settings(settings)
    checked = household.kernelsync("config", "check")
    said = checked.stdout + checked.stderr
    assert "~/.config/kernelsync/config.yaml" in said
    assert household.home not in said
    path = household.path(".config/kernelsync/config.yaml")
    assert household.kernelsync("config", "path").expect(0).stdout == f"{path}\n"
    assert path in household.kernelsync("config", "check", "--json").stdout


def _service(household: Household, *words: str) -> str:
    """Run `kernelsync service` by the name of an installed program."""
    program = household.path("bin/kernelsync")
    if not os.path.exists(program):
        os.makedirs(os.path.dirname(program))
        with open(program, "w", encoding="utf-8") as file:
            file.write(f"#!{sys.executable}\nfrom kernelsync.cli.main import program\nprogram()\n")
        os.chmod(program, 0o700)
    child = household.run(program, "service", *words)
    return child.expect(0).stdout


def test_every_unit_that_is_installed_is_named(household: Household) -> None:
    """Each file that is written, shown or removed; one that is masked is said to be."""
    folder = household.path(".config/systemd/user")
    os.makedirs(folder)
    os.symlink("/dev/null", f"{folder}/{_UNITS[1]}")
    names = [f"~/.config/systemd/user/{name}" for name in _UNITS]
    shown = _service(household, "show")
    assert [line for line in shown.splitlines() if line.startswith("# ~")] == [
        f"# {names[0]}",
        f"# {names[1]} (masked, and left so)",
        f"# {names[2]}",
    ]
    assert f"ExecStart={household.path('bin/kernelsync')} run" in shown
    assert _service(household, "install").splitlines()[:3] == [
        f"Wrote {names[0]}",
        f"Masked, and left so: {names[1]}",
        f"Wrote {names[2]}",
    ]
    assert f"Nothing to change in {names[2]}" in _service(household, "install")
    assert _service(household, "uninstall").splitlines()[:2] == [
        f"Removed {names[0]}",
        f"Removed {names[2]}",
    ]
