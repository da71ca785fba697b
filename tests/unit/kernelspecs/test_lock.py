"""One pass at a time."""

from __future__ import annotations

import fcntl
import os
import stat

import pytest

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.lock import pass_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def _hold(path: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_a_lock_can_be_taken_again_after_it_was_released(tmp_path: Path) -> None:
    """The file stays: removing it would make room for two holders."""
    path = str(tmp_path / "runtime" / "kernelsync" / "lock")
    for _ in range(2):
        with pass_lock(path, timeout=0):
            assert os.path.exists(path)
    assert os.path.exists(path)


def test_the_lock_is_this_users_alone(tmp_path: Path) -> None:
    """File and directory."""
    path = str(tmp_path / "kernelsync" / "lock")
    with pass_lock(path):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700


def test_a_second_holder_is_refused(tmp_path: Path) -> None:
    """With the exit code that says so, and without a word if nobody waits."""
    path = str(tmp_path / "lock")
    told: list[str] = []
    with (
        pass_lock(path),
        pytest.raises(KernelsDirectoryError, match="another kernelsync") as caught,
        pass_lock(path, timeout=0, waiting=lambda: told.append("waiting")),
    ):
        pytest.fail("two held the lock")
    assert caught.value.exit_code == 4
    assert told == []


def test_somebody_who_waits_is_told_once_and_then_gets_the_lock(tmp_path: Path) -> None:
    """The other holder lets go while we say that we wait."""
    path = str(tmp_path / "lock")
    holder = _hold(path)
    told: list[str] = []

    def let_go() -> None:
        told.append("waiting")
        os.close(holder)

    with pass_lock(path, waiting=let_go):
        assert told == ["waiting"]


def test_a_lock_file_that_was_replaced_while_we_waited_is_taken_anew(tmp_path: Path) -> None:
    """The lock on a removed file locks nobody out."""
    path = str(tmp_path / "lock")
    holder = _hold(path)

    def replace() -> None:
        os.unlink(path)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR))
        os.close(holder)

    with pass_lock(path, waiting=replace), pytest.raises(KernelsDirectoryError):
        pass_lock(path, timeout=0).__enter__()


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    """Else somebody could make us create or lock any file."""
    target = tmp_path / "target"
    os.symlink(target, tmp_path / "lock")
    with pytest.raises(KernelsDirectoryError, match="cannot be taken"):
        pass_lock(str(tmp_path / "lock")).__enter__()
    assert not target.exists()


def test_a_fifo_in_its_place_is_refused(tmp_path: Path) -> None:
    """And does not block."""
    os.mkfifo(tmp_path / "lock")
    with pytest.raises(KernelsDirectoryError, match="not a file of ours"):
        pass_lock(str(tmp_path / "lock")).__enter__()


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """There is no pass without the lock."""
    (tmp_path / "file").write_text("")
    with pytest.raises(KernelsDirectoryError, match="cannot be taken") as caught:
        pass_lock(str(tmp_path / "file" / "lock")).__enter__()
    assert caught.value.hint is not None


def test_an_error_inside_releases_the_lock(tmp_path: Path) -> None:
    """The next pass can go on."""
    path = str(tmp_path / "lock")
    lock = pass_lock(path)
    lock.__enter__()
    lock.__exit__(ValueError, ValueError("inside"), None)
    with pass_lock(path, timeout=0):
        assert os.path.exists(path)
