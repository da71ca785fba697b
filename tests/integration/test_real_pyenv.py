"""What pyenv and pyenv-virtualenv do to their directories, as kernelsync sees it."""

from __future__ import annotations

import os

import pytest

from support import makers
from support.quick import kernel_of, once, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


@pytest.fixture
def with_pyenv(machine: Machine) -> Machine:
    """Return a machine with pyenv, two of its versions, and no environment yet."""
    machine.tools.pyenv.lend(machine.path(".pyenv"), minors=("3.11", "3.12"))
    return machine


def _environment(machine: Machine, name: str) -> str:
    prefix = makers.by_pyenv(machine, name, "3.12")
    makers.install_ipykernel(machine, prefix)
    return prefix


def test_uninstalling_a_version_takes_its_environments_along(with_pyenv: Machine) -> None:
    """`pyenv uninstall` removes the version with all its environments; so go their kernels."""
    machine = with_pyenv
    _environment(machine, "thesis")
    once(machine)
    assert machine.kernel_names() == {"thesis"}
    machine.run("pyenv", "uninstall", "-f", machine.tools.pyenv.versions["3.12"])
    once(machine)
    assert machine.kernel_names() == set()


def test_an_environment_without_its_short_name_is_found(with_pyenv: Machine) -> None:
    """The link `versions/NAME` may be missing: the real directory is the environment then."""
    machine = with_pyenv
    _environment(machine, "thesis")
    os.unlink(machine.path(".pyenv", "versions", "thesis"))
    once(machine)
    version = machine.tools.pyenv.versions["3.12"]
    real = machine.path(".pyenv", "versions", version, "envs", "thesis")
    assert kernel_of(machine, real) == "thesis"


def test_the_link_coming_back_keeps_the_kernels_name(with_pyenv: Machine) -> None:
    """It is the same environment: its kernel is updated to the short path, under its name."""
    machine = with_pyenv
    prefix = _environment(machine, "thesis")
    target = os.readlink(prefix)
    os.unlink(prefix)
    once(machine)
    os.symlink(target, prefix)
    data = once(machine, "--json").json["data"]
    assert (data["created"], data["updated"], data["removed"]) == ([], ["thesis"], [])
    assert kernel_of(machine, prefix) == "thesis"


def test_pyenv_elsewhere_is_found_by_its_variable(machine: Machine) -> None:
    """PYENV_ROOT says where; the default place is searched as well."""
    elsewhere = machine.path("opt", "pyenv")
    machine.tools.pyenv.lend(elsewhere, minors=("3.12",))
    machine.environ["PYENV_ROOT"] = elsewhere
    version = machine.tools.pyenv.versions["3.12"]
    machine.run("pyenv", "virtualenv", version, "thesis", PYENV_ROOT=elsewhere)
    prefix = os.path.join(elsewhere, "versions", "thesis")
    makers.install_ipykernel(machine, prefix)
    once(machine)
    assert kernel_of(machine, prefix) == "thesis"


def test_shims_are_no_environments(with_pyenv: Machine) -> None:
    """Nothing but versions and environments is listed."""
    machine = with_pyenv
    machine.run("pyenv", "rehash")
    assert os.listdir(machine.path(".pyenv", "shims"))
    versions = [machine.tools.pyenv.versions[minor] for minor in ("3.11", "3.12")]
    expected = {machine.path(".pyenv", "versions", version) for version in versions}
    assert set(states(machine)) == expected
