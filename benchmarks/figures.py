"""From samples to figures: medians, their spread, ratios and growth."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_FOR_QUARTILES = 2


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A median with its quartiles, in the unit of the samples."""

    median: float
    lower: float
    upper: float
    count: int


def summary(samples: Sequence[float]) -> Summary:
    """Summarise samples, at least one."""
    if len(samples) < FEWEST_FOR_QUARTILES:
        only = samples[0]
        return Summary(median=only, lower=only, upper=only, count=1)
    lower, _, upper = quantiles(samples, n=4, method="inclusive")
    return Summary(median=median(samples), lower=lower, upper=upper, count=len(samples))


def ratio(samples: Sequence[float], others: Sequence[float]) -> Summary:
    """Compare two contestants of one interleaved run.

    The median is the ratio of their medians. The quartiles are those of the ratios within
    each round: what the machine did in that round, it did to both.
    """
    rounds = [one / other for one, other in zip(samples, others, strict=True)]
    spread = summary(rounds)
    return Summary(
        median=median(samples) / median(others),
        lower=spread.lower,
        upper=spread.upper,
        count=len(rounds),
    )


def growth(few: Sequence[float], many: Sequence[float], more: int) -> Summary:
    """Return the cost of each of the `more` items that the second contestant has."""
    rounds = summary([(second - first) / more for first, second in zip(few, many, strict=True)])
    return Summary(
        median=(median(many) - median(few)) / more,
        lower=rounds.lower,
        upper=rounds.upper,
        count=rounds.count,
    )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One target of the design beside what was measured; `text` when there is no number."""

    target: int
    what: str
    limit: float | None
    unit: str
    measured: Summary | None
    text: str = ""

    @property
    def word(self) -> str:
        """Say "meets" or "misses"; "reported" without a limit, "not measured" without a figure."""
        if self.measured is None:
            return "not measured"
        if self.limit is None:
            return "reported"
        return "meets" if self.measured.median <= self.limit else "misses"
