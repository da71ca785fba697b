"""`once`, `undo`, `clean` and `run` confine themselves before they write, and work like that."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from support.processes import run
from support.programs import need
from support.service import Household
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_CALLS = "landlock_restrict_self,openat,renameat2,mkdirat,mkdir,unlink,unlinkat,rename,execve"
_PROGRAM = (sys.executable, "-m", "kernelsync.cli.main")


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with one environment that can be a kernel."""
    made = Household(str(tmp_path / "home"))
    made.environment("thesis")
    return made


def _once(household: Household, inject: str | None = None) -> list[str]:
    """Run `once` under strace; return its calls."""
    return _traced(household, "once", inject)


def _traced(household: Household, name: str, inject: str | None = None) -> list[str]:
    """Run a command under strace; return its calls."""
    trace = household.path("trace")
    command = [need("strace"), "-f", "-o", trace, "-e", f"trace={_CALLS},landlock_create_ruleset"]
    if inject is not None:
        command += ["-e", f"inject=landlock_create_ruleset:error={inject}"]
    command += [*_PROGRAM, name]
    environ = {**household.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run(command, environ=environ, cwd=household.home).expect(0)
    with open(trace, encoding="utf-8", errors="replace") as file:
        return file.readlines()


def _is_write(call: str, household: Household) -> bool:
    """Whether a call changes something in the home, other than making the directories of ours."""
    is_deed = any(f" {name}(" in call for name in ("renameat2", "rename", "unlink", "unlinkat"))
    return is_deed or ("O_CREAT" in call and household.home in call and "/trace" not in call)


def test_once_confines_itself_before_it_writes(household: Household) -> None:
    """Nothing in the home is written before the kernel was told; then the kernel is there."""
    _assert_confined_before_writing(_once(household), household)
    assert "thesis" in household.kernels()


@pytest.mark.parametrize("name", ["undo", "clean"])
def test_undo_and_clean_confine_themselves_before_they_write(
    household: Household, name: str
) -> None:
    """As `once` does; and both do their work like that."""
    _with_something_to_undo(household)
    _assert_confined_before_writing(_traced(household, name), household)
    assert household.kernels() == ({"later", "thesis"} if name == "undo" else set())


@pytest.mark.parametrize("name", ["undo", "clean"])
def test_undo_and_clean_work_where_there_is_no_landlock(household: Household, name: str) -> None:
    """On an older kernel everything is as before."""
    _with_something_to_undo(household)
    calls = _traced(household, name, inject="ENOSYS")
    assert not [call for call in calls if "landlock_restrict_self(" in call]
    assert household.kernels() == ({"later", "thesis"} if name == "undo" else set())


@pytest.mark.parametrize("name", ["undo", "clean"])
def test_with_nothing_to_do_they_ask_the_kernel_for_nothing(
    household: Household, name: str
) -> None:
    """And they make no directory."""
    calls = _traced(household, name)
    assert not [call for call in calls if "landlock_create_ruleset(" in call]
    assert not os.path.exists(household.path(".local/share/jupyter"))


def _with_something_to_undo(household: Household) -> None:
    household.environment("later")
    household.kernelsync("once").expect(0)
    shutil.rmtree(household.path(".venvs/thesis"))
    household.kernelsync("once").expect(0)
    assert household.kernels() == {"later"}


def _assert_confined_before_writing(calls: list[str], household: Household) -> None:
    confined = [at for at, call in enumerate(calls) if "landlock_restrict_self(" in call]
    writes = [at for at, call in enumerate(calls) if _is_write(call, household)]
    assert len(confined) == 1
    assert calls[confined[0]].rstrip().endswith("= 0")
    assert writes
    assert min(writes) > confined[0]


def test_once_removes_and_undo_brings_back(household: Household) -> None:
    """Between the directories of kernelspecs and of the trash, both confined."""
    _once(household)
    shutil.rmtree(household.path(".venvs/thesis"))
    calls = _once(household)
    assert any("landlock_restrict_self(" in call for call in calls)
    assert "thesis" not in household.kernels()
    household.kernelsync("undo").expect(0)
    assert "thesis" in household.kernels()


def test_a_pass_without_changes_asks_the_kernel_for_nothing(household: Household) -> None:
    """It writes nothing that would have to be confined."""
    _once(household)
    assert not [call for call in _once(household) if "landlock_create_ruleset(" in call]


def test_once_works_where_there_is_no_landlock(household: Household) -> None:
    """On an older kernel everything is as before."""
    calls = _once(household, inject="ENOSYS")
    assert not [call for call in calls if "landlock_restrict_self(" in call]
    assert "thesis" in household.kernels()


def test_the_service_publishes_and_removes_under_it(household: Household) -> None:
    """And it says so: to its log, and to `status`."""
    household.settings("service: {grace: 1s}\n")
    with household.service() as service:
        assert "confined by the kernel (Landlock ABI" in service.log
        household.environment("later")
        wait_until(lambda: "later" in household.kernels(), what=service.told)
        shutil.rmtree(household.path(".venvs/later"))
        wait_until(lambda: "later" not in household.kernels(), what=service.told)
        answer = household.kernelsync("status", "--json").json["data"]["service"]
        assert answer["confined"] is True
        assert answer["landlock"] >= 2
        assert "confined   yes (Landlock ABI" in household.kernelsync("status").stdout
        with open(f"/proc/{service.process.pid}/status", encoding="ascii") as file:
            assert "NoNewPrivs:\t1" in file.read()


def test_all_threads_of_the_service_are_confined(household: Household) -> None:
    """They begin after it: strace sees the one call before the first thread."""
    trace = household.path("trace")
    tracer = (
        need("strace"),
        "-D",
        "-f",
        "-o",
        trace,
        "-e",
        "trace=landlock_restrict_self,clone,clone3",
    )
    with household.service(program=(*tracer, *_PROGRAM)) as service:
        with open(trace, encoding="utf-8") as file:
            calls = [line for line in file if "(" in line]
        assert "landlock_restrict_self(" in calls[0], service.told()
        assert any("CLONE_THREAD" in call for call in calls[1:])


def test_the_service_says_that_it_is_not_confined(household: Household) -> None:
    """With the reason, where the kernel cannot do it."""
    inject = "inject=landlock_create_ruleset:error=ENOSYS"
    tracer = (need("strace"), "-D", "-f", "-o", "/dev/null", "-e", inject)
    with household.service(program=(*tracer, *_PROGRAM)):
        shown = household.kernelsync("status").stdout
        assert "confined   no: this kernel has no Landlock" in shown


def test_the_kernels_directory_may_be_removed_while_the_service_runs(household: Household) -> None:
    """What is made anew in Jupyter's data directory can be written again."""
    with household.service() as service:
        shutil.rmtree(household.path(".local/share/jupyter/kernels"))
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_with_another_kernels_directory_it_ends_to_be_started_anew(household: Household) -> None:
    """A service manager does that; then the settings hold."""
    with household.service() as service:
        household.settings("kernels: {directory: ~/elsewhere/kernels}\n")
        wait_until(lambda: service.process.poll() is not None, what=service.told)
        assert service.process.returncode == 1
        assert "starting anew" in service.log
    with household.service():
        assert "thesis" in os.listdir(household.path("elsewhere/kernels"))


def test_without_a_service_manager_another_directory_is_a_problem(household: Household) -> None:
    """The service goes on, and says what to do."""
    with household.service(NOTIFY_SOCKET="") as service:
        household.settings("kernels: {directory: ~/elsewhere/kernels}\n")
        wait_until(lambda: "start it again" in service.log, what=service.told)
        assert service.process.poll() is None
        problems = household.kernelsync("status", "--json").json["problems"]
    assert "confined" in {problem["code"] for problem in problems}
