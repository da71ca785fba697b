"""Somebody swaps directories for links while passes run: nobody is led outside.

KERNELSYNC_ROUNDS=10000 runs as many passes; a sample otherwise.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import sys

import pytest

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs.lock import pass_lock
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.plan import Create, Remove, Update
from support import swapper
from support.kernels import HOST, NOW, contents_of, make_spec
from support.programs import MissingToolError
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ROUNDS = int(os.environ.get("KERNELSYNC_ROUNDS", "400"))
_TIMEOUT = 60
_NAMES = ("project", "other")


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Return a data directory with everything in it, beside a directory of somebody else."""
    data = str(tmp_path / "jupyter")
    os.makedirs(f"{data}/runtime")
    swapper.make_outside(data)
    _pass(data, 0)
    return data


@contextlib.contextmanager
def _swapping(data: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, swapper.__file__, data, "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _pass(data: str, number: int) -> str:
    """Do what a pass may do: create, update, remove, undo, sweep; return what came of it."""
    store = KernelStore(f"{data}/kernels", HOST)
    now = NOW + number
    try:
        with pass_lock(f"{data}/runtime/lock", timeout=1):
            store.sweep(now + 40 * 86_400 * (number % 3 == 0))
            if number % 5 == 0:
                store.undo(now)
            kernels = {each.name: store.verify(each) for each in store.read()[0]}
            with store.prepare(now) as writer:
                codes = set()
                for name in _NAMES:
                    spec = make_spec(name, display_name=f"number {number}")
                    old = kernels.get(spec.name)
                    if old is None:
                        outcome = writer.apply(Create(spec=spec, reason="new"))
                    elif old.ownership is not Ownership.OURS:
                        continue
                    elif number % 4 == 0:
                        outcome = writer.apply(Remove(installed=old, reason="gone"))
                    else:
                        outcome = writer.apply(Update(spec=spec, installed=old, reason="new"))
                    codes.add("done" if outcome.problem is None else outcome.problem.code)
            return ",".join(sorted(codes)) or "nothing"
    except KernelsDirectoryError as error:
        return error.code


def test_nobody_is_led_outside(data: str) -> None:
    """Whatever becomes of the passes, what is elsewhere stays as it is, to the inode."""
    before = identities(swapper.outside_path(data))
    outcomes = _race(data, _pass, _ROUNDS)
    assert identities(swapper.outside_path(data)) == before
    assert len(set(outcomes)) > 1, "the two never met"
    assert any("done" in each for each in outcomes)


def test_afterwards_all_is_well_again(data: str) -> None:
    """The next passes settle what was left; what the others have left there is theirs."""
    _race(data, _pass, 100)
    assert any("done" in _pass(data, number) for number in (1, 2))
    store = KernelStore(f"{data}/kernels", HOST)
    assert Ownership.OURS in {store.verify(each).ownership for each in store.read()[0]}
    assert os.listdir(f"{data}/.kernelsync/staging") == []


@pytest.mark.parametrize("owner", ["me", "somebody else"])
def test_the_directory_may_be_a_link_of_its_user_alone(data: str, owner: str) -> None:
    """Somebody else who can write to the directory above would lead us anywhere with one."""
    if os.geteuid() != 0:
        message = "root, who alone can give files to other users"
        raise MissingToolError(message)
    os.rename(f"{data}/kernels", f"{data}/kernels-on-another-disk")
    os.symlink("kernels-on-another-disk", f"{data}/kernels")
    before = identities(f"{data}/kernels-on-another-disk")
    if owner == "me":
        assert _pass(data, 1) == "done"
    else:
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(f"{data}/kernels", nobody, -1, follow_symlinks=False)
        assert _pass(data, 1) == "kernels-directory"
        assert identities(f"{data}/kernels-on-another-disk") == before


def _naive(data: str, number: int) -> str:
    """Do the same by paths, as one would."""
    with contextlib.suppress(OSError):
        target = f"{data}/kernels/project"
        os.makedirs(target, exist_ok=True)
        for name, content in contents_of(make_spec("project", display_name=str(number))).items():
            with open(f"{target}/{name}", "wb") as file:
                file.write(content)
    return "done"


def test_a_store_that_uses_paths_is_caught(data: str) -> None:
    """The same race, with the store that one would write first."""
    before = identities(swapper.outside_path(data))
    for _ in range(20):
        _race(data, _naive, 200)
        if identities(swapper.outside_path(data)) != before:
            return
    pytest.fail("the race finds nothing")


def _race(data: str, work: Callable[[str, int], str], rounds: int) -> list[str]:
    with _swapping(data) as process:
        outcomes: list[str] = []
        # Those that end before anything is written are quick, and do not count.
        for number in range(1, 100 * rounds):
            outcomes.append(work(data, number))
            if len(outcomes) - outcomes.count("kernels-directory") >= rounds:
                break
        told, _ = process.communicate(timeout=_TIMEOUT)
    assert int(told) > 0
    return outcomes
