"""The targets that are checked here, as ratios of what was measured side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from figures import Verdict, growth, ratio, summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contest import Contest
    from figures import Summary

MICROSECONDS = 1e6
MILLISECONDS = 1e3
NOTES = 5
"""So many lines are shown of what should not have happened."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The numbers of environments at which the targets hold.

    `promised` says that they are the real ones: at others a ratio is reported, not judged.
    """

    small: int = 10
    middle: int = 100
    large: int = 1000
    huge: int = 10_000
    promised: bool = True


def verdicts(contest: Contest, sizes: Sizes) -> list[Verdict]:
    """Return one verdict for each target about `once`, also for what could not be measured."""
    found = [
        _relative(1, contest, ("once", sizes.small), ("pass", 0), 3.0),
        _relative(2, contest, ("once", sizes.middle), ("jupyter", sizes.middle), 0.20),
        _relative(2, contest, ("once", sizes.large), ("jupyter", sizes.large), 0.35),
        _relative(3, contest, ("once", sizes.large), ("nbvenv", sizes.large), 0.07),
        _growth(contest, sizes),
        _growth_beside_python(contest, sizes),
        _programs(contest, sizes),
        *_first_run(contest, sizes),
        _nothing_written(contest, sizes),
    ]
    return found if sizes.promised else [replace(verdict, limit=None) for verdict in found]


def _cpu(contest: Contest, key: tuple[str, int]) -> list[float]:
    contestant = contest.contestants.get(key)
    return [] if contestant is None else [sample.cpu for sample in contestant.samples]


def _relative(
    target: int, contest: Contest, one: tuple[str, int], other: tuple[str, int], limit: float
) -> Verdict:
    names = {"pass": "python -c pass", "jupyter": "jupyter-kernelspec list --json"}
    names["nbvenv"] = "nb_venv_kernels scan"
    measured, compared = _cpu(contest, one), _cpu(contest, other)
    return Verdict(
        target=target,
        what=f"once, {one[1]:,} environments / {names[other[0]]}",
        limit=limit,
        unit="x",
        measured=ratio(measured, compared) if measured and compared else None,
    )


def _growth(contest: Contest, sizes: Sizes) -> Verdict:
    few, many = _cpu(contest, ("once", sizes.large)), _cpu(contest, ("once", sizes.huge))
    more = sizes.huge - sizes.large
    measured = growth(few, many, more) if few and many else None
    return Verdict(
        target=4,
        what=f"growth from {sizes.large:,} to {sizes.huge:,}, each environment",
        limit=80.0,
        unit="us",
        measured=None if measured is None else _scaled(measured, MICROSECONDS),
    )


def _growth_beside_python(contest: Contest, sizes: Sizes) -> Verdict:
    """Judge the growth on machines of any speed: 80 us are a hundredth of 8 ms.

    These 8 ms are what `python -c pass` took on the machine for which the target was set.
    """
    few, many = _cpu(contest, ("once", sizes.large)), _cpu(contest, ("once", sizes.huge))
    start = _cpu(contest, ("pass", 0))
    thousands = (sizes.huge - sizes.large) / 1000
    grown = [(more - less) / thousands for less, more in zip(few, many, strict=False)]
    return Verdict(
        target=4,
        what="growth for each 1,000 environments / python -c pass",
        limit=10.0,
        unit="x",
        measured=ratio(grown, start) if grown and start else None,
    )


def _programs(contest: Contest, sizes: Sizes) -> Verdict:
    seen = contest.conducts.get(sizes.large)
    programs = None if seen is None else seen.programs
    return Verdict(
        target=4,
        what=f"programs started by once, {sizes.large:,} environments",
        limit=0.0,
        unit="",
        measured=None if programs is None else summary([float(len(programs))]),
        text="\n".join((programs or [])[:NOTES]),
    )


def _first_run(contest: Contest, sizes: Sizes) -> list[Verdict]:
    first = contest.first.get(sizes.large)
    samples = [] if first is None else first.samples
    times = {
        "CPU": [sample.cpu for sample in samples],
        "elapsed": [sample.wall for sample in samples],
    }
    return [
        Verdict(
            target=5,
            what=f"first run, {sizes.large:,} environments, fsync included, {kind}",
            limit=None,
            unit="ms",
            measured=_scaled(summary(seconds), MILLISECONDS) if seconds else None,
        )
        for kind, seconds in times.items()
    ]


def _nothing_written(contest: Contest, sizes: Sizes) -> Verdict:
    seen = contest.conducts.get(sizes.large)
    changed = [] if seen is None else seen.changed
    writes = [] if seen is None or seen.writes is None else seen.writes
    return Verdict(
        target=5,
        what="files changed by a run with nothing to do",
        limit=0.0,
        unit="",
        measured=None if seen is None else summary([float(len(changed))]),
        text="\n".join([*changed[:NOTES], *(f"writing call: {line}" for line in writes[:NOTES])]),
    )


def _scaled(figure: Summary, factor: float) -> Summary:
    return replace(
        figure,
        median=figure.median * factor,
        lower=figure.lower * factor,
        upper=figure.upper * factor,
    )
