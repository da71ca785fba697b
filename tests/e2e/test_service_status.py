"""`kernelsync status`, with and without a service."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess

import pytest

from support.service import Household
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with one environment that can be a kernel."""
    home = tmp_path / "home"
    home.mkdir()
    made = Household(str(home))
    made.environment("thesis")
    return made


def _data(household: Household, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = household.kernelsync("status", "--json").expect(code).json["data"]
    return answer


def test_without_a_service_it_still_says_what_there_is(household: Household) -> None:
    """A service that does not run is no problem, and is said."""
    household.kernelsync("once").expect(0)
    data = _data(household)
    assert data["service"]["running"] is False
    assert data["watching"] is None
    assert (data["environments"], data["kernels"]) == (3, {"venv": 1})
    assert "not running" in household.kernelsync("status").expect(0).stdout


def test_what_is_not_published_yet_is_no_kernel(household: Household) -> None:
    """It is to be one; nobody has made it, or it could not be written."""
    data = _data(household)
    assert (data["environments"], data["kernels"]) == (3, {})
    text = household.kernelsync("status").expect(0).stdout
    assert "kernels    0 of 3 environments\n" in text
    assert "1 is not published yet ('kernelsync list --all')" in text


def test_it_describes_the_running_service(household: Household) -> None:
    """Process, memory, watches and the last pass; afterwards it does not run any more."""
    with household.service() as service:
        data = _data(household)
        assert data["service"]["running"] is True
        assert data["service"]["pid"] == service.process.pid
        assert data["service"]["memory"] > 1_000_000
        assert data["service"]["since"] <= data["service"]["last_pass"]
        assert 0 < data["watching"]["watches"] < data["watching"]["limit"]
        text = household.kernelsync("status").expect(0).stdout
        assert f"running (pid {service.process.pid})" in text
    assert _data(household)["service"]["running"] is False


@pytest.mark.parametrize("options", [(), ("--build-runtimes",)], ids=["plain", "builds"])
def test_it_tells_whether_the_service_builds_runtimes(
    household: Household, options: tuple[str, ...]
) -> None:
    """Where nobody does, both ways to have it done are named."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": household.path("none")}
    with household.service(*options, **offline):
        runtimes = _data(household)["runtimes"]
        text = household.kernelsync("status").expect(0).stdout
    assert runtimes["missing"] == {"3.12": 2}
    assert runtimes["built_by"] == ("service" if options else None)
    assert ("the service has asked for them" in text) is bool(options)
    assert ("'kernelsync run --build-runtimes'" in text) is not bool(options)


def test_it_tells_a_mistake_in_the_settings_that_the_service_does_not_follow(
    household: Household,
) -> None:
    """With its line, and that the old settings hold; a status is still given."""
    with household.service() as service:
        path = household.settings("kernel: {}\n")
        wait_until(lambda: path in service.status, what=service.told)
        answer = household.kernelsync("status", "--json").expect(1).json
        text = household.kernelsync("status").expect(1).stdout
    assert f"kernels    1 of {answer['data']['environments']} environments (venv 1)" in text
    assert answer["data"]["kernels"] == {"venv": 1}
    (problem,) = answer["problems"]
    assert f"{path}:1:1" in problem["message"]
    assert "settings from before" in problem["message"]
    assert answer["data"]["service"]["running"] is True


def test_kernels_that_cannot_be_written_are_none(household: Household) -> None:
    """A file is where they would be prepared."""
    os.makedirs(household.path(".local/share/jupyter"))
    with open(household.path(".local/share/jupyter/.kernelsync"), "w", encoding="ascii"):
        pass
    with household.service() as service:
        assert service.status.startswith("0 kernels of 3 environments; problems: 1")
        data = _data(household, 1)
        assert (data["environments"], data["kernels"]) == (3, {})


def test_it_tells_what_the_service_holds(household: Household) -> None:
    """A removal that waits for a process is known to the service alone."""
    household.settings("service: {grace: 1s}\n")
    prefix = household.path(".venvs/thesis")
    with household.service() as service:
        command = (f"{prefix}/bin/python", "60")
        with subprocess.Popen(command, executable="/bin/sleep") as process:
            shutil.rmtree(prefix)
            wait_until(lambda: "held removals: 1" in service.status, what=service.told)
            (held,) = _data(household, 1)["held"]
            process.kill()
    assert held["name"] == "thesis"
    assert str(process.pid) in held["reason"]


def test_what_another_pass_has_removed_is_not_held(household: Household) -> None:
    """Neither while the service knows nothing of that pass, nor soon after: it notices."""
    household.environment("other")
    with household.service() as service:
        os.rename(household.path(".venvs"), household.path("unmounted"))
        wait_until(lambda: "held removals: 2" in service.status, what=service.told)
        assert {each["name"] for each in _data(household, 1)["held"]} == {"thesis", "other"}
        service.wait_still()
        service.process.send_signal(signal.SIGSTOP)
        household.kernelsync("once", "--confirm-removals").expect(0)
        data = _data(household)
        service.process.send_signal(signal.SIGCONT)
        assert data["service"]["running"] is True
        assert data["held"] == []
        wait_until(lambda: "held" not in service.status, what=service.told)


def test_it_lists_running_kernels_by_environment(household: Household) -> None:
    """A kernel is a process with a connection file; its kernelspec's name stands in there."""
    connection = household.path("kernel-1.json")
    with open(connection, "w", encoding="utf-8") as file:
        json.dump({"kernel_name": "thesis"}, file)
    python = household.path(".venvs/thesis/bin/python")
    command = (python, "-f", connection)
    with subprocess.Popen(command, executable="/usr/bin/tail") as process:
        try:
            (running,) = _data(household)["running"]
        finally:
            process.kill()
    assert running["kernel"] == "thesis"
    assert running["environment"] == household.path(".venvs/thesis")
    assert running["pid"] == process.pid
    assert running["memory"] > 0
