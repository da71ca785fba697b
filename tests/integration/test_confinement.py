"""What a confined process cannot do, tried on this very kernel; each is shown to work without."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys

import pytest

import kernelsync
from support import confined_probe
from support.processes import run
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(kernelsync.__file__)))
_PROBE = os.path.abspath(confined_probe.__file__)

_FORBIDDEN = [
    ("write", "{home}/new"),
    ("write", "{home}/.venvs/app/new"),
    ("append", "{home}/.venvs/app/pyvenv.cfg"),
    ("truncate", "{home}/.venvs/app/pyvenv.cfg"),
    ("unlink", "{home}/.venvs/app/pyvenv.cfg"),
    ("rename", "{home}/.venvs/app/pyvenv.cfg"),
    ("rmdir", "{home}/.venvs/app/empty"),
    ("mkdir", "{home}/.venvs/app/more"),
    ("symlink", "{home}/.venvs/app/link"),
    ("execute", "{home}/.venvs/app/bin/python"),
    ("start", "{home}/.venvs/app/bin/python"),
    ("start", "{true}"),
    ("start_in_thread", "{true}"),
]
_ALLOWED = [
    ("read", "{home}/.venvs/app/pyvenv.cfg"),
    ("write", "{data}/kernels/new"),
    ("mkdir", "{data}/kernels/app"),
    ("rmdir", "{data}/empty"),
    ("mkdir", "{data}/.kernelsync"),
    ("write", "{home}/.cache/kernelsync/memory"),
    ("write", "{home}/.local/state/kernelsync/report"),
    ("write", "{home}/.runtime/kernelsync/lock"),
]


class Home:
    """A home with an environment whose interpreter, a canary, says that it was run."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.data = f"{path}/.local/share/jupyter"
        self.kernels = f"{self.data}/kernels"
        for directory in (".venvs/app/bin", ".venvs/app/empty", ".local/share/jupyter/empty"):
            os.makedirs(f"{path}/{directory}")
        os.makedirs(f"{path}/.runtime", mode=0o700)
        with open(f"{path}/.venvs/app/pyvenv.cfg", "w", encoding="ascii") as file:
            file.write("version = 3.12.1\n")
        canary = f"{path}/.venvs/app/bin/python"
        with open(canary, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho done\n")
        os.chmod(canary, 0o700)
        self.words = {"home": path, "data": self.data, "true": shutil.which("true") or "/bin/true"}

    def tried(
        self, attempt: str, path: str = "", *, confined: bool = True, before: tuple[str, ...] = ()
    ) -> str:
        """Return what came of an attempt; `before` is what the probe is run by."""
        answer = "yes" if confined else "no"
        command = (sys.executable, _PROBE, answer, self.kernels, attempt)
        environ = {
            "HOME": self.path,
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": _SOURCE,
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_RUNTIME_DIR": f"{self.path}/.runtime",
        }
        done = run((*before, *command, path.format(**self.words)), environ=environ, cwd="/")
        return done.expect(0).stdout.strip().splitlines()[-1]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return such a home; the kernels directory and our own are not there yet."""
    return Home(str(tmp_path))


@pytest.mark.parametrize(("attempt", "path"), _FORBIDDEN)
def test_what_is_found_cannot_be_written_or_run(home: Home, attempt: str, path: str) -> None:
    """First confined, so that there is still something to remove; then without."""
    assert home.tried(attempt, path) == "EACCES"
    assert home.tried(attempt, path, confined=False) == "done"


@pytest.mark.parametrize(("attempt", "path"), _ALLOWED)
def test_what_a_pass_needs_stays_possible(home: Home, attempt: str, path: str) -> None:
    """Also in directories that did not exist when it confined itself."""
    assert home.tried(attempt, path) == "done"


def test_nothing_is_sent_to_the_network(home: Home) -> None:
    """Not even to this machine; without confinement somebody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert home.tried("connect", port) == "EACCES"
        assert home.tried("connect", port, confined=False) == "done"


def test_the_service_manager_can_be_told(home: Home) -> None:
    """By a local socket with a path."""
    address = f"{home.path}/.runtime/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        assert home.tried("notify", address) == "done"
        assert listener.recv(100) == b"READY=1"


def test_other_processes_can_be_seen_and_not_signalled(home: Home) -> None:
    """Their command lines say which kernels run."""
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert home.tried("command_line", str(process.pid)) == "done"
            assert home.tried("stop", str(process.pid)) == "EPERM"
            assert home.tried("stop", str(process.pid), confined=False) == "done"
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("ENOSYS", "this kernel has no Landlock"),
        ("EOPNOTSUPP", "Landlock is switched off in this kernel"),
        ("EPERM", "the Landlock calls are forbidden here (by a filter of system calls)"),
    ],
)
def test_without_landlock_it_says_why(home: Home, error: str, reason: str) -> None:
    """And nothing is taken away."""
    assert home.tried("state") == "confined"
    strace = (
        *(need("strace"), "-f", "-o", f"{home.path}/trace"),
        *("-e", "trace=landlock_create_ruleset"),
        *("-e", f"inject=landlock_create_ruleset:error={error}"),
    )
    assert home.tried("state", before=strace) == reason
    assert home.tried("write", "{home}/new", before=strace) == "done"


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6, 7])
def test_every_version_of_landlock_forbids_the_same_writes(home: Home, version: int) -> None:
    """The kernel refuses a set of rights that a version does not know: strace says the version."""
    strace = (
        *(need("strace"), "-f", "-o", f"{home.path}/trace"),
        *("-e", "trace=landlock_create_ruleset"),
        *("-e", f"inject=landlock_create_ruleset:retval={version}:when=1"),
    )
    assert home.tried("state", before=strace) == "confined"
    assert home.tried("unlink", "{home}/.venvs/app/pyvenv.cfg", before=strace) == "EACCES"
    assert home.tried("mkdir", "{data}/kernels/app", before=strace) == "done"


def test_the_first_version_is_not_used(home: Home) -> None:
    """It forbids moving between directories, by which kernelspecs are published in one step."""
    strace = (
        *(need("strace"), "-f", "-o", f"{home.path}/trace"),
        *("-e", "trace=landlock_create_ruleset"),
        *("-e", "inject=landlock_create_ruleset:retval=1:when=1"),
    )
    assert "Linux 5.19" in home.tried("state", before=strace)


def test_a_kernels_directory_that_cannot_be_made_is_said(home: Home) -> None:
    """Then the pass fails with the reason that it would have without confinement."""
    home.kernels = "/proc/no/kernels"
    assert "/proc/no" in home.tried("state")
