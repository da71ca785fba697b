"""The state file, and the lock of the one service."""

from __future__ import annotations

import json
import os

import pytest

from kernelsync.errors import KernelsDirectoryError
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.service.single_instance import is_running, last_pass, single_instance, touch
from kernelsync.service.state import Held, State, StateFile, Watching, read_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_PROBLEM = Problem(code="root-unreadable", message="cannot look", path="/x", root="/x")
_STATE = State(
    pid=1,
    started=2.0,
    release="0.1",
    settings="/home/me/config.yaml",
    kernels_directory="/home/me/kernels",
    changed=3.0,
    environments=4,
    kernels={"venv": 2},
    problems=(_PROBLEM,),
    held=(Held(name="thesis", reason="its root is missing", way_out="wait"),),
    mistakes=(replace(_PROBLEM, line=3, column=1),),
    watching=Watching(watches=5, polled=6, limit=7, replaced=8, problems=(_PROBLEM,)),
    failure="LookupError",
    builds=True,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Every field comes back; the directory is made."""
    path = str(tmp_path / "state" / "service.json")
    StateFile(path).write(_STATE)
    assert read_state(path) == _STATE
    assert os.listdir(tmp_path / "state") == ["service.json"]


def test_the_same_state_is_not_written_again(tmp_path: Path) -> None:
    """An idle service writes nothing."""
    path = str(tmp_path / "service.json")
    file = StateFile(path)
    file.write(_STATE)
    before = os.stat(path)
    file.write(replace(_STATE, pid=1))
    assert os.stat(path) == before
    file.write(replace(_STATE, environments=9))
    assert os.stat(path).st_ino != before.st_ino


def test_a_state_cut_anywhere_is_none(tmp_path: Path) -> None:
    """It is only what is known anyway; nothing fails because of it."""
    path = tmp_path / "service.json"
    StateFile(str(path)).write(_STATE)
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        assert read_state(str(path)) is None


@pytest.mark.parametrize("written", [[], {"version": 2}, {"version": 1}, {"version": 1, "x": 1}])
def test_a_state_of_another_form_is_none(tmp_path: Path, written: object) -> None:
    """A later version may have written it."""
    path = tmp_path / "service.json"
    path.write_text(json.dumps(written))
    assert read_state(str(path)) is None


def test_a_directory_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Nothing depends on the state."""
    (tmp_path / "file").write_text("")
    StateFile(str(tmp_path / "file" / "service.json")).write(_STATE)
    assert read_state(str(tmp_path / "file" / "service.json")) is None


def test_a_second_service_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    """With the exit code of the contract; afterwards there may be another."""
    path = str(tmp_path / "runtime" / "service.lock")
    assert is_running(path) is False
    with single_instance(path):
        assert is_running(path) is True
        with (
            pytest.raises(KernelsDirectoryError, match="runs already") as refused,
            single_instance(path),
        ):
            pass
        assert refused.value.exit_code == 4
    assert is_running(path) is False
    with single_instance(path):
        assert is_running(path) is True


def test_asking_does_not_make_the_lock(tmp_path: Path) -> None:
    """`status` writes nothing."""
    path = str(tmp_path / "service.lock")
    assert (is_running(path), last_pass(path)) == (False, None)
    assert os.listdir(tmp_path) == []


def test_the_last_pass_is_the_time_of_the_lock(tmp_path: Path) -> None:
    """It is on no disk, so that a pass without changes can be noted at all."""
    path = str(tmp_path / "service.lock")
    with single_instance(path):
        os.utime(path, (1.0, 1.0))
        assert last_pass(path) == 1.0
        touch(path)
        assert (last_pass(path) or 0.0) > 1.0
