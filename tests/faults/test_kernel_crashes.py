"""Whatever call a pass dies at, or fails at, Jupyter sees old, new or none, and the next heals."""

from __future__ import annotations

import json
import shutil

import pytest

from support.kernel_faults import Case, missed_too_often, points, sample, scratch_directory, was_hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.kernel_faults import Done, Machine, Point

KILL = "signal=KILL"
KILLS = 40
ERRORS = 20
# What a file system answers that cannot exchange directories (FUSE, NFS).
NO_FLAGS = "renameat2:error=EINVAL"


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    """Return a directory with kernels of ours and of others, before a pass."""
    directory = scratch_directory()
    yield Case(directory)
    shutil.rmtree(directory)


class Shots:
    """Passes of one kind, each stopped or told an error at another call."""

    def __init__(self, case: Case, *faults: str, kind: str = "store") -> None:
        self._case = case
        self._faults = faults
        self._kind = kind
        self.missed: list[Point] = []
        # What a fault hits cannot refuse its flags as well.
        all_points = points(self._prepared(), *faults, kind=kind)
        self.points = [one for one in all_points if not faults or one[0] != "renameat2"]

    def fire(self, count: int, fault: str) -> Iterator[tuple[Point, Machine, Done]]:
        """Yield machines after a pass with the fault, at a sample of the calls."""
        chosen = sample(self.points, count)
        for name, number in chosen:
            machine = self._prepared()
            done = machine.run(*self._faults, f"{name}:{fault}:when={number}", kind=self._kind)
            if was_hit(machine, (name, number)):
                yield (name, number), machine, done
            else:
                self.missed.append((name, number))
        assert not missed_too_often(self.missed, chosen), self.missed

    def _prepared(self) -> Machine:
        machine = self._case.fresh()
        if self._kind == "undo":
            assert machine.run_without_faults() == []
        return machine


@pytest.mark.parametrize("faults", [(), (NO_FLAGS,)], ids=["exchange", "file by file"])
def test_a_pass_without_further_faults_does_it_all(case: Case, faults: tuple[str, ...]) -> None:
    """Else the tests below would prove nothing."""
    machine = case.fresh()
    done = machine.run(*faults)
    assert (json.loads(done.stdout), machine.unsettled()) == ([], [])


@pytest.mark.parametrize("faults", [(), (NO_FLAGS,)], ids=["exchange", "file by file"])
def test_a_killed_pass_breaks_nothing_and_the_next_heals(
    case: Case, faults: tuple[str, ...]
) -> None:
    """Killed at a sample of all calls that change something."""
    shots = Shots(case, *faults)
    assert len(shots.points) > KILLS
    wrong = {}
    for point, machine, done in shots.fire(KILLS, KILL):
        assert done.returncode != 0
        at_once = machine.violations()
        problems = machine.run_without_faults()
        if at_once or problems or machine.unsettled():
            wrong[point] = (at_once, problems, machine.unsettled())
    assert wrong == {}


def test_a_killed_undo_breaks_nothing_and_can_be_asked_for_again(case: Case) -> None:
    """Then everything that the pass took away is back."""
    wrong = {}
    for point, machine, _ in Shots(case, kind="undo").fire(KILLS // 2, KILL):
        at_once = machine.violations()
        problems = machine.undo_all()
        if at_once or problems or not machine.is_undone():
            wrong[point] = (at_once, problems, machine.shelf.contents())
    assert wrong == {}


def test_the_same_kills_find_the_faults_of_a_naive_writer(case: Case) -> None:
    """The negative control: a harness that finds nothing here would find nothing at all."""
    shots = Shots(case, kind="naive").fire(KILLS, KILL)
    broken = [point for point, machine, _ in shots if machine.violations()]
    assert len(broken) >= 5


@pytest.mark.parametrize("faults", [(), (NO_FLAGS,)], ids=["exchange", "file by file"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_an_error_breaks_nothing_is_told_and_the_next_pass_heals(
    case: Case, faults: tuple[str, ...], error: str
) -> None:
    """One call fails, at a sample of all that change something."""
    wrong: dict[Point, tuple[object, ...]] = {}
    for point, machine, done in Shots(case, *faults).fire(ERRORS, f"error={error}"):
        at_once = machine.violations()
        is_told = machine.is_as_wanted() or (done.returncode == 0 and json.loads(done.stdout) != [])
        problems = machine.run_without_faults()
        is_healed = machine.is_as_wanted() and not machine.violations()
        if done.returncode != 0 or at_once or not is_told or problems or not is_healed:
            wrong[point] = (done.stderr, at_once, is_told, problems, machine.unsettled())
    assert wrong == {}


def test_an_error_of_the_exchange_itself_breaks_nothing(case: Case) -> None:
    """It is an error like any other, and no reason to go another way."""
    for error in ("ENOSPC", "EIO", "EACCES"):
        machine = case.fresh()
        done = machine.run(f"renameat2:error={error}")
        problems = json.loads(done.stdout)
        assert {problem.split(":")[0] for problem in problems} == {"kernel-not-written"}
        assert machine.violations() == []
        assert machine.run_without_faults() == []
        assert machine.unsettled() == []


def test_kernels_on_a_mount_of_its_own_are_written_file_by_file(case: Case) -> None:
    """Nothing can be moved out of it or into it; even a removal copies to the trash."""
    machine = case.fresh()
    calls = "renameat,renameat2"
    done = machine.strace(
        ["-P", machine.shelf.kernels, "-e", f"trace={calls}", "-e", f"inject={calls}:error=EXDEV"]
    )
    assert json.loads(done.stdout) == []
    assert "INJECTED" in machine.trace()
    assert machine.unsettled() == []


def test_a_file_system_without_locks_is_a_clear_error(case: Case) -> None:
    """Nothing is written without the lock."""
    machine = case.fresh()
    before = machine.shelf.contents()
    done = machine.run("flock:error=ENOLCK")
    [problem] = json.loads(done.stdout)
    assert problem.startswith("kernels-directory: the lock ")
    assert machine.shelf.contents() == before
