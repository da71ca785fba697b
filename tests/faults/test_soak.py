"""A minute of the soak: the service's kernels stay true, and it does not grow."""

from __future__ import annotations

import os

import pytest

from support.soak import Soak
from support.vitals import MOST_GROWTH, Vitals, growth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 40.0


def test_a_service_in_a_churning_home_stays_true_and_small(tmp_path: Path) -> None:
    """The seed is printed where it fails; `python -m support.soak` takes it."""
    seed = int.from_bytes(os.urandom(4))
    rounds: list[dict[str, float]] = []
    soak = Soak(str(_home(tmp_path)), seed)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it where the test fails
    complaints = soak.run(_SECONDS, rounds.append)
    assert not complaints, f"seed {seed}: {complaints}\n{rounds}"


def _home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def _vitals(**changes: int) -> Vitals:
    usual = {"memory": 16_000_000, "descriptors": 10, "threads": 2, "watches": 81}
    return Vitals(**{**usual, **changes})


@pytest.mark.parametrize("name", ["descriptors", "threads", "watches"])
def test_one_more_in_each_round_is_growth(name: str) -> None:
    """What is counted may not grow at all."""
    samples = [_vitals(**{name: 10 + number}) for number in range(9)]
    assert growth(samples) == [f"{name} grew from 12 to 16"]


def test_memory_may_grow_within_its_bound_alone() -> None:
    """Noise of an allocator is no leak; a leak passes every bound."""
    noisy = [_vitals(memory=16_000_000 + number % 3 * 400_000) for number in range(9)]
    assert growth(noisy) == []
    leaking = [_vitals(memory=16_000_000 + number * MOST_GROWTH // 2) for number in range(9)]
    assert len(growth(leaking)) == 1


def test_what_comes_and_goes_is_no_growth() -> None:
    """A thread that polls exists for some seconds after a directory has vanished."""
    samples = [_vitals(threads=2 + (number in {4, 7})) for number in range(9)]
    assert growth(samples) == []
