"""The units that build runtimes, in the manager of an unprivileged user, beside the service."""

from __future__ import annotations

import json
import os
import shutil

import psutil
import pytest

from support.borrowed_kernel import running
from support.systemd_user import SystemdUser
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_UNITS = ("kernelsync-runtime.path", "kernelsync-runtime.service")
_BUILD_TIME = 240.0


@pytest.fixture(scope="module")
def manager(tools: RealTools) -> Iterator[SystemdUser]:
    """Return a user manager that runs for all tests of this file."""
    with SystemdUser(tools) as made:
        yield made


@pytest.fixture
def user(manager: SystemdUser) -> Iterator[SystemdUser]:
    """Return the user with nothing of an earlier test."""
    _forget(manager)
    yield manager
    _forget(manager)


def _forget(user: SystemdUser) -> None:
    user.systemctl("disable", "--now", "kernelsync")
    user.systemctl("stop", *_UNITS)
    user.forget()
    shutil.rmtree(f"{user.home}/.local/share/kernelsync", ignore_errors=True)


def _start(user: SystemdUser, tools: RealTools, *options: str) -> int:
    """Install and start the service, where pip is told of the tests' index."""
    pip = {name: value for name, value in tools.network.items() if name.startswith("PIP_")}
    user.run(user.program, "service", "install", *options, **pip).expect(0)
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert user.show("ActiveState") == "active", user.log()
    return int(user.show("MainPID"))


def _kernels(user: SystemdUser) -> set[str]:
    path = f"{user.home}/.local/share/jupyter/kernels"
    return set(os.listdir(path)) if os.path.isdir(path) else set()


def _make_bare(user: SystemdUser, name: str) -> str:
    """Make an environment with nothing in it, as the user."""
    prefix = f"{user.home}/.venvs/{name}"
    user.run(user.python, "-m", "venv", "--without-pip", prefix).expect(0)
    return prefix


def test_the_installed_units_have_no_mistake(user: SystemdUser) -> None:
    """`systemd-analyze` ends well in spite of unknown keys: what counts is that it is silent."""
    user.run(user.program, "service", "install").expect(0)
    for name in _UNITS:
        unit = f"{user.home}/.config/systemd/user/{name}"
        verified = user.run("systemd-analyze", "--user", "verify", unit).expect(0)
        assert verified.stderr == "", name


@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["plain", "strict"])
def test_a_bare_environment_becomes_a_kernel_without_anybody_s_help(
    options: tuple[str, ...], user: SystemdUser, tools: RealTools
) -> None:
    """The service asks, the path unit hears it, the other service builds, and this one sees it."""
    pid = _start(user, tools, *options)
    assert user.show("ActiveState", "kernelsync-runtime.path") == "active"
    assert user.show("ExecMainStartTimestampMonotonic", "kernelsync-runtime.service") == "0"
    prefix = _make_bare(user, "thesis")
    wait_until(lambda: _kernels(user) == {"thesis"}, timeout=_BUILD_TIME, what=user.log)
    wait_until(
        lambda: user.show("ActiveState", "kernelsync-runtime.service") == "inactive", what=user.log
    )
    assert user.show("Result", "kernelsync-runtime.service") == "success"
    assert not os.path.exists(f"{user.home}/.local/state/kernelsync/runtime-request.json")
    assert "asked for runtimes: cp3" in user.log()
    with open(f"{user.home}/.local/share/jupyter/kernels/thesis/kernel.json", "rb") as file:
        argv = json.load(file)["argv"]
    environ = {"HOME": user.home, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    with running(argv, environ, cwd=user.home) as kernel:
        assert kernel.run("import sys; print(sys.prefix)") == f"{prefix}\n"
    # The service is the process that it was, and has talked to nobody outside of this machine.
    assert int(user.show("MainPID")) == pid
    assert user.show("RestrictAddressFamilies") == "AF_UNIX"
    assert psutil.Process(pid).net_connections("inet") == []
    assert user.show("NRestarts") == "0"
    # As after an upgrade: where only the launcher is outdated, it is renewed in the same way.
    launcher = f"{user.home}/.local/share/kernelsync/runtimes/launch.py"
    ours = _text(launcher)
    user.systemctl("stop", "kernelsync").expect(0)
    user.run("/bin/sh", "-c", f"echo older > {launcher}").expect(0)
    user.systemctl("start", "kernelsync").expect(0)
    wait_until(lambda: _text(launcher) == ours, timeout=30.0, what=user.log)
    assert "asked for runtimes: launcher" in user.log()


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
