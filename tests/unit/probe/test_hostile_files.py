"""Whatever lies where a file is expected, a reading ends at once and says what it found."""

from __future__ import annotations

import os
import socket

import pytest

from kernelsync.model.environment import Condition
from kernelsync.probe.files import read, read_start, read_text
from support.probe_trees import install, link, make_base, make_ready, probe, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """Return an environment in which a kernel can run."""
    make_ready(f"{tmp_path}/env", make_base(f"{tmp_path}/base"))
    return f"{tmp_path}/env"


def _huge(path: str) -> None:
    with open(path, "wb") as file:
        file.truncate(100 * 1024 * 1024)


def _socket(path: str) -> None:
    here = os.getcwd()
    # The names of sockets are short.
    os.chdir(os.path.dirname(path))
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.basename(path))
    finally:
        os.chdir(here)


def _loop(path: str) -> None:
    link(path, path)


_ODDITIES = (os.mkfifo, os.mkdir, _huge, _socket, _loop)


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_pyvenv_cfg_is_broken(prefix: str, make: Callable[[str], None]) -> None:
    """A pipe does not block, a file of 100 MB is not read, a loop ends."""
    os.remove(f"{prefix}/pyvenv.cfg")
    make(f"{prefix}/pyvenv.cfg")
    environment = probe(prefix)
    assert environment.condition is Condition.BROKEN
    assert f"{prefix}/pyvenv.cfg" in environment.reason
    assert [problem.code for problem in environment.problems] == ["environment-broken"]


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_python_is_broken(prefix: str, make: Callable[[str], None]) -> None:
    """It is never opened for more than its first bytes."""
    os.remove(f"{prefix}/bin/python")
    make(f"{prefix}/bin/python")
    environment = probe(prefix)
    assert environment.condition is Condition.BROKEN
    assert f"{prefix}/bin/python" in environment.reason


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_launcher_is_no_ipykernel(prefix: str, make: Callable[[str], None]) -> None:
    """Only a file can be run, and its contents are not looked at."""
    launcher = f"{prefix}/lib/python3.12/site-packages/ipykernel_launcher.py"
    os.remove(launcher)
    make(launcher)
    expected = Condition.READY if make is _huge else Condition.NO_IPYKERNEL
    assert probe(prefix).condition is expected


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_pth_file_is_passed_over(prefix: str, make: Callable[[str], None]) -> None:
    """With a launcher that must be looked for."""
    site = f"{prefix}/lib/python3.12/site-packages"
    os.remove(f"{site}/ipykernel_launcher.py")
    make(f"{site}/odd.pth")
    make(f"{site}/__editable___odd_finder.py")
    assert probe(prefix).condition is Condition.NO_IPYKERNEL


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_header_is_passed_over(prefix: str, make: Callable[[str], None]) -> None:
    """The version is then less exact."""
    base = f"{os.path.dirname(prefix)}/base"
    os.remove(f"{base}/include/python3.12/patchlevel.h")
    make(f"{base}/include/python3.12/patchlevel.h")
    make(f"{base}/lib/python3.12/build-details.json")
    interpreter = probe(prefix).interpreter
    assert interpreter is not None
    assert interpreter.version == "3.12"


@pytest.mark.parametrize("make", _ODDITIES)
def test_an_oddity_as_direct_url_tells_no_project(prefix: str, make: Callable[[str], None]) -> None:
    """The environment is ready without a project."""
    make(f"{install(f'{prefix}/lib/python3.12/site-packages', 'app')}/direct_url.json")
    environment = probe(prefix, distribution="app")
    assert (environment.condition, environment.project) == (Condition.READY, None)


def test_links_that_lead_to_each_other_are_broken(prefix: str) -> None:
    """bin/python -> python3 -> python."""
    os.remove(f"{prefix}/bin/python")
    link("python3", f"{prefix}/bin/python")
    link("python", f"{prefix}/bin/python3")
    environment = probe(prefix)
    assert environment.condition is Condition.BROKEN
    assert "is a link to itself" in environment.reason


def test_bytes_that_are_no_utf8_are_read_around(prefix: str) -> None:
    """Other keys still count."""
    path = f"{prefix}/pyvenv.cfg"
    home = f"home = {os.path.dirname(prefix)}/base/bin\n"
    write(path, b"prompt = \xff\xfe\n" + home.encode() + b"include-system-site-packages = false\n")
    assert probe(prefix).condition is Condition.READY


def test_a_prefix_that_is_no_utf8_is_an_environment(tmp_path: Path) -> None:
    """Its path can be used; whether it can be published is decided elsewhere."""
    prefix = os.fsdecode(os.fsencode(str(tmp_path)) + b"/caf\xe9")
    make_ready(prefix, make_base(f"{tmp_path}/base"))
    assert probe(prefix).condition is Condition.READY


def test_nul_bytes_in_files_are_harmless(prefix: str) -> None:
    """No path can hold one; here in a home, a .pth file and a link to a project."""
    site = f"{prefix}/lib/python3.12/site-packages"
    os.remove(f"{site}/ipykernel_launcher.py")
    write(f"{prefix}/pyvenv.cfg", b"home = /a\0b\ninclude-system-site-packages = false\n")
    write(f"{site}/nul.pth", b"/a\0b\nimport site; site.addsitedir('/c\0')\n")
    url = '{"url": "file:///a%00b", "dir_info": {"editable": true}}'
    write(f"{install(site, 'app')}/direct_url.json", url)
    environment = probe(prefix, distribution="app")
    assert (environment.condition, environment.project) == (Condition.NO_IPYKERNEL, None)


def test_a_base_that_is_a_directory_is_broken(prefix: str, tmp_path: Path) -> None:
    """A link to something that cannot be run."""
    os.remove(f"{prefix}/bin/python")
    link(str(tmp_path), f"{prefix}/bin/python")
    assert probe(prefix).condition is Condition.BROKEN


def test_a_file_as_prefix_is_not_ready(tmp_path: Path) -> None:
    """It may have been a directory when it was found."""
    assert probe(write(f"{tmp_path}/env")).condition is Condition.NOT_READY


def test_a_file_as_site_packages_is_broken(prefix: str) -> None:
    """There is nowhere to import from."""
    site = f"{prefix}/lib/python3.12/site-packages"
    os.rename(site, f"{site}.away")
    write(site)
    os.utime(f"{prefix}/pyvenv.cfg", (1, 1))
    assert probe(prefix).condition is Condition.BROKEN


@pytest.fixture
def nobody() -> Iterator[None]:
    """Let the test run as somebody whom permissions bind."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.mark.usefixtures("prefix", "nobody")
def test_what_cannot_be_read_is_neither_broken_nor_gone(tmp_path: Path) -> None:
    """Its kernel stays: nothing is known about it."""
    path = f"{tmp_path}/env"
    if os.path.exists(path):
        # Under root's own tmp_path nobody sees even this much.
        os.chmod(f"{path}/pyvenv.cfg", 0)
    environment = probe(path)
    assert environment.condition is Condition.NOT_READY
    (problem,) = environment.problems
    assert problem.code == "environment-unreadable"
    assert "Permission denied" in problem.message


def test_reading_names_what_is_wrong(tmp_path: Path) -> None:
    """The words go into the problem."""
    os.mkfifo(f"{tmp_path}/pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read(f"{tmp_path}/pipe")
    _huge(f"{tmp_path}/huge")
    with pytest.raises(OSError, match="larger than 64 KiB"):
        read(f"{tmp_path}/huge")


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    path = write(f"{tmp_path}/full", b"x" * (64 * 1024))
    assert read_text(path) == "x" * (64 * 1024)


def test_the_start_of_a_huge_file_is_read(tmp_path: Path) -> None:
    """Interpreters are megabytes."""
    _huge(f"{tmp_path}/huge")
    assert read_start(f"{tmp_path}/huge", 4) == b"\0\0\0\0"
    os.mkfifo(f"{tmp_path}/pipe")
    assert read_start(f"{tmp_path}/pipe", 4) == b""
