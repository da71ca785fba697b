"""Environments that come step by step become kernels at once, without waiting for a rescan."""

from __future__ import annotations

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


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with a Python, and no environment that could be a kernel."""
    home = tmp_path / "home"
    home.mkdir()
    return Household(str(home))


@pytest.fixture
def service(household: Household) -> Iterator[Service]:
    """Return a service that is ready, and looks at everything only once."""
    household.settings("service: {rescan: 30m}\n")
    with household.service() as running:
        yield running


def _spare(household: Household, service: Service) -> str:
    """Make an environment where nobody looks for any."""
    source = household.environment("source")
    wait_until(lambda: "source" in household.kernels(), what=service.told)
    return shutil.copytree(source, household.path("spare"), symlinks=True)


def test_a_directory_that_was_made_before_its_environment(
    household: Household, service: Service
) -> None:
    """`mkdir thesis`, and a while later `python -m venv thesis`."""
    spare, prefix = _spare(household, service), household.path(".venvs/thesis")
    os.mkdir(prefix)
    service.wait_still()
    for name in ("lib", "bin", "pyvenv.cfg"):
        os.rename(f"{spare}/{name}", f"{prefix}/{name}")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_an_environment_that_takes_shape_slowly(household: Household, service: Service) -> None:
    """The service comes to rest between any two steps."""
    spare, prefix = _spare(household, service), household.path(".venvs/thesis")
    os.mkdir(prefix)
    for name in ("bin", "lib", "pyvenv.cfg"):
        service.wait_still()
        os.rename(f"{spare}/{name}", f"{prefix}/{name}")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
