"""The targets, judged by what was measured."""

from __future__ import annotations

from contest import Contest
from hotspots import call_counts, imports
from ours import Conduct
from sampling import Contestant, Sample
from targets import Sizes, verdicts


def _contestant(cpu: float) -> Contestant:
    samples = [Sample(cpu=cpu, wall=2 * cpu), Sample(cpu=cpu, wall=2 * cpu)]
    return Contestant(name="program", argv=["program"], environ={}, cwd="/", samples=samples)


def _contest() -> Contest:
    seconds = {
        ("pass", 0): 0.010,
        ("once", 10): 0.020,
        ("once", 100): 0.020,
        ("once", 1000): 0.060,
        ("once", 10_000): 0.510,
        ("jupyter", 100): 0.080,
        ("jupyter", 1000): 0.240,
        ("nbvenv", 1000): 1.500,
    }
    return Contest(
        contestants={key: _contestant(cpu) for key, cpu in seconds.items()},
        first={1000: _contestant(0.1)},
        conducts={1000: Conduct(changed=["/home/file"], writes=[], programs=[])},
    )


def test_each_target_is_judged_by_its_own_ratio() -> None:
    """Whatever was measured is compared with the limit of the design."""
    found = verdicts(_contest(), Sizes())
    figures = [round(verdict.measured.median, 3) for verdict in found if verdict.measured]

    assert [verdict.target for verdict in found] == [1, 2, 2, 3, 4, 4, 4, 5, 5, 5]
    assert figures == [2.0, 0.25, 0.25, 0.04, 50.0, 5.0, 0.0, 100.0, 200.0, 1.0]
    assert [verdict.word for verdict in found] == [
        "meets",
        "misses",
        "meets",
        "meets",
        "meets",
        "meets",
        "meets",
        "reported",
        "reported",
        "misses",
    ]


def test_what_was_not_measured_is_said() -> None:
    """A target without its contestants is neither met nor missed."""
    words = {verdict.word for verdict in verdicts(Contest(), Sizes())}

    assert words == {"not measured"}


def test_at_other_sizes_nothing_is_judged() -> None:
    """The limits hold for the sizes that they were set for."""
    words = {verdict.word for verdict in verdicts(_contest(), Sizes(promised=False))}

    assert words == {"reported"}


def test_import_times_are_read() -> None:
    """The heading and other output to stderr are passed over."""
    lines = [
        "import time: self [us] | cumulative | imported package",
        "import time:       120 |        340 |   kernelsync.errors",
        "a warning: of something else",
    ]
    found = imports(lines)

    assert [(one.name, one.own, one.whole) for one in found] == [("kernelsync.errors", 120, 340)]


def test_system_calls_are_counted_by_name() -> None:
    """Lines that tell of no call (a process that ended) are passed over."""
    lines = ['7 openat(AT_FDCWD, "/a", O_RDONLY) = 3', "7 close(3) = 0", "7 +++ exited with 0 +++"]

    assert call_counts(lines) == {"openat": 1, "close": 1}
