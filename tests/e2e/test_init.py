"""`kernelsync init`: looks around, asks, and does what it was told; nothing otherwise."""

from __future__ import annotations

import os
import shutil
import signal
import sys

import pexpect
import pytest

from support.programs import need
from support.service import Household
from support.trees import make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_UNIT = ".config/systemd/user/kernelsync.service"
_SETTINGS = ".config/kernelsync/config.yaml"
_WRITE = r"Write the settings\? \[y/N\] "
_INSTALL = r"Install the service, .* \[y/N\] "
_INTERRUPTED = 130


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with one environment that can be a kernel, and kernelsync in `bin`."""
    made = Household(str(tmp_path / "home"))
    made.environment("thesis")
    source = f"#!{sys.executable}\nfrom kernelsync.cli.main import program\nprogram()\n"
    write(made.path("bin/kernelsync"), source, 0o755)
    return made


@pytest.fixture
def managed(household: Household) -> Household:
    """Return such a home where a systemd of the user answers, whatever it is asked."""
    calls = household.path("systemctl-calls")
    write(household.path("bin/systemctl"), f'#!/bin/sh\necho "$*" >> {calls}\n', 0o755)
    household.environ["PATH"] = f"{household.path('bin')}:{household.environ['PATH']}"
    write(f"{household.environ['XDG_RUNTIME_DIR']}/systemd/private")
    return household


def _program(household: Household) -> str:
    return household.path("bin/kernelsync")


def _files(household: Household) -> dict[str, bytes]:
    """Return all files of the home but Python's own, with their contents."""
    found = {}
    for folder, _, names in os.walk(household.home):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path) and name != "systemctl-calls":
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def _read(household: Household, name: str) -> str:
    with open(household.path(name), encoding="utf-8") as file:
        return file.read()


def _talk(household: Household, *words: str) -> pexpect.spawn[str]:
    return pexpect.spawn(
        _program(household),
        ["init", *words],
        env={**household.environ, "TERM": "xterm"},
        cwd=household.home,
        dimensions=(40, 80),
        encoding="utf-8",
        timeout=60,
        preexec_fn=_heed_ctrl_c,
    )


def _heed_ctrl_c() -> None:
    """Let Ctrl-C end it, although tests that run in a shell's background ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(child: pexpect.spawn[str]) -> str:
    """Return what is still said, after the end of it."""
    said: str = child.read()
    child.close()
    return said


def test_without_a_terminal_it_only_says_what_it_would_do(managed: Household) -> None:
    """Nothing is written, and the next command is named."""
    before = _files(managed)
    said = managed.run(_program(managed), "init").expect(0).stdout
    assert _files(managed) == before
    assert "3 environments (pyenv 1, venv 2)" in said
    assert "2 have no ipykernel" in said
    assert "'kernelsync init --yes'" in said
    assert "'kernelsync service install'" in said


def test_it_starts_nothing_but_systemctl(managed: Household) -> None:
    """Strace sees no other program, whatever is found; and no systemctl where nothing answers."""
    for present in (True, False):
        if not present:
            shutil.rmtree(f"{managed.environ['XDG_RUNTIME_DIR']}/systemd")
        trace = f"{managed.home}.trace"
        strace = (need("strace"), "-f", "-o", trace, "-e", "trace=execve")
        managed.run(*strace, _program(managed), "init").expect(0)
        with open(trace, encoding="utf-8") as file:
            started = [line.split('"')[1] for line in file if "execve(" in line]
        # The first is the program itself.
        assert started[1:] == [managed.path("bin/systemctl")] * present


def test_yes_writes_the_settings_and_installs_the_units(managed: Household) -> None:
    """All that is asked for on a terminal; it is not started, and how to is said."""
    said = managed.run(_program(managed), "init", "--yes").expect(0).stdout
    assert "Wrote ~/.config/kernelsync/config.yaml" in said
    assert f"Wrote ~/{_UNIT}" in said
    assert "systemctl --user enable --now kernelsync" in said
    assert f"ExecStart={_program(managed)} run" in _read(managed, _UNIT)
    assert "at its default" in _read(managed, _SETTINGS)
    managed.run(_program(managed), "config", "check").expect(0)
    assert "enable" not in _read(managed, "systemctl-calls")
    assert managed.kernels() == set()


def test_a_second_time_there_is_nothing_to_do(managed: Household) -> None:
    """Settings and units stay as they are."""
    managed.run(_program(managed), "init", "--yes").expect(0)
    before = _files(managed)
    said = managed.run(_program(managed), "init", "--yes").expect(0).stdout
    assert _files(managed) == before
    assert "config.yaml is there, and stays as it is" in said
    assert "it is installed, and does not run" in said
    assert "nothing to do" in said


def test_settings_that_are_there_are_never_overwritten(managed: Household) -> None:
    """Not even with --yes; the service is offered all the same."""
    managed.settings('exclude: ["mine"]\n')
    managed.run(_program(managed), "init", "--yes").expect(0)
    assert _read(managed, _SETTINGS) == 'exclude: ["mine"]\n'
    assert os.path.exists(managed.path(_UNIT))


def test_mistakes_in_the_settings_come_first(managed: Household) -> None:
    """The service could not start with them."""
    managed.settings("exlude: []\n")
    refused = managed.run(_program(managed), "init", "--yes").expect(2)
    assert "config.yaml:1:1" in refused.stderr
    assert not os.path.exists(managed.path(_UNIT))


def test_without_systemd_the_page_is_named(household: Household) -> None:
    """The settings are written, no unit is."""
    said = household.run(_program(household), "init", "--yes").expect(0).stdout
    assert "docs/service.md" in said
    assert os.path.exists(household.path(_SETTINGS))
    assert not os.path.exists(household.path(_UNIT))


def test_folders_that_hold_environments_are_proposed_and_then_searched(
    household: Household,
) -> None:
    """With the reason; a tree of projects is only named, as it may hold a stranger's."""
    make_venv(household.path("work/review"), base=household.base)
    make_venv(household.path("src/app/.venv"), base=household.base)
    said = household.run(_program(household), "init", "--yes").expect(0).stdout
    assert "sources.venv.containers: [~/.venvs, ~/venvs, ~/envs, ~/work]" in said
    assert "nothing else searches ~/work (1 environment)" in said
    assert "~/src has projects" in said
    household.run(_program(household), "once").expect(0)
    assert household.kernels() == {"thesis", "review"}


def test_a_machine_without_environments_is_no_error(household: Household) -> None:
    """It says what would say more, and promises no kernels."""
    for name in (".pyenv", ".venvs"):
        shutil.rmtree(household.path(name))
    said = household.run(_program(household), "init", "--yes").expect(0).stdout
    assert "no environments" in said
    assert "makes the kernels" not in said
    assert os.path.exists(household.path(_SETTINGS))


def test_verbose_says_where_it_looked(household: Household) -> None:
    """The folders that are there."""
    said = household.run(_program(household), "init", "-v").expect(0).stdout
    assert "~/.venvs\n" in said
    assert "~/envs\n" not in said


def test_the_global_options_hold(managed: Household) -> None:
    """Another file, which need not be there, and another directory: also for the service."""
    options = ("--config", "own.yaml", "--kernels-dir", "specs")
    managed.run(_program(managed), "init", "--yes", "-q", *options).expect(0)
    assert os.path.exists(managed.path("own.yaml"))
    assert not os.path.exists(managed.path(_SETTINGS))
    unit = _read(managed, _UNIT)
    assert f"--config {managed.path('own.yaml')}" in unit
    assert f"--kernels-dir {managed.path('specs')}" in unit


def test_quiet_says_nothing_of_what_was_done(managed: Household) -> None:
    """As with every other command."""
    assert managed.run(_program(managed), "init", "--yes", "-q").expect(0).stdout == ""


def test_a_unit_of_somebody_else_is_a_problem_after_the_settings(managed: Household) -> None:
    """Exit code 1: the one was done, the other could not be."""
    write(f"{managed.environ['XDG_RUNTIME_DIR']}/none")
    os.makedirs(managed.path(".config/systemd/user"))
    # An empty file masks the unit, and is not ours.
    write(managed.path(_UNIT))
    done = managed.run(_program(managed), "init", "--yes").expect(1)
    assert os.path.exists(managed.path(_SETTINGS))
    assert "was not written by kernelsync" in done.stderr


def test_json_is_one_object_and_asks_nothing(managed: Household) -> None:
    """What was found, what is proposed and what was done."""
    make_venv(managed.path("work/review"), base=managed.base)
    data = managed.run(_program(managed), "init", "--json").expect(0).json["data"]
    assert data["environments"] == {"pyenv": 1, "venv": 2}
    assert data["kernels"] == {"venv": 1}
    assert data["without_ipykernel"] == 2
    assert data["service"] == {"state": "offered", "installed": False, "units": []}
    settings = data["settings"]
    assert (settings["found"], settings["written"]) == (False, False)
    assert settings["path"] == managed.path(_SETTINGS)
    assert [each["key"] for each in settings["proposals"]] == ["sources.venv.containers"]


def test_a_running_service_is_not_offered(managed: Household) -> None:
    """However it was started."""
    with managed.service():
        data = managed.run(_program(managed), "init", "--json").expect(0).json["data"]
    assert data["service"]["state"] == "running"


@pytest.mark.parametrize("answer", ["y", "Yes"])
def test_on_a_terminal_it_asks_before_each(managed: Household, answer: str) -> None:
    """What was found is shown before the first question, and once."""
    child = _talk(managed)
    child.expect(_WRITE)
    assert "3 environments" in (child.before or "")
    assert not os.path.exists(managed.path(_SETTINGS))
    child.sendline(answer)
    child.expect(_INSTALL)
    child.sendline(answer)
    said = _end(child)
    assert child.exitstatus == 0
    assert "3 environments" not in said
    assert "Wrote ~/.config/kernelsync/config.yaml" in said
    assert os.path.exists(managed.path(_SETTINGS))
    assert os.path.exists(managed.path(_UNIT))


def test_each_question_has_its_own_answer(managed: Household) -> None:
    """Settings, but no service."""
    child = _talk(managed)
    child.expect(_WRITE)
    child.sendline("y")
    child.expect(_INSTALL)
    child.sendline("")
    _end(child)
    assert child.exitstatus == 0
    assert os.path.exists(managed.path(_SETTINGS))
    assert not os.path.exists(managed.path(_UNIT))


@pytest.mark.parametrize("answer", ["n", "", "what?"])
def test_anything_but_yes_is_no(managed: Household, answer: str) -> None:
    """Nothing is written, and that is no error."""
    before = _files(managed)
    child = _talk(managed)
    for question in (_WRITE, _INSTALL):
        child.expect(question)
        child.sendline(answer)
    assert "nothing was written" in _end(child)
    assert child.exitstatus == 0
    assert _files(managed) == before


def test_the_end_of_input_is_no(managed: Household) -> None:
    """Ctrl-D at each question."""
    before = _files(managed)
    child = _talk(managed)
    for question in (_WRITE, _INSTALL):
        child.expect(question)
        child.sendeof()
    _end(child)
    assert child.exitstatus == 0
    assert _files(managed) == before


@pytest.mark.parametrize("agreed", [0, 1])
def test_ctrl_c_leaves_nothing_half_done(managed: Household, agreed: int) -> None:
    """Also at the second question, after a yes to the first: deeds come after all questions."""
    before = _files(managed)
    child = _talk(managed)
    for question in (_WRITE, _INSTALL)[:agreed]:
        child.expect(question)
        child.sendline("y")
    child.expect((_WRITE, _INSTALL)[agreed])
    child.sendintr()
    said = _end(child)
    assert child.exitstatus == _INTERRUPTED
    assert "nothing was written" in said
    assert _files(managed) == before


def test_no_line_is_wider_than_the_terminal(managed: Household) -> None:
    """Proposals and reasons included."""
    make_venv(managed.path("work-of-this-year/review"), base=managed.base)
    make_venv(managed.path("src/app/.venv"), base=managed.base)
    child = _talk(managed)
    child.expect(_WRITE)
    assert max(map(len, (child.before or "").splitlines())) <= 80, child.before
    child.sendeof()
    child.expect(_INSTALL)
    child.sendeof()
    _end(child)
