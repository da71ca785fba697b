"""Clocks that jump, or stand far from zero: a removal waits for the grace, no less and no more."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time

import pytest

from kernelsync.pass_options import Attendance, PassOptions
from kernelsync.service.removals import Removals
from kernelsync.watch.debounce import Debounce, Patience
from support import controls
from support.kernels import NOW
from support.programs import need
from support.service import Household
from support.trees import make_base, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.plan import Plan

_YEAR = 365 * 24 * 3600.0
_GRACE = 5.0
_SERVICE_GRACE = 1.0


class Patient(Attendance):
    """Lets removals wait as the service does, by a clock that counts seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 100.0
        debounce = Debounce(Patience(grace=_GRACE))
        self._removals = Removals(debounce, lambda each: [None] * len(each), clock=self._now)

    def _now(self) -> float:
        return self.seconds

    def review(self, plan: Plan) -> Plan:
        """Return the plan without what must wait."""
        return self._removals.review(plan)


@pytest.mark.parametrize("jump", [-_YEAR, -10.0, 10.0, _YEAR])
def test_a_jump_of_the_clock_on_the_wall_neither_hastens_nor_delays(
    tmp_path: Path, jump: float
) -> None:
    """Real passes over real environments, with both clocks passed in."""
    home, wall, patient = str(tmp_path / "home"), [NOW], Patient()
    base = make_base(tmp_path / "python")
    for name in ("one", "two", "three"):
        make_venv(f"{home}/.venvs/{name}", base=base)
    ready = controls.reconciler("ours", home, clock=lambda: wall[0])

    def removed(seconds: float) -> int:
        patient.seconds += seconds
        done = ready.run(PassOptions(attendance=patient), contextlib.nullcontext)
        assert not done.problems
        return 3 - len(list((tmp_path / "home/.local/share/jupyter/kernels").iterdir()))

    assert removed(1.0) == 0
    shutil.rmtree(f"{home}/.venvs/one")
    assert removed(1.0) == 0
    wall[0] += jump
    assert removed(_GRACE - 0.5) == 0
    wall[0] -= 2 * jump
    assert removed(0.25) == 0
    assert removed(0.25) == 1


@pytest.mark.parametrize("stands", ["near zero", "far from it"])
def test_the_service_keeps_its_grace_wherever_its_clock_stands(tmp_path: Path, stands: str) -> None:
    """In a time namespace, as on a machine that was just started, or ten years ago."""
    seconds = 10 * _YEAR if stands == "far from it" else 1.0 - time.monotonic()
    offset = str(int(seconds))
    elsewhen = (need("unshare"), "-T", "--fork", "--kill-child", "--monotonic", offset)
    if os.geteuid() != 0:
        elsewhen = (*elsewhen, "-U", "--map-current-user")
    household = Household(str(tmp_path / "home"))
    household.settings(f"service: {{grace: {_SERVICE_GRACE:g}s}}\n")
    household.environment("thesis")
    program = (*elsewhen, sys.executable, "-m", "kernelsync.cli.main")
    with household.service(program=program, NOTIFY_SOCKET="") as service:
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)
        shutil.rmtree(household.path(".venvs/thesis"))
        gone = time.monotonic()
        wait_until(lambda: "thesis" not in household.kernels(), what=service.told)
        assert time.monotonic() - gone >= _SERVICE_GRACE
