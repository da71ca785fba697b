"""The strict drop-in, in the manager of an unprivileged user: it acts, and the service works.

systemd lets users have most of these directives in a user namespace only. There each is tried
alone, against the same unit without it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from support.hardening import Laboratory, lines_of, service_section
from support.systemd_user import SystemdUser
from support.trees import make_pyenv, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.real_tools import RealTools

    _Act = tuple[str, tuple[str, ...], str, str | None, str | None]

pytestmark = pytest.mark.real_tools

_VERSION = "3.12.1"
_DROP_IN = ".config/systemd/user/kernelsync.service.d/strict.conf"
_SPACE = ("PrivateUsers=yes",)
_STRICT = (*_SPACE, "ProtectSystem=strict")
_READ_ONLY = (*_SPACE, "ProtectHome=read-only")
_OTHERWISE = None

# The directive, what it needs, the attempt, and what comes of that without it and with it
# (_OTHERWISE: it depends on the machine, but is not the same).
_ACTS: list[_Act] = [
    ("PrivateUsers=yes", (), "root_owner", "0", "65534"),
    ("CapabilityBoundingSet=", _SPACE, "capabilities", _OTHERWISE, "0"),
    ("ProtectSystem=strict", _SPACE, "write_home", "done", "EROFS"),
    ("ProtectHome=read-only", _SPACE, "write_runtime", "done", "EROFS"),
    ("ReadWritePaths=%h/.local/share/jupyter", _STRICT, "write_data", "EROFS", "done"),
    ("ReadWritePaths=%h/.local/state/kernelsync", _STRICT, "write_state", "EROFS", "done"),
    ("ReadWritePaths=%h/.cache/kernelsync", _STRICT, "write_cache", "EROFS", "done"),
    ("ReadWritePaths=%t/kernelsync", _READ_ONLY, "write_locks", "EROFS", "done"),
    ("InaccessiblePaths=-%h/.ssh", _SPACE, "list_ssh", "done", "EACCES"),
    ("InaccessiblePaths=-%h/.gnupg", _SPACE, "list_gnupg", "done", "EACCES"),
    ("InaccessiblePaths=-%h/.aws", _SPACE, "list_aws", "done", "EACCES"),
    ("PrivateDevices=yes", _SPACE, "devices", "done", "ENOENT"),
    ("PrivateNetwork=yes", _SPACE, "network_namespace", _OTHERWISE, _OTHERWISE),
    ("ProtectClock=yes", _SPACE, "clock", "done", "EPERM"),
    ("ProtectHostname=yes", _SPACE, "host_namespace", _OTHERWISE, _OTHERWISE),
    ("ProtectKernelTunables=yes", _SPACE, "tunables", "writable", "read-only"),
    ("ProtectKernelModules=yes", _SPACE, "module_capability", "1", "0"),
    ("ProtectKernelLogs=yes", _SPACE, "kernel_log", _OTHERWISE, "0o0"),
    ("ProtectControlGroups=yes", _SPACE, "control_groups", "writable", "read-only"),
]
_HOW_IT_RUNS = {"Environment", "ExecStartPre"}


@pytest.fixture(scope="module")
def manager(tools: RealTools) -> Iterator[SystemdUser]:
    """Return a user manager that runs for all tests of this file."""
    with SystemdUser(tools) as made:
        yield made


@pytest.fixture(scope="module")
def laboratory(manager: SystemdUser) -> Laboratory:
    """Return the place where directives are tried, with everything that is to be touched."""
    for path in (
        *(".ssh", ".gnupg", ".aws"),
        *(".local/share/jupyter", ".local/state/kernelsync", ".cache/kernelsync"),
    ):
        manager.run("mkdir", "-p", f"{manager.home}/{path}").expect(0)
    manager.run("mkdir", "-p", f"{manager.runtime}/kernelsync").expect(0)
    return Laboratory(manager)


@pytest.mark.parametrize(
    "act", _ACTS, ids=[f"{each[0].partition('=')[0]}-{each[2]}" for each in _ACTS]
)
def test_it_acts(laboratory: Laboratory, act: _Act) -> None:
    """The same attempt comes to something else with the directive than without it."""
    directive, needs, attempt, without, with_it = act
    before = laboratory.tried(attempt, needs)
    after = laboratory.tried(attempt, (*needs, directive))
    assert before != after
    assert without in {before, _OTHERWISE}
    assert with_it in {after, _OTHERWISE}


def test_every_directive_of_the_drop_in_is_tried() -> None:
    """No directive is there for comfort."""
    untried = lines_of("strict.conf") - {directive for directive, *_ in _ACTS}
    assert {line.partition("=")[0] for line in untried} == _HOW_IT_RUNS


def test_all_of_them_together_act(laboratory: Laboratory) -> None:
    """As the service runs: with the unit's own restrictions as well."""
    both = (*service_section("kernelsync.service"), *service_section("strict.conf"))
    directives = tuple(line for line in both if not line.startswith(_ABOUT_THE_PROGRAM))
    expected = {
        "root_owner": "65534",
        "write_home": "EROFS",
        "write_data": "done",
        "list_ssh": "EACCES",
        "network": "EAFNOSUPPORT",
        "capabilities": "0",
        "processes": "done",
    }
    found = {attempt: laboratory.tried(attempt, directives) for attempt in expected}
    assert found == expected


_ABOUT_THE_PROGRAM = (
    *("Type=", "NotifyAccess=", "Exec", "Restart", "Watchdog", "Timeout"),
    # The memory of ctypes' functions is both written and run.
    "MemoryDenyWriteExecute=",
)


@pytest.fixture
def user(manager: SystemdUser) -> Iterator[SystemdUser]:
    """Return the user with unit and drop-in installed, not started, and one environment."""
    manager.forget()
    _environment(manager, "neighbour", ipykernel=None)
    manager.run(manager.program, "service", "install", "--strict").expect(0)
    yield manager
    manager.forget()


def _environment(user: SystemdUser, name: str, ipykernel: str | None = "6.29.5") -> str:
    base = f"{user.home}/.pyenv/versions/{_VERSION}"
    if not os.path.exists(base):
        make_pyenv(f"{user.home}/.pyenv", (_VERSION,))
        user.own(f"{user.home}/.pyenv")
    # Made elsewhere and moved, so that it belongs to the user when it appears.
    made = user.own(make_venv(f"{user.home}/.made", base=base, ipykernel=ipykernel))
    user.run("mkdir", "-p", f"{user.home}/.venvs").expect(0)
    os.rename(made, f"{user.home}/.venvs/{name}")
    return f"{user.home}/.venvs/{name}"


def _kernels(user: SystemdUser) -> set[str]:
    path = f"{user.home}/.local/share/jupyter/kernels"
    return set(os.listdir(path)) if os.path.isdir(path) else set()


def _start(user: SystemdUser) -> int:
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert user.show("ActiveState") == "active", user.log()
    return int(user.show("MainPID"))


def test_the_unit_with_the_drop_in_has_no_mistake(user: SystemdUser) -> None:
    """`systemd-analyze` ends well in spite of unknown keys: what counts is that it is silent."""
    unit = f"{user.home}/.config/systemd/user/kernelsync.service"
    assert os.path.exists(f"{user.home}/{_DROP_IN}")
    verified = user.run("systemd-analyze", "--user", "verify", unit).expect(0)
    assert verified.stderr == ""


def test_it_is_rated_better_than_the_unit_alone(user: SystemdUser) -> None:
    """By systemd's own measure of exposure, from 0 (best) to 10."""
    strict = _exposure(user)
    os.unlink(f"{user.home}/{_DROP_IN}")
    user.systemctl("daemon-reload").expect(0)
    alone = _exposure(user)
    print(f"\nexposure: {alone} for the unit, {strict} with the strict drop-in")  # noqa: T201 - worth knowing
    assert strict < 2.0 < alone


def _exposure(user: SystemdUser) -> float:
    said = user.run("systemd-analyze", "--user", "--no-pager", "security", "kernelsync").stdout
    found = re.search(r"Overall exposure level for kernelsync\.service: ([0-9.]+)", said)
    assert found is not None, said
    return float(found[1])


def test_it_starts_without_any_of_its_directories(user: SystemdUser) -> None:
    """On a new machine there is neither Jupyter's directory nor ours; the unit makes them."""
    assert not os.path.exists(f"{user.home}/.local/share/jupyter")
    assert not os.path.exists(f"{user.home}/.local/state/kernelsync")
    _environment(user, "thesis")
    _start(user)
    assert _kernels(user) == {"thesis"}
    assert user.show("StatusText") == "1 kernel of 3 environments"
    assert _status(user)["problems"] == []


def test_an_environment_appears_and_goes(user: SystemdUser) -> None:
    """It publishes, moves to the trash, and remembers what it has read."""
    _start(user)
    prefix = _environment(user, "thesis")
    wait_until(lambda: _kernels(user) == {"thesis"}, what=user.log)
    shutil.rmtree(prefix)
    wait_until(lambda: _kernels(user) == set(), timeout=10.0, what=user.log)
    trash = f"{user.home}/.local/share/jupyter/.kernelsync/trash"
    wait_until(lambda: os.listdir(trash), what=user.log)
    assert os.listdir(f"{user.home}/.cache/kernelsync")
    assert os.listdir(f"{user.home}/.local/state/kernelsync")


def test_a_base_below_usr_is_trusted(user: SystemdUser) -> None:
    """Root's Python looks like a stranger's there; the drop-in says that it is root's."""
    prefix = f"{user.home}/.venvs/system"
    user.run("/usr/bin/python3", "-m", "venv", "--without-pip", prefix).expect(0)
    _start(user)
    found = {each["name"]: each["state"] for each in _list(user)}
    assert found["system"] == "no-ipykernel", "judged from outside, where owners are known"
    assert "owner-hidden" not in {each["code"] for each in _status(user)["problems"]}


def test_a_kernel_in_use_stays(user: SystemdUser) -> None:
    """From inside the namespace, the processes outside are still seen."""
    prefix = _environment(user, "thesis")
    _start(user)
    shown = f"exec -a {prefix}/bin/python sleep 60"
    command = (*user.as_user(), "/bin/bash", "-c", shown)
    with subprocess.Popen(command, env=user.environ, cwd=user.home) as process:
        try:
            wait_until(lambda: _command(process.pid) == f"{prefix}/bin/python")
            shutil.rmtree(prefix)
            wait_until(
                lambda: "held removals: 1" in user.show("StatusText"), timeout=15.0, what=user.log
            )
            assert _kernels(user) == {"thesis"}
        finally:
            process.kill()


def _command(pid: int) -> str:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read().split(b"\0")[0].decode()


def test_without_trusted_paths_nothing_is_published_and_nothing_lost(user: SystemdUser) -> None:
    """What cannot be judged keeps its kernel, and everybody says what to do about it."""
    _environment(user, "thesis")
    _start(user)
    assert _kernels(user) == {"thesis"}
    user.systemctl("stop", "kernelsync").expect(0)
    directory = os.path.dirname(f"{user.home}/{_DROP_IN}")
    with open(f"{directory}/zz.conf", "w", encoding="utf-8") as file:
        file.write("[Service]\nEnvironment=KERNELSYNC_TRUSTED_PATHS=\n")
    user.systemctl("daemon-reload").expect(0)
    before = len(user.log())
    _environment(user, "second")
    _start(user)
    assert _kernels(user) == {"thesis"}
    assert user.show("StatusText") == ("0 kernels of 4 environments; problems: 1; held removals: 1")
    log = user.log()[before:]
    assert "cannot be told in this user namespace" in log
    assert "kernel 'thesis' stays" in log
    assert "KERNELSYNC_TRUSTED_PATHS" in log
    status = _status(user)
    assert "owner-hidden" in {each["code"] for each in status["problems"]}
    assert [each["name"] for each in status["data"]["held"]] == ["thesis"]


def test_once_in_a_namespace_goes_by_the_same_rule(user: SystemdUser) -> None:
    """As in a container without root: with exit code 1, and a way out that works."""
    _environment(user, "thesis")
    user.run(user.program, "once").expect(0)
    _environment(user, "second")
    alone = ("unshare", "--user", "--map-user", str(user.user.pw_uid), user.program)
    held = user.run(*alone, "once", "--json").expect(1)
    assert _kernels(user) == {"thesis"}
    assert "owner-hidden" in {each["code"] for each in held.json["problems"]}
    assert held.json["data"]["held"] == ["thesis"]
    again = user.run(*alone, "once", "--json").expect(1)
    assert again.json["data"]["held"] == ["thesis"], "nothing changed, and it is still so"
    done = user.run(*alone, "once", "--json", KERNELSYNC_TRUSTED_PATHS="/usr").expect(0)
    assert done.json["problems"] == []
    assert _kernels(user) == {"thesis", "second"}


def test_nobody_in_a_namespace_owns_nothing(user: SystemdUser) -> None:
    """In one that nobody has set up, even own files look like everybody's."""
    _environment(user, "thesis")
    user.run("unshare", "--user", user.program, "once")
    assert _kernels(user) == set()


def _status(user: SystemdUser) -> dict[str, object]:
    answer: dict[str, object] = user.run(user.program, "status", "--json").json
    return answer


def _list(user: SystemdUser) -> list[dict[str, str]]:
    found: list[dict[str, str]] = user.run(user.program, "list", "--all", "--json").json["data"][
        "environments"
    ]
    return found
