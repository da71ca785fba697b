"""Environments without ipykernel: who lends it to them, and what their kernels look like."""

from __future__ import annotations

from kernelsync.model.outcome import State
from kernelsync.model.plan import Update
from kernelsync.model.runtime import Runtime, Runtimes
from kernelsync.model.settings import MissingIpykernel
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff
from support.values import (
    bare,
    by_hand,
    environment,
    installed,
    lacking,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import Standing
    from kernelsync.planning.desired import Desired

PLACE = "/home/user/.local/share/kernelsync/runtimes"
KEY = "cp312-linux-x86_64"
LENDER = Runtime(
    key=KEY,
    directory=f"{PLACE}/{KEY}",
    build=f"{PLACE}/{KEY}/builds/abc",
    ipykernel="6.29.5",
    debugger=True,
)
OFFERED = Runtimes(directory=PLACE, system="linux", machine="x86_64", offered=("2.7", "3.12"))
LENT = replace(OFFERED, installed=(LENDER,))


def desired(
    subject: Environment,
    runtimes: Runtimes | None,
    *existing: InstalledKernel,
    **facts: object,
) -> Desired:
    """Return the desired state of one environment; `facts` are settings of kernels."""
    return desire((subject,), settings(**facts), surroundings(), existing, runtimes=runtimes)


def standing(subject: Environment, runtimes: Runtimes | None, **facts: object) -> Standing:
    """Return where one environment stands."""
    (found,) = desired(subject, runtimes, **facts).standings
    return found


def document(subject: Environment, runtimes: Runtimes, **facts: object) -> dict[str, object]:
    """Return kernel.json of its kernel."""
    (spec,) = desired(subject, runtimes, **facts).specs
    return dict(spec.document)


def test_an_environment_borrows_from_the_runtime_of_its_python() -> None:
    """It is a kernel, and the standing tells the runtime."""
    found = standing(lacking(), LENT)
    assert (found.state, found.kernel, found.runtime) == (State.KERNEL, "app", LENDER)


def test_one_with_its_own_ipykernel_borrows_nothing() -> None:
    """Its kernel is the plain one, whatever could be had."""
    found = standing(environment(), LENT)
    assert found.runtime is None
    assert "-m" in document(environment(), LENT)["argv"]  # type: ignore[operator] # a list


def test_its_own_interpreter_starts_the_launcher() -> None:
    """The command names the environment's interpreter, and the runtime, not its build."""
    prefix = lacking().candidate.prefix
    assert document(lacking(), LENT)["argv"] == [
        f"{prefix}/bin/python",
        "-Xfrozen_modules=off",
        f"{PLACE}/launch.py",
        f"{PLACE}/{KEY}",
        "-f",
        "{connection_file}",
    ]


def test_where_kernels_do_not_activate_the_launcher_does_not_either() -> None:
    """The setting holds for kernels that borrow as for all others."""
    assert "--no-activate" in document(lacking(), LENT, activate=False)["argv"]  # type: ignore[operator] # a list


def test_nothing_is_promised_that_a_lent_ipykernel_may_not_keep() -> None:
    """No protocol version and no encryption; a debugger where the runtime has one."""
    written = document(lacking(), LENT)
    assert "kernel_protocol_version" not in written
    assert written["metadata"]["debugger"] is True  # type: ignore[index] # a dictionary
    poor = replace(LENT, installed=(replace(LENDER, debugger=False),))
    assert "debugger" not in document(lacking(), poor)["metadata"]  # type: ignore[operator] # as above


def test_without_a_runtime_the_reason_names_the_command_that_makes_one() -> None:
    """It is no kernel, and somebody who asks learns what to do."""
    found = standing(lacking(), OFFERED)
    assert (found.state, found.kernel) == (State.NO_IPYKERNEL, None)
    assert "'kernelsync runtime install 3.12'" in found.reason
    assert found.offer == "3.12"


def test_no_command_is_named_for_a_python_that_has_no_runtime() -> None:
    """What cannot be built is not offered."""
    found = standing(lacking(environment(version="3.5.10")), OFFERED)
    assert found.state is State.NO_IPYKERNEL
    assert "install 3.5" not in found.reason
    assert "no runtime for CPython 3.5" in found.reason
    assert found.offer is None


def test_another_abi_does_not_fit() -> None:
    """A free-threaded Python of the same version cannot load the same modules."""
    subject = lacking()
    assert subject.interpreter is not None
    threaded = replace(subject.interpreter, abi="cp312t")
    assert standing(replace(subject, interpreter=threaded), LENT).state is State.NO_IPYKERNEL


def test_the_settings_can_forbid_it() -> None:
    """With `missing_ipykernel: skip` nothing is borrowed, and nothing is offered."""
    found = standing(lacking(), LENT, missing_ipykernel=MissingIpykernel.SKIP)
    assert (found.state, found.reason) == (State.NO_IPYKERNEL, "it has no ipykernel")


def test_a_kernel_keeps_its_name_when_ipykernel_comes_and_goes() -> None:
    """It changes between the two forms in place."""
    for before, after in ((lacking(), environment()), (environment(), lacking())):
        existing = installed(desired(before, LENT).specs[0])
        changed = desired(after, LENT, existing)
        (action,) = diff(changed, settings(), ()).actions
        assert isinstance(action, Update)
        assert action.spec.name == "app"
        assert action.reason.startswith("it differs in argv")


def test_a_second_pass_changes_nothing() -> None:
    """What is wanted is what was written."""
    existing = installed(desired(lacking(), LENT).specs[0])
    assert diff(desired(lacking(), LENT, existing), settings(), ()).actions == ()


def test_a_kernel_by_hand_that_borrows_stands() -> None:
    """A copy of such a kernel, under a name that somebody chose, is not doubled."""
    interpreter = lacking().candidate.prefix + "/bin/python"
    copy = by_hand("mine", interpreter)
    argv = [interpreter, f"{PLACE}/launch.py", f"{PLACE}/{KEY}", "-f", "{connection_file}"]
    copy = replace(copy, document={**copy.document, "argv": argv})
    (found,) = desired(lacking(), LENT, copy).standings
    assert (found.state, found.kernel) == (State.FOREIGN, "mine")


def test_a_bare_interpreter_borrows_as_well() -> None:
    """It gets no VIRTUAL_ENV, as with its own ipykernel."""
    written = document(lacking(bare()), LENT)
    assert written["env"]["VIRTUAL_ENV"] == ""  # type: ignore[index] # a dictionary


def test_what_stands_in_for_pip_follows_the_environments_own_programs() -> None:
    """Without it `!pip` would install into the next Python on PATH."""
    subject = environment(has_pip=False)
    with_programs = replace(LENT, programs=f"{PLACE}/bin")
    assert document(subject, LENT)["env"]["PATH"] == f"{subject.candidate.prefix}/bin:${{PATH}}"  # type: ignore[index] # a dictionary
    path = document(subject, with_programs)["env"]["PATH"]  # type: ignore[index] # as above
    assert path == f"{subject.candidate.prefix}/bin:{PLACE}/bin:${{PATH}}"
    path = document(environment(), with_programs)["env"]["PATH"]  # type: ignore[index] # as above
    assert path == f"{subject.candidate.prefix}/bin:${{PATH}}"
