"""A runtime that is gone or damaged takes no kernel away, unless somebody wants that."""

from __future__ import annotations

import pytest

from kernelsync.model.outcome import State
from kernelsync.model.plan import Create, Remove
from kernelsync.model.runtime import Ailing, Risk, Runtime, Runtimes
from kernelsync.model.settings import MissingIpykernel
from kernelsync.model.value import replace
from kernelsync.planning.borrowing import needs_equipment
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff
from support.values import environment, installed, lacking, settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.planning.desired import Desired

PLACE = "/home/ada/.local/share/kernelsync/runtimes"
KEY = "cp312-linux-x86_64"
LENDER = Runtime(
    key=KEY,
    directory=f"{PLACE}/{KEY}",
    build=f"{PLACE}/{KEY}/builds/abc",
    ipykernel="6.29.5",
)
GONE = Runtimes(directory=PLACE, system="linux", machine="x86_64", offered=("3.12",))
LENT = replace(GONE, installed=(LENDER,))
DAMAGED = Ailing(key=KEY, directory=LENDER.directory, reason=f"{LENDER.build}/site/zmq is missing")
UNSAFE = replace(DAMAGED, reason="everybody can write to it", risk=Risk.UNSAFE, path=PLACE)
UNJUDGED = replace(UNSAFE, reason="its owner cannot be told", risk=Risk.UNJUDGED)


def seen(runtimes: Runtimes, *existing: InstalledKernel, **facts: object) -> Desired:
    """Return what is desired for one environment without ipykernel."""
    return desire((lacking(),), settings(**facts), surroundings(), existing, runtimes=runtimes)


def borrowed() -> InstalledKernel:
    """Return the kernel that was published while the runtime was there."""
    return installed(seen(LENT).specs[0])


@pytest.mark.parametrize(
    ("ailing", "code"),
    [((), "runtime-missing"), ((DAMAGED,), "runtime-damaged"), ((UNJUDGED,), "owner-hidden")],
)
def test_a_kernel_stays_while_its_runtime_is_away(ailing: tuple[Ailing, ...], code: str) -> None:
    """It is neither changed nor removed; the problem says what is wrong, and what to do."""
    kernel = borrowed()
    found = seen(replace(GONE, ailing=ailing), kernel)
    assert (found.specs, diff(found, settings(), ()).actions) == ((), ())
    assert diff(found, settings(), ()).unchanged == (kernel.name,)
    (standing,) = found.standings
    assert (standing.state, standing.kernel) == (State.NO_IPYKERNEL, "app")
    (problem,) = found.problems
    assert problem.code == code
    assert problem.hint
    assert needs_equipment(found.standings)


def test_the_problem_names_the_command_and_the_kernel() -> None:
    """One kernel by its name, several by their number."""
    (problem,) = seen(GONE, borrowed()).problems
    assert "the kernel 'app' cannot start" in problem.message
    assert problem.hint == "'kernelsync runtime install 3.12' builds it"
    two = (lacking(), lacking(environment("/home/ada/.virtualenvs/other")))
    both = desire(two, settings(), surroundings(), (), runtimes=LENT)
    found = desire(two, settings(), surroundings(), map_installed(both), runtimes=GONE)
    (problem,) = found.problems
    assert "2 kernels ('app' is one) cannot start" in problem.message


def map_installed(desired: Desired) -> tuple[InstalledKernel, ...]:
    """Return all that was desired, as the next pass reads it."""
    return tuple(installed(spec) for spec in desired.specs)


@pytest.mark.parametrize("ailing", [(), (DAMAGED,)])
def test_a_runtime_that_somebody_removed_takes_its_kernels_along(
    ailing: tuple[Ailing, ...],
) -> None:
    """Half removed or wholly; and that is no problem."""
    found = seen(replace(GONE, ailing=ailing, removed=(KEY,)), borrowed())
    (action,) = diff(found, settings(), ()).actions
    assert isinstance(action, Remove)
    assert found.problems == ()
    (standing,) = found.standings
    assert standing.offer is None, "the service and `once` would build it again"
    assert "was removed ('kernelsync runtime install 3.12' brings it back)" in standing.reason


def test_settings_without_runtimes_take_the_kernels_along() -> None:
    """With `missing_ipykernel: skip` nobody borrows, whatever became of the runtime."""
    kernel = borrowed()
    for ailing in ((), (DAMAGED,), (UNJUDGED,)):
        found = seen(replace(GONE, ailing=ailing), kernel, missing_ipykernel=MissingIpykernel.SKIP)
        (action,) = diff(found, settings(), ()).actions
        assert isinstance(action, Remove)
        assert found.problems == ()


def test_what_others_could_change_is_not_started() -> None:
    """As with an environment that is unsafe: no kernel, the reason, and nothing to build."""
    for runtimes in (
        replace(GONE, ailing=(UNSAFE,)),
        replace(GONE, distrust=replace(UNSAFE, key="")),
    ):
        found = seen(runtimes, borrowed())
        (action,) = diff(found, settings(), ()).actions
        assert isinstance(action, Remove)
        (problem,) = found.problems
        assert (problem.code, problem.path) == ("runtime-unsafe", PLACE)
        assert f"chmod go-w {PLACE}" in (problem.hint or "")
        (standing,) = found.standings
        assert (standing.state, standing.kernel, standing.offer) == (State.NO_IPYKERNEL, None, None)
        assert "everybody can write to it" in standing.reason


def test_a_kernel_that_never_borrowed_is_not_kept() -> None:
    """Its environment had an ipykernel of its own, and somebody removed that."""
    own = desire((environment(),), settings(), surroundings(), (), runtimes=GONE)
    found = seen(GONE, *map_installed(own))
    (action,) = diff(found, settings(), ()).actions
    assert isinstance(action, Remove)
    assert found.problems == ()


def test_a_runtime_that_was_never_there_is_no_problem() -> None:
    """Nobody has lost anything; the reason names the command."""
    found = seen(GONE)
    assert found.problems == ()
    assert found.standings[0].offer == "3.12"


def test_nobody_takes_the_name_of_a_kernel_that_stays() -> None:
    """A new environment of the same name gets another one."""
    twin = environment("/home/ada/work/app")
    found = desire((lacking(), twin), settings(), surroundings(), (borrowed(),), runtimes=GONE)
    plan = diff(found, settings(), ())
    assert [type(action) for action in plan.actions] == [Create]
    assert plan.unchanged == ("app",)


def test_an_excluded_environment_keeps_nothing() -> None:
    """The rules come first, as for all others."""
    rules = settings(exclude=())
    kernel = borrowed()
    found = desire((), rules, surroundings(), (kernel,), runtimes=GONE)
    (action,) = diff(found, rules, ()).actions
    assert isinstance(action, Remove)


def test_a_repaired_runtime_serves_the_same_kernel() -> None:
    """Nothing is written: the command names the runtime, not its build."""
    new = replace(LENDER, build=f"{PLACE}/{KEY}/builds/abcn2")
    found = seen(replace(GONE, installed=(new,)), borrowed())
    assert diff(found, settings(), ()).actions == ()
    assert found.problems == ()
