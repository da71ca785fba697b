"""Polling: a directory whose fingerprint has changed wakes."""

from __future__ import annotations

import errno
import os
import threading

import pytest

from kernelsync.watch.polling import Poller, fingerprint
from support.watching_faults import happens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EVERY = 0.02


@pytest.fixture
def woken() -> list[str | None]:
    """Return where wakes are collected."""
    return []


@pytest.fixture
def poller(woken: list[str | None]) -> Iterator[Poller]:
    """Return a fast poller."""
    poller = Poller(woken.append, every=_EVERY)
    yield poller
    poller.close()


def test_a_new_entry_wakes(poller: Poller, woken: list[str | None], tmp_path: Path) -> None:
    """An entry changes the time of its directory."""
    assert poller.update([str(tmp_path)]) == (str(tmp_path),)
    (tmp_path / "new").mkdir()
    assert happens(lambda: woken, 10)
    assert set(woken) == {str(tmp_path)}


def test_only_directories_that_are_new_are_returned(poller: Poller, tmp_path: Path) -> None:
    """What was polled before goes on being polled."""
    poller.update([str(tmp_path)])
    assert poller.update([str(tmp_path), "/"]) == ("/",)
    assert poller.count() == 2


def test_there_is_no_thread_without_need(poller: Poller, tmp_path: Path) -> None:
    """Nothing to poll, nothing that runs; it comes back when it is needed again."""
    before = threading.active_count()
    poller.update([])
    assert threading.active_count() == before
    poller.update([str(tmp_path)])
    assert threading.active_count() == before + 1
    poller.update([])
    assert happens(lambda: threading.active_count() == before, 10)
    assert poller.alive()
    poller.update([str(tmp_path)])
    assert threading.active_count() == before + 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_thread_is_told(tmp_path: Path) -> None:
    """A wake that raises ends the thread, and `alive` says so."""

    def raising(path: str | None) -> None:
        raise ValueError(path)

    poller = Poller(raising, every=_EVERY)
    poller.update([str(tmp_path)])
    assert poller.alive()
    (tmp_path / "new").mkdir()
    assert happens(lambda: not poller.alive(), 10)
    poller.close()


def test_a_missing_directory_has_a_fingerprint_too(tmp_path: Path) -> None:
    """Absence and presence differ, so a directory may come and go."""
    missing = str(tmp_path / "missing")
    assert fingerprint(missing) == errno.ENOENT
    os.mkdir(missing)
    assert fingerprint(missing) != errno.ENOENT
    assert fingerprint("nul\0") == errno.EINVAL


def test_changed_permissions_change_the_fingerprint(tmp_path: Path) -> None:
    """A directory that becomes readable is worth another look."""
    before = fingerprint(str(tmp_path))
    tmp_path.chmod(0o711)
    assert fingerprint(str(tmp_path)) != before
