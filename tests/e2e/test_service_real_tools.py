"""The service beside the real tools: a kernel appears when it can run, and none flickers.

An independent recorder sees every kernelspec that comes, changes or goes, and starts it at
once. It is shown first that it catches a service that believes the first sign.
"""

from __future__ import annotations

import os

import pytest

from support import makers
from support.naive import AT_CONFIGURATION, AT_METADATA, Naive
from support.real_service import watched
from support.real_tools import NEW_IPYKERNEL, OLD_IPYKERNEL
from support.recorder import APPEARED, CHANGED, REMOVED, Recorder
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from support.machine import Machine

    Maker = Callable[[Machine], str]

pytestmark = pytest.mark.real_tools

_PROJECTS = "sources: {venv: {projects: [~/src]}}\n"
_LONG_GRACE = "service: {grace: 60s}\n"
_SHORT_GRACE = "service: {grace: 1s}\n"


def test_the_recorder_catches_who_believes_pyvenv_cfg(machine: Machine) -> None:
    """A kernel for an environment that has no ipykernel yet cannot start."""
    kernels = machine.kernel_directory()
    recorder = Recorder(kernels, machine.environ)
    with recorder, Naive(machine.path(".venvs"), kernels, AT_CONFIGURATION):
        makers.install_ipykernel(machine, makers.by_uv(machine, ".venvs/thesis", "3.12"))
        wait_until(lambda: recorder.story)
        assert recorder.premature(), recorder.told()
    assert recorder.story == [(APPEARED, "thesis")]


def test_the_recorder_catches_who_believes_metadata_and_does_not_wait(machine: Machine) -> None:
    """RECORD comes 60 ms after the directory; for an upgrade, pip takes that away at first."""
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12", "--seed")
    makers.install_ipykernel(machine, prefix)
    makers.uninstall_ipykernel(machine, prefix)
    kernels = machine.kernel_directory()
    recorder = Recorder(kernels, machine.environ)
    with recorder, Naive(machine.path(".venvs"), kernels, AT_METADATA):
        makers.pip(machine, prefix, "install", "--no-deps", OLD_IPYKERNEL)
        wait_until(lambda: recorder.story)
        assert recorder.premature(), recorder.told()
        makers.pip(machine, prefix, "install", "--no-deps", NEW_IPYKERNEL)
        wait_until(lambda: len(recorder.story) >= 3)
    thesis = [(APPEARED, "thesis"), (REMOVED, "thesis"), (APPEARED, "thesis")]
    assert recorder.story == thesis, recorder.told()


_MAKERS: dict[str, Maker] = {
    "venv": lambda machine: makers.by_venv(machine, ".venvs/thesis", "3.12"),
    "virtualenv": lambda machine: makers.by_virtualenv(machine, ".venvs/thesis", "3.12"),
    "uv-venv": lambda machine: makers.by_uv(machine, ".venvs/thesis", "3.12"),
    "mkvirtualenv": lambda machine: makers.by_mkvirtualenv(machine, "thesis", "3.12"),
    "pyenv": lambda machine: makers.by_pyenv(machine, "thesis", "3.12"),
    "poetry": lambda machine: makers.by_poetry(machine, "work/thesis", "3.12"),
    "poetry-in-project": lambda machine: makers.by_poetry(
        machine, "src/thesis", "3.12", in_project=True
    ),
    "uv-sync": lambda machine: makers.by_uv_sync(machine, "src/thesis", "3.12"),
}


@pytest.mark.parametrize("tool", _MAKERS)
def test_a_kernel_appears_once_when_it_can_run(tool: str, machine: Machine) -> None:
    """Not while the tool is at work, and not while ipykernel is being installed."""
    if tool == "pyenv":
        machine.tools.pyenv.lend(machine.path(".pyenv"), minors=("3.12",))
    with watched(machine, _PROJECTS) as seen:
        prefix = _MAKERS[tool](machine)
        makers.install_ipykernel(machine, prefix)
        seen.wait_for((APPEARED, "thesis"))


def test_pip_installs_upgrades_and_uninstalls(machine: Machine) -> None:
    """One kernel comes, changes at most once when ipykernel does, and goes after the grace."""
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12", "--seed")
    with watched(machine) as seen:
        makers.pip(machine, prefix, "install", OLD_IPYKERNEL)
        seen.wait_for((APPEARED, "thesis"))
        makers.pip(machine, prefix, "install", NEW_IPYKERNEL)
        seen.wait_for((APPEARED, "thesis"), (CHANGED, "thesis"))
        makers.pip(machine, prefix, "uninstall", "--yes", "ipykernel")
        seen.wait_for((APPEARED, "thesis"), (CHANGED, "thesis"), (REMOVED, "thesis"))


def test_pip_installs_the_same_again(machine: Machine) -> None:
    """`--force-reinstall` takes ipykernel away for an instant: nobody sees that."""
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12", "--seed")
    with watched(machine, _SHORT_GRACE) as seen:
        makers.pip(machine, prefix, "install", OLD_IPYKERNEL)
        seen.wait_for((APPEARED, "thesis"))
        makers.pip(machine, prefix, "install", "--force-reinstall", "--no-deps", OLD_IPYKERNEL)
        seen.wait_for((APPEARED, "thesis"))


def test_uv_on_a_slow_disk_is_waited_for(machine: Machine) -> None:
    """Packages are installed side by side: what ipykernel needs is complete later than ipykernel.

    Who believes ipykernel's own INSTALLER is shown to publish too early, in the same install.
    """
    machine.environ["UV_LINK_MODE"] = "copy"
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12")
    other = machine.path("naive", "kernels")
    with watched(machine) as seen, Recorder(other, machine.environ) as recorder:
        with Naive(machine.path(".venvs"), other, f"{AT_METADATA}/INSTALLER"):
            makers.install_ipykernel(machine, prefix, slowly=True)
            wait_until(lambda: recorder.story)
            assert recorder.premature(), recorder.told()
        seen.wait_for((APPEARED, "thesis"))


def test_uv_upgrades_and_uninstalls(machine: Machine) -> None:
    """The same with `uv pip`, which copies as it must between two file systems: slowly."""
    machine.environ["UV_LINK_MODE"] = "copy"
    prefix = makers.by_uv(machine, ".venvs/thesis", "3.12")
    with watched(machine, _SHORT_GRACE) as seen:
        makers.install_ipykernel(machine, prefix, "==6.29.5")
        seen.wait_for((APPEARED, "thesis"))
        makers.install_ipykernel(machine, prefix, ">=7")
        seen.wait_for((APPEARED, "thesis"), (CHANGED, "thesis"))
        makers.uninstall_ipykernel(machine, prefix)
        seen.wait_for((APPEARED, "thesis"), (CHANGED, "thesis"), (REMOVED, "thesis"))


def test_venv_clear_within_the_grace_keeps_the_kernel(machine: Machine) -> None:
    """`python -m venv --clear` empties the directory for seconds; the kernelspec stays."""
    prefix = makers.by_venv(machine, ".venvs/thesis", "3.12", "--without-pip")
    makers.install_ipykernel(machine, prefix)
    with watched(machine, _LONG_GRACE) as seen:
        seen.wait_for((APPEARED, "thesis"))
        # Again without pip: with one, the kernel's PATH would rightly change.
        makers.by_venv(machine, ".venvs/thesis", "3.12", "--without-pip", "--clear")
        makers.install_ipykernel(machine, prefix)
        seen.wait_for((APPEARED, "thesis"))


def test_uv_sync_with_another_python_changes_the_kernel_once(machine: Machine) -> None:
    """`uv sync -p` deletes the project's `.venv` and makes it again."""
    prefix = makers.by_uv_sync(machine, "src/thesis", "3.12")
    makers.install_ipykernel(machine, prefix)
    with watched(machine, f"{_PROJECTS}{_LONG_GRACE}") as seen:
        seen.wait_for((APPEARED, "thesis"))
        makers.by_uv_sync(machine, "src/thesis", "3.13")
        makers.install_ipykernel(machine, prefix)
        seen.wait_for((APPEARED, "thesis"), (CHANGED, "thesis"))
        assert "3.13" in _display_name(machine, "thesis")


def test_a_venv_that_borrows_ipykernel_appears_when_venv_has_said_so(machine: Machine) -> None:
    """`--system-site-packages` stands in pyvenv.cfg as false until venv has installed pip."""
    base = machine.tools.pyenv.copy_version("3.12", machine.path("opt"))
    makers.install_ipykernel(machine, base)
    python = os.path.join(base, "bin", "python")
    with watched(machine) as seen:
        prefix = machine.path(".venvs", "thesis")
        machine.run(python, "-m", "venv", "--system-site-packages", "--without-pip", prefix)
        seen.wait_for((APPEARED, "thesis"))


def _display_name(machine: Machine, kernel: str) -> str:
    name: str = machine.kernelspecs()[kernel]["spec"]["display_name"]
    return name
