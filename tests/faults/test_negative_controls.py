"""The checks that hold for ours fail for five implementations without one safeguard each."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from kernelsync.model.value import replace
from kernelsync.watch.choice import watcher_for
from kernelsync.watch.protocol import NEVER
from support import controls
from support.durability import out_of_order
from support.kernel_faults import scratch
from support.program_shots import KILL, Tally, chosen, fire, points_of
from support.program_world import World
from support.watching_faults import Service, happens, make_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from kernelsync.watch.protocol import Health, Wake, Watcher

_SHOTS = 25


class ControlWorld(World):
    """The same home, and one of the stores of `support.controls` instead of the program."""

    module = "support.controls"

    def arguments_for(self, command: str) -> list[str]:
        """Return what makes a pass with a store."""
        return [command, self.home]

    def is_done(self, kind: str) -> bool:  # noqa: ARG002 - all stores are to do the same
        """Return whether a pass came to its end; a trash is not what this is about."""
        return self.has_kernel("fresh") and not self.has_kernel("doomed")

    def torn(self) -> list[str]:
        """Return what is damaged, half there, or not there though it should be."""
        wrong = self.violations("once")
        return [each for each in wrong if not each.endswith("has no trace")]


@pytest.fixture(scope="module")
def world() -> Iterator[ControlWorld]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory, ControlWorld(directory, first="ours") as made:
        yield made


def _broken_by_kills(world: ControlWorld, store: str) -> list[str]:
    found = [point for point in points_of(world, store) if point.is_mutating]
    tally = Tally(f"kills of {store}", len(found))
    broken = [
        point.line
        for point, _ in fire(world, store, chosen(found, _SHOTS, "controls"), tally, KILL)
        if world.torn()
    ]
    tally.close()
    return broken


def test_the_kills_find_a_naive_writer(world: ControlWorld) -> None:
    """Who removes and copies is caught with half a kernelspec, or none."""
    assert _broken_by_kills(world, "ours") == []
    assert len(_broken_by_kills(world, "naive")) >= 3


def _out_of_order(world: ControlWorld, store: str) -> list[str]:
    world.put_back("once")
    assert world.run_traced(store).returncode == 0
    assert world.has_kernel("fresh")
    assert not world.has_kernel("doomed")
    return out_of_order(world.trace(), world.kernels)


def test_the_order_of_fsync_and_rename_finds_who_makes_nothing_durable(
    world: ControlWorld,
) -> None:
    """Exchanged in one step, but a power cut would leave empty files; and so it is in place."""
    assert _out_of_order(world, "ours") == []
    assert any("before it was synced" in each for each in _out_of_order(world, "unsynced"))
    assert any("in place" in each for each in _out_of_order(world, "naive"))


def _kernels(home: str) -> set[str]:
    return set(os.listdir(f"{home}/.local/share/jupyter/kernels"))


def test_a_root_that_is_suddenly_empty_finds_who_has_no_guard(home: str) -> None:
    """As when a disk is not mounted: nothing is believed to be gone."""
    before = _kernels(home)
    assert len(before) == 3
    os.rename(f"{home}/.venvs", f"{home}/unmounted")
    os.mkdir(f"{home}/.venvs")
    controls.pass_over("ours", home)
    assert _kernels(home) == before
    controls.pass_over("ours", home, controls.Unguarded())
    assert _kernels(home) == set()


def test_an_edited_kernelspec_finds_who_does_not_look_whose_it_is(home: str) -> None:
    """Somebody changed it, so it is theirs, even when its environment goes."""
    name = next(each for each in _kernels(home) if "one" in each)
    path = f"{home}/.local/share/jupyter/kernels/{name}/kernel.json"
    with open(path, "rb") as file:
        document = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**document, "env": {"MINE": "1"}}, file)
    shutil.rmtree(f"{home}/.venvs/one")
    controls.pass_over("ours", home)
    assert name in _kernels(home)
    controls.pass_over("trusting", home)
    assert name not in _kernels(home)


class Unhealthy:
    """A watcher that always says that it is well, and looks after nothing."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._first = watcher.health()

    def update(self, directories: Collection[str], looked: float = NEVER) -> None:
        """Watch these directories."""
        self._watcher.update(directories, looked)

    def check(self) -> Health:
        """Say that all is well."""
        return self.health()

    def health(self) -> Health:
        """Say that all is well."""
        return replace(self._first, alive=True, problems=())

    def close(self) -> None:
        """Stop watching."""
        self._watcher.close()


def _sees_after_a_death(root: str, *, checked: bool) -> bool:
    """Return whether something new is found after the watcher's thread has died."""

    def make(wake: Wake) -> Watcher:
        def deadly(path: str | None) -> None:
            if path == f"{root}/die" and os.path.exists(path):
                os.remove(path)
                raise SystemExit
            wake(path)

        watcher = watcher_for("linux", deadly)
        return watcher if checked else Unhealthy(watcher)

    with Service(root, make=make, check=0.2) as service:
        make_file(f"{root}/die")
        assert happens(lambda: not os.path.exists(f"{root}/die"), 10)
        service.rests()
        return service.finds(make_file(f"{root}/new"), within=10.0 if checked else 3.0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_thread_finds_who_does_not_check_the_health(tmp_path: Path) -> None:
    """Ours is replaced, and nothing is missed."""
    for name in ("ours", "unhealthy"):
        os.mkdir(tmp_path / name)
    assert _sees_after_a_death(str(tmp_path / "ours"), checked=True)
    assert not _sees_after_a_death(str(tmp_path / "unhealthy"), checked=False)
