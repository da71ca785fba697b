"""Runtimes from the real index: an old Python with sources, and a new one."""

from __future__ import annotations

import ast
import os
import urllib.error
import urllib.request

import pytest

from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.manifest import read_manifest
from kernelsync.runtimes.pins import pins_for
from support.programs import MissingToolError

pytestmark = pytest.mark.real_tools

INDEX = "https://pypi.org/simple/six/"
MACHINE = os.uname().machine


@pytest.fixture(scope="module")
def installer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installer, str]:
    """Return what installs from the real index, and where."""
    try:
        urllib.request.urlopen(INDEX, timeout=20).close()
    except (urllib.error.URLError, OSError) as error:
        message = f"this test needs {INDEX} ({error})"
        raise MissingToolError(message) from error
    scratch = tmp_path_factory.mktemp("runtimes")
    directory = str(scratch / "runtimes")
    return Installer(directory, str(scratch / "cache"), dict(os.environ)), directory


@pytest.mark.parametrize(("abi", "ipykernel"), [("cp27mu", "4.10.1"), ("cp312", "6.29.5")])
def test_a_runtime_can_be_built(installer: tuple[Installer, str], abi: str, ipykernel: str) -> None:
    """All of its list is there, with the extension modules of this very Python."""
    install, directory = installer
    key = f"{abi}-linux-{MACHINE}"
    pins = pins_for(key)
    assert install.install(key, pins) is True
    build = f"{directory}/{key}/builds/{pins.id}"
    manifest = read_manifest(build)
    assert manifest is not None
    assert manifest.ipykernel == ipykernel
    assert manifest.versions == {pin.name: pin.version for pin in pins.pins}
    site = f"{build}/site"
    for name in ("ipykernel_launcher.py", "tornado/ioloop.py", "zmq/__init__.py"):
        assert os.path.isfile(f"{site}/{name}")
    # Nothing but files of Python and data: no programs, and no setup.py of a source.
    assert not {"bin", "setup.py"} & set(os.listdir(site))


def test_the_launcher_beside_it_is_a_program(installer: tuple[Installer, str]) -> None:
    """It is copied whole, with any runtime."""
    install, directory = installer
    key = f"cp27mu-linux-{MACHINE}"
    install.install(key, pins_for(key))
    with open(f"{directory}/launch.py", encoding="utf-8") as file:
        assert ast.parse(file.read())
