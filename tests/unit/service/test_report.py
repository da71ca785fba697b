"""What the service says about its passes."""

from __future__ import annotations

import logging

import pytest

from kernelsync.cli.session import Session
from kernelsync.model.outcome import Outcome, PassResult, tally_of
from kernelsync.model.plan import Create, Hold, Plan, Remove
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from kernelsync.service.report import Report, summary
from kernelsync.service.settings_file import SettingsFile
from kernelsync.service.state import Held, State, Watching
from support.values import HOME, by_hand, environment, settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kernelsync.model.plan import Action

_PROBLEM = Problem(code="root-unreadable", message="cannot look", path="/x", hint="look there")
_KERNEL = by_hand("thesis", "/bin/python")
_HOLD = Hold(installed=_KERNEL, reason="its root is missing", way_out="wait")


def _result(*actions: Action, problems: Sequence[Problem] = ()) -> PassResult:
    return PassResult(
        plan=Plan(actions=actions, unchanged=()),
        outcomes=tuple(Outcome(action=action) for action in actions),
        standings=(),
        tally=tally_of(()),
        roots=(),
        problems=tuple(problems),
    )


class _Told:
    """Reports passes, and returns the lines that each of them logs."""

    def __init__(self, home: str, log: pytest.LogCaptureFixture) -> None:
        world = surroundings(home=home, environ={})
        self._file = SettingsFile(lambda: Session(world, config=None, kernels_dir=None))
        self._report = Report(pid=1, started=2.0)
        self._log = log
        self.state: State | None = None

    def lines(self, result: PassResult, watching: Watching | None = None) -> list[str]:
        """Return what is logged for one pass."""
        self._log.clear()
        state = self._report.of_pass(result, self._file)
        self.state = self._report.complete(state, watching or Watching())
        return [f"{each.levelname} {each.getMessage()}" for each in self._log.records]


@pytest.fixture
def told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> _Told:
    """Return a service that has said nothing yet."""
    caplog.set_level(logging.DEBUG, "kernelsync")
    return _Told(str(tmp_path), caplog)


def test_a_pass_that_changes_nothing_says_nothing(told: _Told) -> None:
    """An idle day logs nothing."""
    assert told.lines(_result()) == []


def test_each_change_is_one_line(told: _Told) -> None:
    """With the reason."""
    lines = told.lines(_result(Remove(installed=_KERNEL, reason="it is gone")))
    assert lines == ["INFO removed kernel 'thesis': it is gone"]
    assert told.state is not None
    assert told.state.changed is not None


def test_what_could_not_be_written_is_no_kernel(told: _Told) -> None:
    """Of two that are to be there, one was made; or the directory cannot be written at all."""
    found = (environment(f"{HOME}/.virtualenvs/a"), environment(f"{HOME}/.virtualenvs/b"))
    desired = desire(found, settings(), surroundings(), ())
    done, failed = (Create(spec=spec, reason="new") for spec in desired.specs)
    result = replace(_result(done, failed), standings=desired.standings)
    for outcomes, count in (
        ((Outcome(action=done), Outcome(action=failed)), 2),
        ((Outcome(action=done), Outcome(action=failed, problem=_PROBLEM)), 1),
        ((), 0),
    ):
        told.lines(replace(result, outcomes=outcomes))
        assert told.state is not None
        assert (sum(told.state.kernels.values()), told.state.environments) == (count, 2)


def test_a_problem_is_told_when_it_comes_and_when_it_goes(told: _Told) -> None:
    """Not in each pass between."""
    passes = [_result(problems=[_PROBLEM])] * 3
    assert [told.lines(each) for each in passes] == [
        ["WARNING cannot look; look there"],
        [],
        [],
    ]
    assert told.lines(_result()) == ["WARNING no longer: cannot look; look there"]


def test_a_held_removal_is_told_likewise(told: _Told) -> None:
    """And it is in the state."""
    (line,) = told.lines(_result(_HOLD))
    assert line == "WARNING kernel 'thesis' stays: its root is missing; wait"
    assert told.lines(_result(_HOLD)) == []
    assert told.state is not None
    assert told.state.held == (Held(name="thesis", reason="its root is missing", way_out="wait"),)
    assert len(told.lines(_result())) == 1


def test_very_many_at_once_are_told_in_short(told: _Told) -> None:
    """A disk that is gone holds all kernels of it; other problems come first."""
    kernels = [by_hand(f"app-{number:03}", "/bin/python") for number in range(300)]
    holds = [replace(_HOLD, installed=kernel) for kernel in kernels]
    lines = told.lines(_result(*holds, problems=[_PROBLEM]))
    assert lines[0] == "WARNING cannot look; look there"
    assert lines[1] == "WARNING kernel 'app-000' stays: its root is missing; wait"
    assert lines[10:] == ["WARNING and 291 more; 'kernelsync status' shows how things are"]
    assert told.state is not None
    assert len(told.state.held) == 300
    assert told.lines(_result(*holds, problems=[_PROBLEM])) == []
    assert len(told.lines(_result())) == 11


def test_another_count_of_unwatched_directories_is_no_news(told: _Told) -> None:
    """Their number may change with each pass."""
    five = Problem(code="watch-limit", message="5 directories are polled")
    six = replace(five, message="6 directories are polled")
    assert len(told.lines(_result(), Watching(problems=(five,)))) == 1
    assert told.lines(_result(), Watching(problems=(six,))) == []


def test_the_summary_is_one_line_with_what_matters() -> None:
    """`systemctl status` shows it."""
    state = State(
        pid=1,
        started=2.0,
        release="0.1",
        settings=None,
        kernels_directory="/kernels",
        environments=4,
        kernels={"pyenv": 1, "venv": 2},
    )
    assert summary(state) == "3 kernels of 4 environments"
    troubled = replace(
        state,
        problems=(_PROBLEM,),
        held=(Held(name="a", reason="b", way_out="c"),),
        mistakes=(replace(_PROBLEM, message="config.yaml:3:1: no such key"),),
        watching=Watching(problems=(_PROBLEM,)),
        failure="LookupError: x",
    )
    for part in (
        "config.yaml:3:1: no such key",
        "passes fail (LookupError: x)",
        "problems: 1",
        "held removals: 1",
        "watching is degraded",
    ):
        assert part in summary(troubled)
