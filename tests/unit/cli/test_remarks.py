"""What somebody asked for and did not get is said."""

from __future__ import annotations

import pytest

from kernelsync.cli.commands.remarks import without_kernel
from kernelsync.model.outcome import Standing, State
from support.values import environment

PROJECT = "/home/ada/src/app"


def standing(state: State, prefix: str = f"{PROJECT}/.venv") -> Standing:
    """Return where an environment stands."""
    return Standing(environment=environment(prefix), state=state, reason="because")


@pytest.mark.parametrize("state", [State.KERNEL, State.FOREIGN])
def test_a_root_with_a_kernel_needs_no_remark(state: State) -> None:
    """Whoever wrote it."""
    assert list(without_kernel([PROJECT], [standing(state)])) == []


@pytest.mark.parametrize("state", [State.EXCLUDED, State.BROKEN, State.NOT_READY])
def test_a_root_without_a_kernel_says_why(state: State) -> None:
    """The environment is named, with the reason."""
    (problem,) = without_kernel([PROJECT], [standing(state)])
    assert problem.code == "root-without-kernel"
    assert problem.message == f"{PROJECT}/.venv did not become a kernel: because"


def test_a_root_without_any_environment_says_what_was_searched() -> None:
    """Environments elsewhere do not count."""
    elsewhere = standing(State.KERNEL, "/home/ada/src/application/.venv")
    (problem,) = without_kernel([PROJECT], [elsewhere])
    assert problem.code == "root-without-environment"
    assert PROJECT in problem.message


def test_one_kernel_is_enough() -> None:
    """A tree of projects may have some that are not ready."""
    found = [standing(State.NO_IPYKERNEL), standing(State.KERNEL, f"{PROJECT}/docs/.venv")]
    assert list(without_kernel([PROJECT], found)) == []
