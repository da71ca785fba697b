"""Show what was measured: a table for people, and one object for programs."""

from __future__ import annotations

import os
import platform

from figures import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from figures import Summary, Verdict
    from sampling import Contestant

SCHEMA_VERSION = 1


def table(contestants: Mapping[tuple[str, int], Contestant]) -> Iterator[str]:
    """Yield the lines of the table of all contestants."""
    yield f"{'program':<28}{'N':>7}  {'CPU ms (quartiles)':<26}{'elapsed ms':>11}"
    for (_, count), contestant in contestants.items():
        cpu = summary([sample.cpu * 1e3 for sample in contestant.samples])
        wall = summary([sample.wall * 1e3 for sample in contestant.samples])
        spread = f"{cpu.median:9.1f} ({cpu.lower:.1f} - {cpu.upper:.1f})"
        yield (f"{contestant.name:<28}{count or '':>7}  {spread:<26}{wall.median:>11.1f}")


def targets(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield the lines of the targets, each with its verdict and what belongs to it."""
    for verdict in verdicts:
        limit = "" if verdict.limit is None else f"<= {verdict.limit:g} {verdict.unit}".rstrip()
        yield (
            f"{verdict.target}  {verdict.what:<68}{_shown(verdict.measured, verdict.unit):<26}"
            f"{limit:<12}{verdict.word}"
        )
        for line in verdict.text.splitlines():
            yield f"       {line}"


def _shown(figure: Summary | None, unit: str) -> str:
    if figure is None:
        return "-"
    spread = f" ({figure.lower:.3g} - {figure.upper:.3g})" if figure.count > 1 else ""
    return f"{figure.median:.3g} {unit}".rstrip() + spread


def document(
    contestants: Mapping[tuple[str, int], Contestant],
    verdicts: Iterable[Verdict],
    failures: list[str],
    versions: Mapping[str, str],
) -> dict[str, object]:
    """Return everything, each sample included, as JSON has it, in seconds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "machine": {"platform": platform.platform(), "cpus": os.cpu_count()},
        "versions": dict(versions),
        "contestants": [
            {
                "tool": tool,
                "environments": count,
                "argv": list(contestant.argv),
                "samples": [
                    {"cpu": sample.cpu, "elapsed": sample.wall} for sample in contestant.samples
                ],
            }
            for (tool, count), contestant in contestants.items()
        ],
        "targets": [
            {
                "target": verdict.target,
                "what": verdict.what,
                "limit": verdict.limit,
                "unit": verdict.unit,
                "median": None if verdict.measured is None else verdict.measured.median,
                "quartiles": None
                if verdict.measured is None
                else [verdict.measured.lower, verdict.measured.upper],
                "verdict": verdict.word,
            }
            for verdict in verdicts
        ],
        "failures": failures,
    }
