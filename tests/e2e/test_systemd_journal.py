"""What the service writes to the journal: levels, one line for each thing said, no times."""

from __future__ import annotations

import os
import re

import pytest

from support.systemd_user import SystemdUser
from support.trees import make_pyenv, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_TIME = re.compile(r"\d{2}:\d{2}:\d{2}")
_FORGED = "x\n<0>kernelsync: all is lost\x1b[31m"
_INFO, _WARNING = "6", "4"


@pytest.fixture(scope="module")
def user(tools: RealTools) -> Iterator[SystemdUser]:
    """Return a user with one environment, another with a bad name, and the service installed."""
    with SystemdUser(tools) as made:
        base = make_pyenv(f"{made.home}/.pyenv", ("3.12.1",)) + "/versions/3.12.1"
        made.own(f"{made.home}/.pyenv")
        make_venv(f"{made.home}/.venvs/thesis", base=base)
        prefix = make_venv(f"{made.home}/.venvs/{_FORGED}", base=base)
        os.unlink(f"{prefix}/bin/python")
        os.symlink("/no/such/python", f"{prefix}/bin/python")
        made.own(f"{made.home}/.venvs")
        made.run(made.program, "service", "install").expect(0)
        yield made


def _start(user: SystemdUser) -> None:
    user.systemctl("restart", "kernelsync").expect(0)
    wait_until(lambda: "created kernel 'thesis'" in user.log(), what=user.log)


def test_each_line_has_its_level_and_no_time(user: SystemdUser) -> None:
    """By JOURNAL_STREAM it is known that stderr is the journal, which knows the time."""
    _start(user)
    said = user.journal()
    levels = {each["MESSAGE"]: each["PRIORITY"] for each in said}
    (created,) = (text for text in levels if text.startswith("created kernel 'thesis'"))
    assert levels[created] == _INFO
    assert {levels[text] for text in levels if "all is lost" in text} == {_WARNING}
    assert not [text for text in levels if _TIME.search(text) or text.startswith("<")]


def test_a_name_forges_no_line(user: SystemdUser) -> None:
    """Nor a level, nor a colour: what is not printable is spelled out."""
    _start(user)
    said = user.journal()
    assert all(isinstance(each["MESSAGE"], str) for each in said), "else it is not plain text"
    assert not [each for each in said if each["MESSAGE"].startswith("kernelsync: all is lost")]
    assert {each["PRIORITY"] for each in said} <= {_INFO, _WARNING}
    assert [each for each in said if r"x\n<0>kernelsync: all is lost\x1b[31m" in each["MESSAGE"]]


def test_a_stderr_that_is_no_journal_has_times(user: SystemdUser) -> None:
    """JOURNAL_STREAM may be inherited: it counts for the stream whose numbers it names."""
    log = f"{user.home}/service.log"
    directory = f"{user.home}/.config/systemd/user/kernelsync.service.d"
    os.makedirs(directory)
    with open(f"{directory}/file.conf", "w", encoding="utf-8") as file:
        # Its stdout is the journal, so that the variable is set.
        file.write(f"[Service]\nStandardOutput=journal\nStandardError=append:{log}\n")
    user.systemctl("daemon-reload").expect(0)
    user.run(user.program, "clean").expect(0)
    user.systemctl("restart", "kernelsync").expect(0)
    with open(f"/proc/{user.show('MainPID')}/environ", "rb") as file:
        assert b"JOURNAL_STREAM=" in file.read()
    with open(log, encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines
    assert all(re.match(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} ", line) for line in lines)
    assert not [line for line in lines if "<0>" in line and r"\n<0>" not in line]
