"""An ipykernel whose requirements are still being installed is not ready, but not for long."""

from __future__ import annotations

import os
import time

import pytest

from kernelsync.probe.installing import work_in_progress
from kernelsync.probe.site_path import listing_of
from support.trees import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> str:
    """Return a site-packages with ipykernel, which needs zmq by way of a client; all complete."""
    site = str(tmp_path)
    _install(site, "ipykernel", "jupyter_client>=8", 'appnope; platform_system == "Darwin"')
    _install(site, "jupyter_client", "pyzmq (>=23.0)")
    _install(site, "pyzmq", package="zmq")
    return site


def _install(
    site: str, name: str, *requirements: str, package: str | None = None, complete: bool = True
) -> str:
    """Install a distribution as an installer does: the package, its metadata, then INSTALLER."""
    package = package or name
    metadata = f"{site}/{name}-1.0.dist-info"
    write(f"{site}/{package}/__init__.py")
    lines = [f"Requires-Dist: {each}" for each in requirements]
    text = "\n".join(["Metadata-Version: 2.1", *lines, "", "Requires-Dist: prose"])
    write(f"{metadata}/METADATA", text)
    write(f"{metadata}/RECORD", f"{package}/__init__.py,,\n")
    if complete:
        write(f"{metadata}/INSTALLER", "uv\n")
    return metadata


def _work(site: str, later: float = 0.0) -> str | None:
    return work_in_progress([listing_of(site)], time.time() + later)


def test_what_is_complete_is_not_waited_for(site: str) -> None:
    """Neither prose nor requirements of another system are taken for requirements."""
    write(f"{site}/stranger/__init__.py")
    assert _work(site) is None


def test_metadata_without_installer_are_waited_for(site: str) -> None:
    """A requirement of a requirement counts; the directory is where the last file will come."""
    metadata = f"{site}/pyzmq-1.0.dist-info"
    os.unlink(f"{metadata}/INSTALLER")
    assert _work(site) == metadata


def test_a_package_without_metadata_is_waited_for(site: str) -> None:
    """Its files may come before its metadata."""
    _install(site, "ipykernel", "comm")
    assert _work(site) is None, "nobody is at work"
    write(f"{site}/comm/__init__.py")
    assert _work(site) == site


def test_any_package_in_the_making_is_a_sign_of_work(site: str) -> None:
    """The requirement itself may not have been begun."""
    _install(site, "ipykernel", "comm")
    metadata = _install(site, "debugpy", complete=False)
    assert _work(site) == metadata


def test_a_requirement_left_out_on_purpose_is_not_waited_for(site: str) -> None:
    """Nobody is at work: `uv pip install --overrides` and the like have come to their end."""
    _install(site, "ipykernel", "jedi>=0.16")
    assert _work(site) is None


def test_an_interrupted_installation_is_not_waited_for_for_ever(site: str) -> None:
    """Ten seconds later nobody is at work any more."""
    os.unlink(f"{site}/pyzmq-1.0.dist-info/INSTALLER")
    assert _work(site, later=9.0) is not None
    assert _work(site, later=11.0) is None


def test_leftovers_of_pip_and_caches_are_no_work(site: str) -> None:
    """`~ip` is what an upgrade could not remove."""
    _install(site, "ipykernel", "comm")
    write(f"{site}/~ip/__init__.py")
    write(f"{site}/__pycache__/six.cpython-312.pyc")
    assert _work(site) is None


def test_an_empty_directory_for_libraries_is_nobody_at_work(site: str) -> None:
    """Some wheels bring one along that no RECORD can name; a requirement left out is no reason."""
    os.unlink(f"{site}/pyzmq-1.0.dist-info/INSTALLER")
    for name in ("pyzmq-1.0.dist-info", "zmq"):
        os.utime(f"{site}/{name}", (0, 0))
    os.mkdir(f"{site}/tornado.libs")
    assert _work(site) is None
    os.mkdir(f"{site}/tornado")
    assert _work(site) is not None
