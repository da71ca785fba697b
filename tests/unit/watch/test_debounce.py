"""When a pass is due: after a burst has settled, when waiting is over, and never too late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelsync.watch.debounce import Debounce, Due, Patience

_PATIENCE = Patience(
    settle=0.1,
    cap=1.0,
    idle_settle=0.5,
    idle_cap=3.0,
    rechecks=(0.1, 0.25, 1.0),
    longest=10.0,
    grace=5.0,
)


@pytest.fixture
def debounce() -> Debounce:
    """Return a debounce with nothing to do."""
    return Debounce(_PATIENCE)


def test_nothing_is_due_without_a_hint(debounce: Debounce) -> None:
    """No hint, no pass, no deadline: an idle service sleeps."""
    assert debounce.next_deadline() is None
    assert debounce.due(1e9) is None


def test_a_hint_is_due_when_it_has_settled(debounce: Debounce) -> None:
    """The pass comes `settle` after the hint, and knows the directory."""
    debounce.hint("/a", 10.0)
    assert debounce.settling
    assert debounce.next_deadline() == pytest.approx(10.1)
    assert debounce.due(10.05) is None
    assert debounce.due(10.11) == Due(directories=frozenset({"/a"}))
    assert not debounce.settling


def test_each_pass_is_due_once(debounce: Debounce) -> None:
    """What was told is not told again."""
    debounce.hint("/a", 10.0)
    assert debounce.due(11.0) is not None
    assert debounce.due(12.0) is None
    assert debounce.next_deadline() is None


def test_a_burst_is_one_pass(debounce: Debounce) -> None:
    """Every hint lets the others wait longer; all directories are in the one pass."""
    for step in range(5):
        debounce.hint(f"/{step}", 10.0 + step * 0.09)
        assert debounce.due(10.0 + step * 0.09) is None
    assert debounce.due(10.5) == Due(directories=frozenset({"/0", "/1", "/2", "/3", "/4"}))


def test_an_endless_burst_is_cut(debounce: Debounce) -> None:
    """A pass starts `cap` after the first hint, whatever else still happens."""
    times = [10.0 + step * 0.05 for step in range(40)]
    dues = []
    for time in times:
        debounce.hint("/a", time)
        if debounce.due(time):
            dues.append(time)
    assert dues == [pytest.approx(11.0)]


def test_what_may_wait_waits_until_it_is_quiet_for_longer(debounce: Debounce) -> None:
    """Package after package is one pass."""
    for step in range(4):
        debounce.hint("/env/site-packages", 10.0 + step * 0.4, idle=True)
        assert debounce.dozing
        assert not debounce.settling
        assert debounce.due(10.0 + step * 0.4) is None
    assert debounce.next_deadline() == pytest.approx(11.7)
    assert debounce.due(11.7) == Due(directories=frozenset({"/env/site-packages"}))
    assert not debounce.dozing


def test_what_may_wait_does_not_wait_for_ever(debounce: Debounce) -> None:
    """A long installation is looked at every `idle_cap`."""
    times = [10.0 + step * 0.25 for step in range(20)]
    dues = []
    for time in times:
        debounce.hint("/a", time, idle=True)
        if debounce.due(time):
            dues.append(time)
    assert dues == [pytest.approx(13.0)]


def test_what_presses_takes_along_what_may_wait(debounce: Debounce) -> None:
    """From then on all settles as ever: what comes next to ipykernel may belong to it."""
    debounce.hint("/a", 10.0, idle=True)
    debounce.hint("/b", 10.3)
    assert debounce.settling
    debounce.hint("/c", 10.35, idle=True)
    assert debounce.next_deadline() == pytest.approx(10.45)
    assert debounce.due(10.46) == Due(directories=frozenset({"/a", "/b", "/c"}))
    assert debounce.next_deadline() is None


def test_where_something_is_not_ready_nothing_waits(debounce: Debounce) -> None:
    """What an installer writes beside ipykernel may be the last that it needs."""
    debounce.unready(["/env"], 10.0)
    debounce.hint("/other", 10.0, idle=True)
    assert not debounce.settling
    assert not debounce.dozing
    debounce.hint("/env/site-packages", 10.05, idle=True)
    assert debounce.settling
    assert debounce.next_deadline() == pytest.approx(10.15)
    assert debounce.due(10.15) == Due(
        directories=frozenset({"/env", "/env/site-packages", "/other"})
    )


def test_where_more_is_awaited_nothing_waits(debounce: Debounce) -> None:
    """An environment has ipykernel but not what it needs: the next package may be that."""
    debounce.awaited(["/env"])
    assert debounce.next_deadline() is None
    debounce.hint("/environment", 10.0, idle=True)
    assert not debounce.settling
    assert not debounce.dozing
    debounce.hint("/env/site-packages", 10.05, idle=True)
    assert debounce.next_deadline() == pytest.approx(10.15)
    assert debounce.due(10.15) == Due(directories=frozenset({"/env/site-packages", "/environment"}))
    debounce.awaited([])
    debounce.hint("/env/site-packages", 20.0, idle=True)
    assert debounce.dozing


def test_a_hint_for_everything_makes_it_everything(debounce: Debounce) -> None:
    """One hint without a directory is enough."""
    debounce.hint("/a", 10.0)
    debounce.hint(None, 10.0)
    assert debounce.due(11.0) == Due(everything=True, directories=frozenset({"/a"}))


def test_too_many_directories_are_everything(debounce: Debounce) -> None:
    """Hints take a bounded amount of memory."""
    for number in range(5000):
        debounce.hint(f"/{number}", 10.0)
    due = debounce.due(11.0)
    assert due is not None
    assert due.everything
    assert len(due.directories) <= 2000


def _recheck_times(debounce: Debounce, start: float) -> list[float]:
    times: list[float] = []
    now = start
    debounce.unready(["/env"], now)
    while (deadline := debounce.next_deadline()) is not None:
        now = deadline
        assert debounce.due(now) == Due(directories=frozenset({"/env"}))
        times.append(round(now - start, 3))
        debounce.unready(["/env"], now)
    return times


def test_unready_environments_are_looked_at_again(debounce: Debounce) -> None:
    """After 100, 250 and 1000 ms, then ever later, until the rescan is soon enough."""
    assert _recheck_times(debounce, 100.0) == [0.1, 0.35, 1.35, 3.35, 7.35, 15.35]


def test_a_ready_environment_is_forgotten(debounce: Debounce) -> None:
    """What became ready needs no more looks."""
    debounce.unready(["/env"], 10.0)
    debounce.unready([], 10.05)
    assert debounce.next_deadline() is None


def test_a_pass_for_another_reason_does_not_put_off_a_look(debounce: Debounce) -> None:
    """The time of the next look stands, however many passes come before it."""
    debounce.unready(["/env"], 10.0)
    debounce.unready(["/env"], 10.05)
    assert debounce.next_deadline() == pytest.approx(10.1)


def test_a_hint_inside_starts_the_looks_anew(debounce: Debounce) -> None:
    """Something moves again in the environment, so it may be ready soon."""
    _recheck_times(debounce, 10.0)
    debounce.hint("/env/lib", 50.0)
    assert debounce.due(50.1) is not None
    debounce.unready(["/env"], 50.1)
    assert debounce.next_deadline() == pytest.approx(50.35)


def test_a_removal_is_due_after_grace(debounce: Debounce) -> None:
    """Gone is gone only when it is gone for so long; a pass comes then by itself."""
    assert debounce.absent(["/env"], 10.0) == frozenset()
    assert debounce.absent(["/env"], 12.0) == frozenset()
    assert debounce.next_deadline() == 15.0
    assert debounce.due(15.0) == Due(directories=frozenset({"/env"}))
    assert debounce.absent(["/env"], 15.0) == {"/env"}


def test_what_comes_back_is_not_removed(debounce: Debounce) -> None:
    """A tool that removes and makes again an environment starts a new grace each time."""
    debounce.absent(["/env"], 10.0)
    debounce.absent([], 14.0)
    assert debounce.absent(["/env"], 16.0) == frozenset()
    assert debounce.next_deadline() == 21.0


def test_a_held_removal_does_not_start_passes(debounce: Debounce) -> None:
    """An absence that lasts was told once; it stays due without another deadline."""
    debounce.absent(["/env"], 10.0)
    debounce.due(15.0)
    assert debounce.absent(["/env"], 15.0) == {"/env"}
    assert debounce.next_deadline() is None
    assert debounce.absent(["/env"], 75.0) == {"/env"}


_hints = st.lists(
    st.tuples(
        st.floats(min_value=0, max_value=2.5),
        st.one_of(st.none(), st.sampled_from(["/a", "/a/b", "/c", "/d/e"])),
        st.sampled_from(["hint", "idle", "unready", "absent"]),
    ),
    max_size=60,
)


@given(_hints)
def test_no_wake_is_ever_lost(steps: list[tuple[float, str | None, str]]) -> None:
    """Every hint is in a pass within its cap, whatever else is being waited for."""
    debounce = Debounce(_PATIENCE)
    waiting: list[tuple[float, str | None]] = []  # the latest time for each
    now = 0.0

    def run_until(end: float) -> None:
        while (deadline := debounce.next_deadline()) is not None and deadline <= end:
            due = debounce.due(deadline)
            assert due is not None
            for latest, path in tuple(waiting):
                if due.everything or path in due.directories:
                    assert deadline <= latest + 1e-9
                    waiting.remove((latest, path))
            debounce.unready(sorted(due.directories), deadline)

    for gap, path, kind in steps:
        run_until(now + gap)
        now += gap
        if kind in {"hint", "idle"}:
            debounce.hint(path, now, idle=kind == "idle")
            cap = _PATIENCE.idle_cap if kind == "idle" else _PATIENCE.cap
            waiting.append((now + cap, path))
        elif path is not None and kind == "unready":
            debounce.unready([path], now)
        elif path is not None:
            debounce.absent([path], now)
    run_until(now + _PATIENCE.idle_cap + 1e-9)
    assert waiting == []


@given(_hints)
def test_every_deadline_has_something_due(steps: list[tuple[float, str | None, str]]) -> None:
    """A loop that waits for the deadline never spins: each one is followed by a later one."""
    debounce = Debounce(_PATIENCE)
    now = 0.0
    for gap, path, kind in steps:
        now += gap
        debounce.hint(path, now, idle=kind == "idle")
        debounce.unready([path or "/x"], now)
        debounce.absent([path or "/y"], now)
    for _ in range(100):
        deadline = debounce.next_deadline()
        if deadline is None:
            break
        assert debounce.due(deadline) is not None
        following = debounce.next_deadline()
        assert following is None or following > deadline
