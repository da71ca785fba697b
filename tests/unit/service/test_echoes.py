"""What our own writing raises needs no pass; what anybody else does at the same time does."""

from __future__ import annotations

import os
import shutil

import pytest

from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Cause, Create, Hold, Remove
from kernelsync.model.problem import Problem
from kernelsync.service.echoes import Echoes
from kernelsync.watch.debounce import Due
from support.kernels import make_spec
from support.values import installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.plan import Action


@pytest.fixture
def kernels(tmp_path: Path) -> str:
    """Return a directory with the kernelspec `app`, which was just written."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "kernel.json").write_text("{}")
    return str(tmp_path)


def _after(kernels: str, *actions: Action, problem: Problem | None = None) -> Echoes:
    echoes = Echoes()
    echoes.expect(kernels, [Outcome(action=each, problem=problem) for each in actions])
    return echoes


def _creation() -> Create:
    return Create(spec=make_spec("app"), reason="new")


def _due(*directories: str) -> Due:
    return Due(directories=frozenset(directories))


def test_what_a_pass_wrote_needs_no_other_pass(kernels: str) -> None:
    """Without knowing what was written, the same hints are due."""
    due = _due(kernels, f"{kernels}/app")
    assert Echoes().without(due) == due
    assert _after(kernels, _creation()).without(due) is None


def test_what_a_pass_removed_needs_none_either(kernels: str) -> None:
    """That there is nothing is what was left behind."""
    kernel = installed(make_spec("gone"), directory=f"{kernels}/gone")
    removal = Remove(installed=kernel, reason="gone", cause=Cause.GONE)
    assert _after(kernels, removal).without(_due(kernels, f"{kernels}/gone")) is None


def test_other_hints_of_the_same_moment_stay(kernels: str) -> None:
    """The pass is about them alone."""
    assert _after(kernels, _creation()).without(_due(kernels, "/venvs/new")) == _due("/venvs/new")


def test_everything_stays_everything(kernels: str) -> None:
    """A rescan comes to look, whatever was written."""
    due = Due(everything=True)
    assert _after(kernels, _creation()).without(due) == due


def test_a_kernelspec_deleted_meanwhile_is_looked_at(kernels: str) -> None:
    """Somebody was faster than our own hints."""
    echoes = _after(kernels, _creation())
    os.rename(f"{kernels}/app", f"{kernels}/../app-{os.getpid()}")
    assert echoes.without(_due(kernels)) == _due(kernels)


def test_a_document_edited_meanwhile_is_looked_at(kernels: str) -> None:
    """Only the file differs, not the directory that it is in."""
    echoes = _after(kernels, _creation())
    with open(f"{kernels}/app/kernel.json", "a", encoding="utf-8") as file:
        file.write("\n")
    assert echoes.without(_due(kernels, f"{kernels}/app")) == _due(f"{kernels}/app")


def test_another_kernelspec_beside_it_is_looked_at(kernels: str) -> None:
    """The directory of them all is not as we left it."""
    echoes = _after(kernels, _creation())
    os.mkdir(f"{kernels}/other")
    assert echoes.without(_due(kernels)) == _due(kernels)


def test_an_echo_is_heard_once(kernels: str) -> None:
    """Whatever comes later is somebody else's."""
    echoes = _after(kernels, _creation())
    assert echoes.without(_due(kernels)) is None
    assert echoes.without(_due(kernels)) == _due(kernels)


def test_nothing_is_taken_for_an_echo_after_a_failure(kernels: str) -> None:
    """Nobody knows how far it came."""
    problem = Problem(code="full", message="no space left")
    echoes = _after(kernels, _creation(), problem=problem)
    assert echoes.without(_due(kernels)) == _due(kernels)


def test_a_pass_that_wrote_nothing_leaves_nothing(kernels: str) -> None:
    """Holding a kernelspec back is no writing."""
    hold = Hold(installed=installed(make_spec("app")), reason="unsure", way_out="look")
    assert _after(kernels, hold).without(_due(kernels)) == _due(kernels)


def test_a_kernelspec_that_somebody_took_away_at_once_is_no_echo(kernels: str) -> None:
    """What was just created is there, or somebody else was."""
    shutil.rmtree(f"{kernels}/app")
    due = _due(kernels, f"{kernels}/app")
    assert _after(kernels, _creation()).without(due) == due
