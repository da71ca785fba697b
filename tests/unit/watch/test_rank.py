"""Which events may wait, by their names: none of those that make or unmake a kernel."""

from __future__ import annotations

import os

import pytest

from kernelsync.probe.ipykernel import LAUNCHER_NAME, NEEDED
from kernelsync.probe.site_path import FINDER
from kernelsync.watch.rank import may_wait

_SITE = "/home/ada/env/lib/python3.12/site-packages"
_BIN = "/home/ada/env/bin"


@pytest.mark.parametrize("directory", [_SITE, "/usr/lib/python3/dist-packages"])
@pytest.mark.parametrize("name", ["numpy", "numpy-2.0.dist-info", "six.py", "__pycache__", "pip"])
def test_other_packages_may_wait(directory: str, name: str) -> None:
    """They are most of what an installer writes."""
    assert may_wait(directory, os.fsencode(name))


@pytest.mark.parametrize("gone", [False, True])
def test_all_that_ipykernel_is_found_by_presses(gone: bool) -> None:  # noqa: FBT001 - a parameter
    """Its launcher and its metadata, whether they come or go."""
    names = [LAUNCHER_NAME.strip("/"), "ipykernel", "ipykernel-7.0.dist-info", "ipykernel.egg-info"]
    assert [name for name in names if may_wait(_SITE, os.fsencode(name), gone=gone)] == []


def test_what_ipykernel_needs_presses_when_it_goes() -> None:
    """By coming it makes no kernel: either ipykernel comes later, or nothing waits there."""
    names = []
    for _, directory, metadata in NEEDED:
        names += [directory.strip("/"), f"{metadata.strip('/')}1.0.dist-info"]
    assert [name for name in names if may_wait(_SITE, os.fsencode(name), gone=True)] == []
    assert all(may_wait(_SITE, os.fsencode(name)) for name in names)
    assert may_wait(_SITE, b"ipython_pygments_lexers-1.1.dist-info", gone=True)


def test_what_leads_elsewhere_presses() -> None:
    """Path files and finders may bring in an ipykernel from anywhere."""
    finder = f"{FINDER[0].strip('/')}ipykernel{FINDER[1]}"
    for name in (finder, "other.pth", "OTHER.PTH", "ipykernel.egg-link"):
        assert not may_wait(_SITE, os.fsencode(name))


def test_scripts_may_wait_and_interpreters_press() -> None:
    """Pip writes the scripts of a package right after it."""
    for name in (b"jupyter-lab", b"pip", b"activate", b".tmpA43EcA"):
        assert may_wait(_BIN, name)
        assert may_wait(_BIN, name, gone=True)
    for name in (b"python", b"python3", b"python3.12", b"pypy3"):
        assert not may_wait(_BIN, name)
        assert not may_wait(_BIN, name, gone=True)


@pytest.mark.parametrize(
    "directory",
    ["/home/ada/env", "/home/ada/.venvs", "/home/ada/env/lib", "/home/ada/env/lib64"],
)
def test_elsewhere_everything_presses(directory: str) -> None:
    """An environment itself, the directories that hold them, kernelspecs."""
    for name in (b"numpy", b"pyvenv.cfg", b"bin", b"lib", b"share", b"conda-meta"):
        assert not may_wait(directory, name)


def test_a_name_that_is_no_text_is_a_name() -> None:
    """Names are bytes, whatever they say."""
    assert may_wait(_SITE, b"\xff\xfe")


def test_a_directory_in_a_place_called_bin_presses() -> None:
    """Programs are files; it may be an environment."""
    assert may_wait(_BIN, b"app")
    assert not may_wait(_BIN, b"app", is_directory=True)
    assert may_wait(_SITE, b"numpy", is_directory=True)
