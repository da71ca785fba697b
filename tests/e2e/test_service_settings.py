"""The service and its settings file: edits apply, and mistakes change nothing."""

from __future__ import annotations

import os

import pytest

from support.service import Household
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_EXCLUDED = 'exclude: ["other"]\nservice: {grace: 1s}\n'


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with two environments that are kernels."""
    home = tmp_path / "home"
    home.mkdir()
    made = Household(str(home))
    made.environment("thesis")
    made.environment("other")
    return made


def test_edited_settings_are_applied(household: Household) -> None:
    """Nobody needs to tell the service; also when there was no settings file before."""
    with household.service() as service:
        assert household.kernels() == {"thesis", "other"}
        household.settings(_EXCLUDED)
        wait_until(lambda: household.kernels() == {"thesis"}, what=service.told)


def test_a_mistake_keeps_the_old_settings_and_is_told_by_line(household: Household) -> None:
    """The mistake is in the log once, and in STATUS until it is mended."""
    household.settings(_EXCLUDED)
    with household.service() as service:
        assert household.kernels() == {"thesis"}
        path = household.settings("exclude: []\nkernel: {}\n")
        wait_until(lambda: f"{path}:2:1: " in service.status, what=service.told)
        household.environment("third")
        wait_until(lambda: "third" in household.kernels(), what=service.told)
        assert "other" not in household.kernels(), "the old settings do not hold"
        assert service.log.count(f"{path}:2:1: ") == 1, service.log
        household.settings("exclude: []\n")
        wait_until(lambda: "other" in household.kernels(), what=service.told)
        wait_until(lambda: path not in service.status, what=service.told)


def test_sighup_reloads_and_tells_the_manager(household: Household) -> None:
    """RELOADING with its time comes before the next READY."""
    with household.service() as service:
        service.reload()
        said = [each.partition("=")[0] for each in service.messages]
        reloading = said.index("RELOADING")
        assert said[reloading + 1] == "MONOTONIC_USEC"
        assert "READY" in said[reloading:]


def test_settings_behind_a_symlink_are_watched_too(household: Household) -> None:
    """Dotfiles are often links into a repository."""
    path = household.settings("exclude: []\n")
    os.makedirs(household.path("dotfiles"))
    os.rename(path, household.path("dotfiles/kernelsync.yaml"))
    os.symlink(household.path("dotfiles/kernelsync.yaml"), path)
    with household.service() as service:
        assert household.kernels() == {"thesis", "other"}
        with open(household.path("dotfiles/kernelsync.yaml"), "w", encoding="utf-8") as file:
            file.write(_EXCLUDED)
        wait_until(lambda: household.kernels() == {"thesis"}, what=service.told)


def test_wrong_settings_at_the_start_are_refused(household: Household) -> None:
    """There is nothing from before to go on with: exit code 2, and the line."""
    household.settings("exclude: []\nkernel: {}\n")
    refused = household.kernelsync("run").expect(2)
    assert "config.yaml:2:1" in refused.stderr
    assert household.kernels() == set()
