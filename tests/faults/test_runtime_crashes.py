"""Whatever call a build dies at, or fails at, the old or the new runtime is whole and in force."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from kernelsync.runtimes.installed import current_build
from support import runtime_driver
from support.fake_wheels import KEY
from support.kernel_faults import (
    TRACED,
    missed_too_often,
    points,
    sample,
    scratch_directory,
    was_hit,
)
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kernelsync.runtimes.pins import PinList
    from support.kernel_faults import Point

KILL = "signal=KILL"
KILLS = 20
ERRORS = 8
Tree = dict[str, bytes]


class Machine:
    """One directory of runtimes, with version 1.0 in force and all files for 2.0 in the cache."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.runtime = os.path.join(directory, "runtimes", KEY)

    def run(self, *injections: str, kind: str = "ours") -> subprocess.CompletedProcess[str]:
        """Build version 2.0 under strace with these faults."""
        faults = [option for fault in injections for option in ("-e", f"inject={fault}")]
        driver = [sys.executable, "-S", "-B", runtime_driver.__file__, kind, self.directory]
        command = [need("strace"), "-f", "-o", f"{self.directory}.trace"]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        return subprocess.run(
            [*command, "-e", f"trace={','.join(TRACED)}", *faults, *driver],
            env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def trace(self) -> str:
        """Return what strace wrote down."""
        with open(f"{self.directory}.trace", encoding="utf-8", errors="replace") as trace:
            return trace.read()

    def in_force(self) -> Tree | None:
        """Return the files of the build in force, None without one."""
        build = current_build(self.runtime)
        return None if build is None else tree_of(build)

    def damage(self) -> Tree:
        """Take a file out of the build in force, and return what is left of it."""
        build = current_build(self.runtime)
        assert build is not None
        os.unlink(os.path.join(build, "site", "two_words", "__init__.py"))
        return tree_of(build)

    def has(self, *parts: str) -> bool:
        """Tell whether something is in the directory of runtimes."""
        return os.path.lexists(os.path.join(self.directory, "runtimes", *parts))

    def unsettled(self, wanted: Tree) -> list[str]:
        """Return what is wrong after a build without faults."""
        wrong = [] if self.in_force() == wanted else ["not the new build"]
        wrong += [f"staging has {name}" for name in self._names("staging")]
        if len(os.listdir(os.path.join(self.runtime, "builds"))) != 1:
            wrong.append("the old build is still there")
        return wrong

    def _names(self, folder: str) -> list[str]:
        path = os.path.join(self.directory, "runtimes", folder)
        return os.listdir(path) if os.path.isdir(path) else []


class Case:
    """Machines that are all alike."""

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch
        self._count = 0
        self._template = os.path.join(scratch, "template")
        self.old = self._built("old", "1.0")
        self.new = self._built("new", "2.0")
        self.pins: PinList = runtime_driver.prepare(self._template, "2.0")
        runtime_driver.install(self._template, runtime_driver.prepare(self._template, "1.0"))

    def fresh(self) -> Machine:
        """Return a new machine."""
        self._count += 1
        directory = os.path.join(self._scratch, f"run-{self._count}")
        shutil.copytree(self._template, directory, symlinks=True)
        return Machine(directory)

    def is_whole(self, tree: Tree | None) -> bool:
        """Tell whether these are all files of the old or of the new build."""
        return tree in (self.old, self.new)

    def _built(self, name: str, version: str) -> Tree:
        directory = os.path.join(self._scratch, name)
        pins = runtime_driver.prepare(directory, version)
        assert runtime_driver.install(directory, pins) == []
        tree = Machine(directory).in_force()
        assert tree is not None
        return tree


def tree_of(build: str) -> Tree:
    """Return every file below a directory."""
    found: Tree = {}
    for folder, _, names in os.walk(build):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, build)] = file.read()
    return found


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    """Return machines with an old runtime."""
    directory = scratch_directory()
    yield Case(directory)
    shutil.rmtree(directory)


def fire(
    case: Case,
    count: int,
    fault: str,
    kind: str = "ours",
    spoil: Callable[[Machine], object] = lambda _: None,
) -> Iterator[tuple[Point, Machine]]:
    """Yield machines after a build with the fault, at a sample of its calls.

    `spoil` is done to each of them before.
    """
    tried = case.fresh()
    spoil(tried)
    chosen = sample(points(tried, kind=kind), count)
    assert len(chosen) >= count
    missed = []
    for name, number in chosen:
        machine = case.fresh()
        spoil(machine)
        machine.run(f"{name}:{fault}:when={number}", kind=kind)
        if was_hit(machine, (name, number)):
            yield (name, number), machine
        else:
            missed.append((name, number))
    assert not missed_too_often(missed, chosen), missed


def test_a_build_without_faults_replaces_the_old_one(case: Case) -> None:
    """Else the tests below would prove nothing."""
    machine = case.fresh()
    assert machine.in_force() == case.old
    done = machine.run()
    assert (json.loads(done.stdout), machine.unsettled(case.new)) == ([], [])


def test_a_killed_build_leaves_the_old_or_the_new_and_the_next_one_heals(case: Case) -> None:
    """Killed at a sample of all calls that change something."""
    wrong = {}
    for point, machine in fire(case, KILLS, KILL):
        is_whole = case.is_whole(machine.in_force())
        problems = runtime_driver.install(machine.directory, case.pins)
        if not is_whole or problems or machine.unsettled(case.new):
            wrong[point] = (is_whole, problems, machine.unsettled(case.new))
    assert wrong == {}


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_an_error_leaves_the_old_or_the_new_and_is_told(case: Case, error: str) -> None:
    """A full disk, say: what was in force stays, and the next build heals."""
    wrong = {}
    for point, machine in fire(case, ERRORS, f"error={error}"):
        is_whole = case.is_whole(machine.in_force())
        problems = runtime_driver.install(machine.directory, case.pins)
        if not is_whole or problems or machine.unsettled(case.new):
            wrong[point] = (is_whole, problems, machine.unsettled(case.new))
    assert wrong == {}


def test_a_full_disk_is_named(case: Case) -> None:
    """Every file that would be written fails; the message says what to do."""
    machine = case.fresh()
    done = machine.run("mkdir:error=ENOSPC:when=3+")
    problems = json.loads(done.stdout)
    assert [problem.partition(":")[0] for problem in problems] == ["disk-full"]
    assert machine.in_force() == case.old


def test_the_same_kills_find_the_faults_of_a_naive_builder(case: Case) -> None:
    """The negative control: a harness that finds nothing here would find nothing at all."""
    shots = fire(case, 10, KILL, kind="naive")
    broken = [point for point, machine in shots if not case.is_whole(machine.in_force())]
    assert len(broken) >= 4


def test_a_killed_repair_leaves_what_was_there_or_all_of_it(case: Case) -> None:
    """Running kernels import what is left until the new build is whole; the next one heals."""
    wrong = {}
    left = case.fresh().damage()
    old_pins = runtime_driver.prepare(case.fresh().directory, "1.0")
    for point, machine in fire(case, KILLS, KILL, "repair", Machine.damage):
        is_sound = machine.in_force() in (left, case.old)
        problems = runtime_driver.install(machine.directory, old_pins)
        if not is_sound or problems or machine.unsettled(case.old):
            wrong[point] = (is_sound, problems, machine.unsettled(case.old))
    assert wrong == {}


def test_the_same_kills_find_the_faults_of_a_naive_repair(case: Case) -> None:
    """It deletes first: then there is nothing for a while."""
    left = case.fresh().damage()
    shots = fire(case, 10, KILL, "naive-repair", Machine.damage)
    broken = [point for point, machine in shots if machine.in_force() not in (left, case.old)]
    assert len(broken) >= 4


def test_a_killed_removal_leaves_all_or_what_the_next_one_removes(case: Case) -> None:
    """The note is never there before the runtime is out of force: it would cost kernels."""
    wrong = {}
    for point, machine in fire(case, 6, KILL, "remove"):
        tree, is_noted = machine.in_force(), machine.has(f"{KEY}.removed")
        is_sound = tree in (None, case.old) and not (tree and is_noted)
        problems = runtime_driver.remove(machine.directory, case.pins)
        if not is_sound or problems or machine.has(KEY) or not machine.has(f"{KEY}.removed"):
            wrong[point] = (is_sound, is_noted, problems)
    assert wrong == {}
