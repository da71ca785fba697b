"""The service under a real systemd user manager, as an unprivileged user has it."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from support.systemd_user import SystemdUser
from support.trees import make_pyenv, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_VERSION = "3.12.1"


@pytest.fixture(scope="module")
def manager(tools: RealTools) -> Iterator[SystemdUser]:
    """Return a user manager that runs for all tests of this file."""
    with SystemdUser(tools) as made:
        yield made


@pytest.fixture
def user(manager: SystemdUser) -> Iterator[SystemdUser]:
    """Return the user with the unit installed, not started, and one environment."""
    manager.forget()
    _environment(manager, "neighbour", ipykernel=None)
    manager.run(manager.program, "service", "install").expect(0)
    yield manager
    manager.forget()


def _environment(user: SystemdUser, name: str, ipykernel: str | None = "6.29.5") -> str:
    base = f"{user.home}/.pyenv/versions/{_VERSION}"
    if not os.path.exists(base):
        make_pyenv(f"{user.home}/.pyenv", (_VERSION,))
        user.own(f"{user.home}/.pyenv")
    # Made elsewhere and moved, so that it belongs to the user when it appears.
    made = user.own(make_venv(f"{user.home}/.made", base=base, ipykernel=ipykernel))
    container = f"{user.home}/.venvs"
    if not os.path.exists(container):
        os.mkdir(container)
        user.own(container)
    os.rename(made, f"{container}/{name}")
    return f"{container}/{name}"


def _kernels(user: SystemdUser) -> set[str]:
    path = f"{user.home}/.local/share/jupyter/kernels"
    return set(os.listdir(path)) if os.path.isdir(path) else set()


def _pid(user: SystemdUser) -> int:
    return int(user.show("MainPID"))


def _start(user: SystemdUser) -> int:
    """Enable and start it; `systemctl` returns when it has said that it is ready."""
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert user.show("ActiveState") == "active", user.log()
    return _pid(user)


def test_the_installed_unit_has_no_mistake(user: SystemdUser) -> None:
    """`systemd-analyze` ends well in spite of unknown keys: what counts is that it is silent."""
    unit = f"{user.home}/.config/systemd/user/kernelsync.service"
    verified = user.run("systemd-analyze", "--user", "verify", unit).expect(0)
    assert verified.stderr == ""


def test_it_is_active_when_the_kernels_are_there(user: SystemdUser) -> None:
    """`enable --now` returns after the first pass; the next login starts it again."""
    _environment(user, "thesis")
    _start(user)
    assert _kernels(user) == {"thesis"}
    assert user.show("UnitFileState") == "enabled"
    assert user.show("StatusText") == "1 kernel of 3 environments"


def test_an_environment_appears_and_goes(user: SystemdUser) -> None:
    """Under all restrictions of the unit, it publishes and removes."""
    _start(user)
    prefix = _environment(user, "thesis")
    wait_until(lambda: _kernels(user) == {"thesis"}, what=user.log)
    shutil.rmtree(prefix)
    wait_until(lambda: _kernels(user) == set(), timeout=8.0, what=user.log)
    trash = f"{user.home}/.local/share/jupyter/.kernelsync/trash"
    wait_until(lambda: bool(os.listdir(trash)), what="it was not moved to the trash")


def test_what_init_installs_can_be_started(manager: SystemdUser) -> None:
    """The real manager answers: the service is offered, installed, and starts with the settings."""
    manager.forget()
    _environment(manager, "neighbour", ipykernel=None)
    _environment(manager, "thesis")
    offered = manager.run(manager.program, "init", "--json").expect(0).json["data"]
    assert offered["service"] == {"state": "offered", "installed": False, "units": []}
    done = manager.run(manager.program, "init", "--yes").expect(0)
    assert "systemctl --user enable --now kernelsync" in done.stdout
    assert manager.show("ActiveState") == "inactive"
    _start(manager)
    assert _kernels(manager) == {"thesis"}
    again = manager.run(manager.program, "init", "--json").expect(0).json["data"]
    assert (again["service"]["state"], again["settings"]["found"]) == ("running", True)
    manager.forget()


def test_status_knows_the_service(user: SystemdUser) -> None:
    """From a shell, which is outside the unit."""
    pid = _start(user)
    status = user.run(user.program, "status", "--json").expect(0).json["data"]
    assert status["service"]["running"] is True
    assert status["service"]["pid"] == pid


def test_stopping_is_a_normal_end(user: SystemdUser) -> None:
    """SIGTERM is answered; nobody has to be killed."""
    _start(user)
    user.systemctl("stop", "kernelsync").expect(0)
    assert user.show("Result") == "success"
    assert user.show("ExecMainStatus") == "0"


def test_reload_applies_the_settings(user: SystemdUser) -> None:
    """`systemctl reload` sends SIGHUP, and the service goes on."""
    pid = _start(user)
    user.systemctl("reload", "kernelsync").expect(0)
    wait_until(lambda: user.show("ActiveState") == "active", what=user.log)
    assert _pid(user) == pid


def test_a_killed_service_is_started_again(user: SystemdUser) -> None:
    """It comes back by itself, and sees what happened meanwhile."""
    pid = _start(user)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: user.show("ActiveState") != "active", what=user.log)
    _environment(user, "thesis")
    wait_until(lambda: _kernels(user) == {"thesis"}, timeout=15.0, what=user.log)
    assert _pid(user) not in {0, pid}
    assert user.show("NRestarts") == "1"


def test_a_service_that_hangs_is_started_again(user: SystemdUser) -> None:
    """The watchdog hears nothing from a stopped process."""
    _override(user, "[Service]\nWatchdogSec=1s\nRestartSec=100ms\n")
    pid = _start(user)
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: _pid(user) not in {0, pid}, timeout=15.0, what=user.log)
    wait_until(lambda: user.show("ActiveState") == "active", what=user.log)


def test_an_idle_service_keeps_its_watchdog_content(user: SystemdUser) -> None:
    """With nothing to do it still says often enough that it lives."""
    _override(user, "[Service]\nWatchdogSec=1s\n")
    pid = _start(user)
    first = int(user.show("WatchdogTimestampMonotonic"))
    later = first + 2_500_000
    wait_until(lambda: int(user.show("WatchdogTimestampMonotonic")) > later, what=user.log)
    assert _pid(user) == pid


def test_wrong_settings_do_not_start_it_over_and_over(user: SystemdUser) -> None:
    """A restart cannot help: it fails once, with the exit code of wrong settings."""
    path = f"{user.home}/.config/kernelsync/config.yaml"
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write("kernel: {}\n")
    user.own(os.path.dirname(path))
    assert user.systemctl("start", "kernelsync").code != 0
    assert user.show("ActiveState") == "failed"
    assert user.show("ExecMainStatus") == "2"
    assert user.show("NRestarts") == "0"


def test_a_namespace_that_hides_owners_takes_nothing_away(user: SystemdUser) -> None:
    """There every environment might be a stranger's: its kernel stays, and it is said why."""
    _environment(user, "thesis")
    _start(user)
    user.systemctl("stop", "kernelsync").expect(0)
    _override(user, "[Service]\nPrivateUsers=yes\n")
    _start(user)
    assert _kernels(user) == {"thesis"}
    assert "held removals: 1" in user.show("StatusText")
    assert "cannot be told in this user namespace" in user.log()


def test_a_second_service_by_hand_is_refused(user: SystemdUser) -> None:
    """Exit code 4; the one of the manager goes on."""
    pid = _start(user)
    user.run(user.program, "run").expect(4)
    assert _pid(user) == pid


def test_uninstall_stops_it_and_leaves_the_kernels(user: SystemdUser) -> None:
    """Nothing of the unit is left, also not what `enable` made."""
    _environment(user, "thesis")
    _start(user)
    user.run(user.program, "service", "uninstall").expect(0)
    assert user.show("LoadState") == "not-found"
    assert user.show("ActiveState") == "inactive"
    units = f"{user.home}/.config/systemd/user"
    left = [name for _, _, names in os.walk(units) for name in names]
    assert left == []
    assert _kernels(user) == {"thesis"}


def test_variables_of_the_shell_reach_the_service(user: SystemdUser) -> None:
    """Whatever characters they have: a space, a quote, a percent sign, a backslash."""
    odd = f'{user.home}/my "%h" $ \\ envs'
    os.mkdir(odd)
    user.run(user.program, "service", "install", WORKON_HOME=odd).expect(0)
    prefix = _environment(user, "thesis")
    os.rename(prefix, f"{odd}/thesis")
    user.own(odd)
    pid = _start(user)
    with open(f"/proc/{pid}/environ", "rb") as file:
        assert f"WORKON_HOME={odd}".encode() in file.read().split(b"\0")
    assert _kernels(user) == {"thesis"}


def _override(user: SystemdUser, text: str) -> None:
    """Do what `systemctl --user edit` does."""
    directory = f"{user.home}/.config/systemd/user/kernelsync.service.d"
    os.makedirs(directory)
    with open(f"{directory}/override.conf", "w", encoding="utf-8") as file:
        file.write(text)
    user.systemctl("daemon-reload").expect(0)
