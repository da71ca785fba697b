"""The service without a service manager's help: kernels follow environments."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time

import pytest

from support.service import Household
from support.snapshots import identities
from support.trees import make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.service import Service

_SHORT_GRACE = "service: {grace: 1s}\n"


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with a Python, and no environment that could be a kernel."""
    home = tmp_path / "home"
    home.mkdir()
    return Household(str(home))


@pytest.fixture
def service(household: Household) -> Iterator[Service]:
    """Return a service that is ready; removals wait for one second."""
    household.settings(_SHORT_GRACE)
    with household.service() as running:
        yield running


def test_it_is_ready_after_the_first_pass(household: Household) -> None:
    """READY comes when the kernels are there, not before."""
    household.environment("thesis")
    with household.service() as running:
        assert household.kernels() == {"thesis"}
        assert running.messages[0].startswith("STATUS=")


def test_a_new_environment_becomes_a_kernel(household: Household, service: Service) -> None:
    """It is published when its creation has settled."""
    household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    wait_until(lambda: "created kernel 'thesis'" in service.log, what=service.told)
    wait_until(lambda: service.status == "1 kernel of 3 environments", what=service.told)


def test_ipykernel_installed_later_makes_the_kernel(household: Household, service: Service) -> None:
    """An environment that was left out is looked at again when ipykernel comes."""
    shutil.copytree(household.environment("source"), household.path("spare"), symlinks=True)
    prefix = household.environment("thesis", ipykernel=None)
    wait_until(lambda: "4 environments" in service.status, what=service.told)
    packages = "lib/python3.12/site-packages"
    for name in sorted(os.listdir(household.path("spare", packages))):
        os.rename(household.path("spare", packages, name), f"{prefix}/{packages}/{name}")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_the_kernel_of_a_deleted_environment_goes_after_the_grace(
    household: Household, service: Service
) -> None:
    """Not at once."""
    prefix = household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    shutil.rmtree(prefix)
    begin = time.monotonic()
    wait_until(lambda: "thesis" not in household.kernels(), what=service.told)
    assert time.monotonic() - begin > 0.9


def test_an_environment_that_is_created_again_keeps_its_kernel(
    household: Household, service: Service
) -> None:
    """`uv venv --clear` and the like do not take a kernel away for an instant."""
    prefix = household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    shutil.rmtree(prefix)
    wait_until(lambda: "2 environments" in service.status, what=service.told)
    household.environment("thesis")
    wait_until(lambda: "3 environments" in service.status, what=service.told)
    other = household.environment("other")
    wait_until(lambda: "other" in household.kernels(), what=service.told)
    shutil.rmtree(other)
    wait_until(lambda: "other" not in household.kernels(), what=service.told)
    assert "removed kernel 'thesis'" not in service.log
    assert "thesis" in household.kernels()


def test_a_kernel_in_use_stays_until_its_process_has_ended(
    household: Household, service: Service
) -> None:
    """Removing the kernelspec of a running kernel would leave its notebook without one."""
    prefix = household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    with subprocess.Popen((f"{prefix}/bin/python", "60"), executable="/bin/sleep") as process:
        try:
            shutil.rmtree(prefix)
            wait_until(lambda: "held removals: 1" in service.status, what=service.told)
            assert "thesis" in household.kernels()
            assert f"process {process.pid} still uses it" in service.log
        finally:
            process.kill()
    service.reload()
    wait_until(lambda: "thesis" not in household.kernels(), what=service.told)


def test_a_root_that_appears_later_is_watched(household: Household) -> None:
    """A first-ever ~/.venvs is no reason to start anything anew."""
    shutil.rmtree(household.path(".venvs"))
    with household.service() as running:
        household.environment("first")
        wait_until(lambda: "first" in household.kernels(), what=running.told)


def test_a_root_that_goes_holds_its_kernels(household: Household, service: Service) -> None:
    """A root that is missing may be an unmounted disk: nothing goes, and the service stays."""
    household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    os.rename(household.path(".venvs"), household.path("elsewhere"))
    wait_until(lambda: "held removals: 1" in service.status, what=service.told)
    os.rename(household.path("elsewhere"), household.path(".venvs"))
    wait_until(lambda: "held" not in service.status, what=service.told)
    assert "thesis" in household.kernels()
    assert service.log.count("kernel 'thesis' stays") == 2, "once when held, once when no longer"


def _linked(household: Household, folder: str) -> None:
    """Make `~/FOLDER/.venv`, with a link to it in `~/.venvs` under the folder's name."""
    prefix = make_venv(household.path(folder, ".venv"), base=household.base)
    os.symlink(prefix, household.path(".venvs", os.path.basename(folder)))


def test_the_kernel_of_a_linked_environment_goes_with_its_project(
    household: Household, service: Service
) -> None:
    """The link stays behind, and leads nowhere."""
    _linked(household, "thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    shutil.rmtree(household.path("thesis"))
    wait_until(lambda: "thesis" not in household.kernels(), what=service.told)
    assert "stays" not in service.log


def test_the_kernel_of_a_linked_environment_stays_while_its_disk_is_away(
    household: Household,
) -> None:
    """The link leads below an empty directory, as while nothing is mounted there."""
    _linked(household, "disk/thesis")
    household.kernelsync("once").expect(0)
    os.rename(household.path("disk/thesis"), household.path("thesis"))
    (problem,) = household.kernelsync("once", "--json").expect(1).json["problems"]
    assert f"{household.path('disk')} is empty" in problem["message"]
    assert household.kernels() == {"thesis"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told_to(service: Service, number: signal.Signals) -> None:
    """SIGTERM is a normal end, SIGINT an interruption; the manager is told."""
    code = service.stop(number)
    assert code == (0 if number is signal.SIGTERM else 130)
    wait_until(lambda: service.count("STOPPING=1") == 1, what=service.told)


def test_a_second_service_is_refused(household: Household, service: Service) -> None:
    """The second ends with exit code 4, and the first does not notice."""
    refused = household.kernelsync("run").expect(4)
    assert "the service runs already on this host" in refused.stderr
    assert service.process.poll() is None


def test_an_idle_service_writes_and_logs_nothing(household: Household, service: Service) -> None:
    """Nothing happens for two seconds: no file changes, and no line appears."""
    household.environment("thesis")
    wait_until(lambda: "thesis" in household.kernels(), what=service.told)
    service.wait_still()
    log, messages = service.log, list(service.messages)
    before, switches = identities(household.home), service.switches()
    with pytest.raises(subprocess.TimeoutExpired):
        service.process.wait(timeout=2.0)
    assert identities(household.home) == before
    assert (service.log, service.messages) == (log, messages)
    assert service.switches() == switches
