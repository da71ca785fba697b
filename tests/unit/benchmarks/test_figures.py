"""The statistics of the benchmarks."""

from __future__ import annotations

import pytest
from figures import Verdict, growth, ratio, summary


def test_the_summary_of_samples_is_their_median_and_quartiles() -> None:
    """One slow sample does not move the median."""
    found = summary([3.0, 1.0, 2.0, 100.0, 4.0])

    assert (found.median, found.lower, found.upper, found.count) == (3.0, 2.0, 4.0, 5)


def test_a_single_sample_is_its_own_summary() -> None:
    """A smoke run with one sample has no quartiles to compute."""
    assert summary([7.0]).median == 7.0
    assert summary([7.0]).upper == 7.0


def test_the_ratio_is_that_of_the_medians() -> None:
    """The targets are about medians, so a slow round does not decide."""
    found = ratio([1.0, 1.0, 9.0], [2.0, 2.0, 2.0])

    assert found.median == 0.5


def test_the_spread_of_a_ratio_is_taken_round_by_round() -> None:
    """A machine that is twice as slow in one round is so for both: no spread."""
    found = ratio([1.0, 2.0, 1.0], [2.0, 4.0, 2.0])

    assert (found.lower, found.upper) == (0.5, 0.5)


def test_samples_of_different_runs_are_not_compared() -> None:
    """Without a partner in its round, a sample says nothing."""
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0], [1.0, 2.0])


def test_growth_is_the_cost_of_each_further_item() -> None:
    """What both have in common (the start of Python) does not count."""
    found = growth([1.0, 1.0], [4.0, 4.0], more=300)

    assert found.median == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("measured", "limit", "word"),
    [
        (2.9, 3.0, "meets"),
        (3.0, 3.0, "meets"),
        (3.1, 3.0, "misses"),
        (3.1, None, "reported"),
        (None, 3.0, "not measured"),
    ],
)
def test_a_verdict_has_one_word(measured: float | None, limit: float | None, word: str) -> None:
    """The word compares the median with the limit, where there are both."""
    figure = None if measured is None else summary([measured])
    verdict = Verdict(target=1, what="something", limit=limit, unit="x", measured=figure)

    assert verdict.word == word
