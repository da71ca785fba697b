"""What somebody does to kernelspecs by hand while the service runs: an event tells of it.

The regular look at everything comes once a minute only, far later than these tests wait.
"""

from __future__ import annotations

import json
import os
import shutil

import pytest

from support.service import Household
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.service import Service

_PATIENT = "600000000"
_SIGN = "WATCHDOG=1"


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with one environment that is a kernel."""
    home = tmp_path / "home"
    home.mkdir()
    made = Household(str(home))
    made.environment("thesis")
    return made


@pytest.fixture
def service(household: Household) -> Iterator[Service]:
    """Return a service that has come to rest; it gives a sign of life after each pass."""
    with household.service(WATCHDOG_USEC=_PATIENT) as running:
        running.wait_still()
        assert household.kernels() == {"thesis"}
        yield running


def _kernel(household: Household) -> str:
    return household.path(".local/share/jupyter/kernels/thesis")


def _edit(household: Household, **facts: object) -> str:
    """Do what an editor does; return the contents."""
    path = f"{_kernel(household)}/kernel.json"
    with open(path, encoding="utf-8") as file:
        text = json.dumps({**json.load(file), **facts})
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return text


def test_a_kernelspec_that_was_removed_comes_back(household: Household, service: Service) -> None:
    """Its environment is there: who does not want it excludes that."""
    shutil.rmtree(_kernel(household))
    wait_until(lambda: "thesis" in household.kernels(), timeout=5.0, what=service.told)


def test_a_kernelspec_that_was_moved_away_comes_back(
    household: Household, service: Service
) -> None:
    """In one step, so that the directory itself is never empty."""
    os.rename(_kernel(household), household.path("kept"))
    wait_until(lambda: "thesis" in household.kernels(), timeout=5.0, what=service.told)


def test_all_of_them_come_back(household: Household, service: Service) -> None:
    """Also when the directory that held them has gone with them."""
    shutil.rmtree(os.path.dirname(_kernel(household)))
    wait_until(lambda: "thesis" in household.kernels(), timeout=5.0, what=service.told)


def test_a_kernelspec_that_was_edited_is_left_and_reported(
    household: Household, service: Service
) -> None:
    """It is somebody's from now on; the service says so once."""
    text = _edit(household, display_name="My thesis")
    wait_until(lambda: "somebody edited it" in service.log, timeout=5.0, what=service.told)
    service.wait_still()
    assert service.log.count("somebody edited it") == 1
    # It is as somebody wanted it: told, and no problem.
    told = household.kernelsync("status").expect(0).stdout
    assert "left alone the kernel 'thesis' stays as it is: somebody edited it" in told
    with open(f"{_kernel(household)}/kernel.json", encoding="utf-8") as file:
        assert file.read() == text


def test_an_edit_that_was_taken_back_is_reported(household: Household, service: Service) -> None:
    """Then the kernelspec is ours again."""
    path = f"{_kernel(household)}/kernel.json"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    _edit(household, display_name="My thesis")
    wait_until(lambda: "somebody edited it" in service.log, timeout=5.0, what=service.told)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    wait_until(lambda: "no longer: kernel 'thesis'" in service.log, timeout=5.0, what=service.told)


def test_own_changes_wake_one_silent_pass(household: Household, service: Service) -> None:
    """One pass writes, the next finds nothing to do, and there is no third."""
    before = service.count(_SIGN)
    os.rename(_kernel(household), household.path("kept"))
    wait_until(lambda: service.log.count("created kernel") == 2, timeout=5.0, what=service.told)
    service.wait_still()
    assert service.count(_SIGN) == before + 2


def test_somebody_elses_kernelspec_changes_nothing(household: Household, service: Service) -> None:
    """It is looked at, and left alone."""
    before = service.count(_SIGN)
    os.mkdir(household.path(".local/share/jupyter/kernels/mine"))
    wait_until(lambda: service.count(_SIGN) == before + 1, timeout=5.0, what=service.told)
    service.wait_still()
    assert household.kernels() == {"mine", "thesis"}
    assert service.count(_SIGN) == before + 1
