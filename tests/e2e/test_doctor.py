"""`kernelsync doctor` finds what keeps kernels from appearing, and changes nothing."""

from __future__ import annotations

import json
import os
import sys

import pytest

from kernelsync.service.unit import unit_text
from kernelsync.service.unit_file import UnitFile
from support.processes import run
from support.programs import need
from support.service import Household
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    Checks = dict[str, list[dict[str, Any]]]


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with an environment, excluding the one that can be no kernel."""
    made = Household(str(tmp_path / "home"))
    made.environment("thesis")
    made.settings("exclude: [neighbour, 'pyenv:*']\n")
    return made


def _checks(household: Household, code: int = 0, **variables: str) -> Checks:
    """Return what doctor has looked at, by code."""
    answer = household.kernelsync("doctor", "--json", **variables).expect(code).json
    found: Checks = {}
    for check in answer["data"]["checks"]:
        assert set(check) == {"code", "level", "message", "path", "hint"}
        found.setdefault(check["code"], []).append(check)
    levels = [each["level"] for checks in found.values() for each in checks]
    assert len(answer["problems"]) == levels.count("problem")
    return found


def test_a_healthy_machine_has_no_problem(household: Household) -> None:
    """Everything is said to be right, with exit code 0."""
    household.kernelsync("once").expect(0)
    with household.service():
        found = _checks(household)
        text = household.kernelsync("doctor").expect(0).stdout
    right = ("kernels-directory", "jupyter-path", "service", "confined", "inotify", "environments")
    for code in (*right, "service-variable"):
        assert [each["level"] for each in found[code]] == ["ok"], code
    assert text.endswith("nothing keeps kernels from appearing\n")


def test_it_writes_and_runs_nothing(household: Household) -> None:
    """Not even where kernels lie: strace sees no program but itself, and no file is another."""
    household.kernelsync("once").expect(0)
    before = identities(household.home)
    trace = f"{household.home}.trace"
    strace = (need("strace"), "-f", "-o", trace, "-e", "trace=execve")
    command = (*strace, sys.executable, "-m", "kernelsync.cli.main", "doctor")
    run(command, environ=household.environ, cwd=household.home).expect(0)
    assert identities(household.home) == before
    with open(trace, encoding="utf-8") as file:
        assert len([line for line in file if "execve(" in line]) == 1


def test_a_kernels_directory_that_jupyter_does_not_know_is_a_problem(household: Household) -> None:
    """With the variable that changes it."""
    household.settings("kernels: {directory: ~/elsewhere/kernels}\nexclude: [neighbour]\n")
    (check,) = _checks(household, 1)["jupyter-path"]
    assert check["level"] == "problem"
    assert f"JUPYTER_PATH contain {household.path('elsewhere')}" in check["hint"]
    found = _checks(household, JUPYTER_PATH=household.path("elsewhere"))
    assert found["jupyter-path"][0]["level"] == "ok"
    assert "JUPYTER_PATH" in found["jupyter-variable"][0]["message"]


def test_a_kernels_directory_that_cannot_be_made_is_a_problem(household: Household) -> None:
    """A file is in its place."""
    os.makedirs(household.path(".local/share"))
    with open(household.path(".local/share/jupyter"), "w", encoding="ascii"):
        pass
    checks = _checks(household, 1)["kernels-directory"]
    assert household.path(".local/share/jupyter") in {check["path"] for check in checks}
    assert all(check["level"] == "problem" for check in checks)


def test_kernelspecs_that_cannot_be_read_are_no_lack_of_environments(household: Household) -> None:
    """Nobody has looked for them."""
    os.makedirs(household.path(".local/share/jupyter"))
    os.symlink("kernels", household.path(".local/share/jupyter/kernels"))
    found = _checks(household, 1)
    assert "not looked for: the kernels directory" in found["environments"][0]["message"]


def test_a_kernel_that_another_hides_is_a_problem(household: Household) -> None:
    """Somebody's kernelspec of the same name, earlier on Jupyter's path."""
    household.kernelsync("once").expect(0)
    other = household.path("other/kernels/Thesis")
    os.makedirs(other)
    with open(f"{other}/kernel.json", "w", encoding="ascii") as file:
        json.dump({"argv": ["x"], "display_name": "X", "language": "R"}, file)
    (check,) = _checks(household, 1, JUPYTER_PATH=household.path("other"))["hidden"]
    assert check["path"] == other


def test_a_variable_that_the_service_does_not_have_is_a_problem(household: Household) -> None:
    """A shell finds environments that the service does not."""
    with household.service(WORKON_HOME=household.path("there")):
        (check,) = _checks(household, 1, WORKON_HOME=household.path("here"))["service-variable"]
    assert household.path("there") in check["message"]
    assert household.path("here") in check["message"]
    assert "service install" in check["hint"]


def test_the_variables_of_an_installed_unit_are_compared(household: Household) -> None:
    """Also those with characters that a unit quotes."""
    place = household.path('a "b" 100%')
    UnitFile(household.home).write(unit_text(("/bin/kernelsync", "run"), {"WORKON_HOME": place}))
    found = _checks(household, WORKON_HOME=place)["service-variable"]
    assert [each["level"] for each in found] == ["ok"]
    (check,) = _checks(household, 1)["service-variable"]
    assert "not set in this shell" in check["message"]


def test_an_older_service_is_a_problem(household: Household) -> None:
    """An upgrade does not restart it."""
    with household.service():
        states = household.path(".local/state/kernelsync")
        (name,) = [each for each in os.listdir(states) if each.startswith("service-")]
        with open(f"{states}/{name}", encoding="ascii") as file:
            state = json.load(file)
        with open(f"{states}/{name}", "w", encoding="ascii") as file:
            json.dump({**state, "release": "0.0.1"}, file)
        (check,) = _checks(household, 1)["service-version"]
    assert "0.0.1" in check["message"]


def test_mistakes_in_the_settings_are_problems(household: Household) -> None:
    """As `status` has them; the rest is still looked at."""
    household.settings("kernel: {}\n")
    found = _checks(household, 1)
    assert "service" in found
    (check,) = found["environments"]
    assert check["level"] == "note"
    assert "not looked for: the settings cannot be read" in check["message"]
    assert any("kernel" in each["message"] for checks in found.values() for each in checks)


def test_environments_without_ipykernel_come_with_the_command(household: Household) -> None:
    """The way out is a runtime, or the package."""
    household.settings("exclude: ['pyenv:*']\n")
    checks = _checks(household)["no-ipykernel"]
    assert all(each["level"] == "note" for each in checks)
    assert "kernelsync runtime install --missing" in checks[0]["hint"]
    text = household.kernelsync("doctor").expect(0).stdout
    assert text.endswith("no problems, but not every environment is a kernel yet\n")


def test_a_held_removal_is_a_problem_with_its_way_out(household: Household) -> None:
    """A root that is missing may be an unmounted disk."""
    household.kernelsync("once").expect(0)
    os.rename(household.path(".venvs"), household.path("away"))
    (check,) = _checks(household, 1)["removal-held"]
    assert "thesis" in check["message"]
    assert check["hint"]
