"""The service asks for what a pass lacked: once, and again after an hour."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import PassResult, Standing, State, tally_of
from kernelsync.model.plan import Plan
from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.layout import runtimes_directory
from kernelsync.runtimes.request import forget_request, read_request, request_path
from kernelsync.service.builder import Builder
from kernelsync.service.runtime_requests import RuntimeRequests
from support.service import SOURCE
from support.small_runtimes import build_of, put_runtime
from support.values import environment, surroundings
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.surroundings import Surroundings

_ENVIRON = {**os.environ, "PYTHONPATH": SOURCE}


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    """Return a user without runtimes."""
    uid = os.geteuid()
    return surroundings(home=str(tmp_path), environ={"PATH": "/usr/bin:/bin"}, uid=uid)


def lacking(*minors: str) -> PassResult:
    """Return a pass that found environments of these Pythons, without ipykernel."""
    standings = tuple(
        Standing(
            environment=environment(
                f"/e/{minor}", version=f"{minor}.1", condition=Condition.NO_IPYKERNEL
            ),
            state=State.NO_IPYKERNEL,
            reason="it has none",
            offer=minor,
        )
        for minor in minors
    )
    return _seen(standings)


def publishing(*, has_pip: bool) -> PassResult:
    """Return a pass that found one environment, with ipykernel, and perhaps without pip."""
    subject = environment("/e/own", has_pip=has_pip)
    return _seen((Standing(environment=subject, state=State.KERNEL, reason=""),))


def _seen(standings: tuple[Standing, ...]) -> PassResult:
    return PassResult(
        plan=Plan(actions=(), unchanged=()),
        outcomes=(),
        standings=standings,
        tally=tally_of(standings),
        roots=(),
        problems=(),
    )


def abis(here: Surroundings) -> list[str]:
    """Return the ABIs that are asked for."""
    return [key.partition("-")[0] for key in read_request(here)]


def test_what_a_pass_lacked_is_asked_for(here: Surroundings) -> None:
    """By the keys of the runtimes."""
    RuntimeRequests(lambda: 0.0).of_pass(lacking("3.12", "3.9"), here)
    assert abis(here) == ["cp312", "cp39"]


def test_nothing_is_asked_for_where_nothing_is_missing(here: Surroundings) -> None:
    """There is no file then."""
    RuntimeRequests(lambda: 0.0).of_pass(lacking(), here)
    assert abis(here) == []


def test_the_launcher_is_asked_for_where_kernels_need_it(here: Surroundings) -> None:
    """It is missing, or of an older version; the service may not write there."""
    directory = runtimes_directory(here)
    RuntimeRequests(lambda: 0.0).of_pass(publishing(has_pip=True), here)
    assert not os.path.exists(request_path(here))
    for spoil in (lambda: None, lambda: os.unlink(f"{directory}/launch.py")):
        spoil()
        RuntimeRequests(lambda: 0.0).of_pass(publishing(has_pip=False), here)
        assert (os.path.exists(request_path(here)), read_request(here)) == (True, [])
        forget_request(here)
        put_equipment(directory)
        RuntimeRequests(lambda: 0.0).of_pass(publishing(has_pip=False), here)
        assert not os.path.exists(request_path(here))


def test_the_same_is_asked_for_once_an_hour(here: Surroundings) -> None:
    """A request that failed would start the unit with every pass."""
    now = [0.0]
    requests = RuntimeRequests(lambda: now[0])
    for seconds, expected in ((0, ["cp312"]), (60, []), (3599, []), (3600, ["cp312"])):
        now[0] = seconds
        requests.of_pass(lacking("3.12"), here)
        assert abis(here) == expected
        forget_request(here)


def test_a_damaged_runtime_is_asked_for(here: Surroundings) -> None:
    """As if it were missing."""
    runtime = put_runtime(runtimes_directory(here), key_here())
    RuntimeRequests(lambda: 0.0).of_pass(lacking("3.12"), here)
    assert abis(here) == []
    shutil.rmtree(f"{build_of(runtime)}/site")
    RuntimeRequests(lambda: 0.0).of_pass(lacking("3.12"), here)
    assert abis(here) == ["cp312"]


def test_what_is_damaged_again_is_asked_for_again(here: Surroundings) -> None:
    """Within the hour: in between it was mended."""
    key = key_here()
    requests = RuntimeRequests(lambda: 0.0)
    for _ in range(2):
        requests.of_pass(lacking("3.12"), here)
        assert abis(here) == ["cp312"]
        forget_request(here)
        requests.of_pass(_seen(()), here)  # all as it was: it says nothing
        requests.of_pass(lacking("3.12"), here)
        assert abis(here) == []
        runtime = put_runtime(runtimes_directory(here), key)
        requests.of_pass(lacking("3.12"), here)
        shutil.rmtree(runtime)


def key_here() -> str:
    """Return the key of Python 3.12 on this machine."""
    return f"cp312-linux-{os.uname().machine}"


def test_something_more_is_asked_for_at_once(here: Surroundings) -> None:
    """Somebody has just made an environment."""
    requests = RuntimeRequests(lambda: 0.0)
    requests.of_pass(lacking("3.12"), here)
    forget_request(here)
    requests.of_pass(lacking("3.12", "3.8"), here)
    assert abis(here) == ["cp312", "cp38"]


def test_without_a_unit_a_process_of_its_own_builds(here: Surroundings, tmp_path: Path) -> None:
    """The service does not wait for it."""
    made = tmp_path / "made"
    program = f"open({str(made)!r}, 'w')"
    requests = RuntimeRequests(lambda: 0.0, Builder((sys.executable, "-c", program), _ENVIRON))
    requests.of_pass(lacking("3.12"), here)
    wait_until(made.exists)
    wait_until(lambda: not requests.is_building)
    requests.close()
    assert abis(here) == ["cp312"]
