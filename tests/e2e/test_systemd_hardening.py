"""Each directive of the shipped unit acts, in the manager of an unprivileged user.

systemd accepts many directives there that do nothing. So each is tried alone, against the same
unit without it.
"""

from __future__ import annotations

import os
import platform
import shutil

import pytest

from support.hardening import Laboratory, lines_of
from support.real_tools import SOURCE
from support.systemd_user import SystemdUser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_UNIT = os.path.join(SOURCE, "systemd", "kernelsync.service")
_FILTER = (
    "SystemCallFilter=@system-service "
    "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
)
_WITHOUT = "SystemCallFilter=~@privileged @resources @debug"
_NUMBER = "SystemCallErrorNumber=EPERM"

# The directives, the attempt, what comes of it without them (None: it depends on the machine),
# and what with them.
_ACTS = [
    (("UMask=0077",), "umask", None, "0o77"),
    (("NoNewPrivileges=yes",), "privileges", "0", "1"),
    (("RestrictSUIDSGID=yes",), "set_user_id", "done", "EPERM"),
    (("RestrictRealtime=yes",), "realtime", "EINVAL", "EPERM"),
    (("RestrictNamespaces=yes",), "namespace", "done", "EPERM"),
    (("RestrictAddressFamilies=AF_UNIX",), "network", "done", "EAFNOSUPPORT"),
    (("RestrictAddressFamilies=AF_UNIX",), "local_socket", "done", "done"),
    (("LockPersonality=yes",), "execution_domain", "done", "EPERM"),
    (("MemoryDenyWriteExecute=yes",), "written_program", "done", "EPERM"),
    ((_FILTER, _NUMBER), "debugging", "done", "EPERM"),
    ((_FILTER, _WITHOUT, _NUMBER), "priority", "done", "EPERM"),
    ((_FILTER, _WITHOUT, _NUMBER), "owner", "done", "EPERM"),
    ((_FILTER, _WITHOUT, _NUMBER), "confinement", "done", "done"),
    (("LimitCORE=0",), "core", None, "0"),
    (("Nice=10",), "niceness", "0", "10"),
    (("OOMScoreAdjust=200",), "expendable", None, "200"),
]
if platform.machine() == "x86_64":
    _ACTS.append((("SystemCallArchitectures=native",), "foreign_call", "done", "SIGSYS"))

_HOW_IT_RUNS = {
    "ExecReload",
    "ExecStart",
    "NotifyAccess",
    "Restart",
    "RestartPreventExitStatus",
    "RestartSec",
    "TimeoutStartSec",
    "TimeoutStopSec",
    "Type",
    "WatchdogSec",
}


@pytest.fixture(scope="module")
def user(tools: RealTools) -> Iterator[SystemdUser]:
    """Return a user manager that runs for all tests of this file."""
    with SystemdUser(tools) as made:
        yield made


@pytest.fixture(scope="module")
def laboratory(user: SystemdUser) -> Laboratory:
    """Return the place where directives are tried."""
    return Laboratory(user)


@pytest.mark.parametrize(
    ("directives", "attempt", "without", "with_them"),
    _ACTS,
    ids=[f"{directives[-1].partition('=')[0]}-{attempt}" for directives, attempt, _, _ in _ACTS],
)
def test_it_acts(
    laboratory: Laboratory,
    directives: tuple[str, ...],
    attempt: str,
    without: str | None,
    with_them: str,
) -> None:
    """The same attempt comes to something else with the directive than without it."""
    if without is not None:
        assert laboratory.tried(attempt, ()) == without
    else:
        assert laboratory.tried(attempt, ()) != with_them
    assert laboratory.tried(attempt, directives) == with_them


def test_every_directive_of_the_unit_is_tried() -> None:
    """No directive is there for comfort; the others say how the service is run."""
    lines = lines_of("kernelsync.service")
    tried = {directive for directives, _, _, _ in _ACTS for directive in directives}
    tried.add("SystemCallArchitectures=native")
    untried = lines - tried
    assert {line.partition("=")[0] for line in untried} == _HOW_IT_RUNS


def test_the_shipped_unit_has_no_mistake(user: SystemdUser) -> None:
    """As it lies in the wheel: silence is what counts, because unknown keys end well."""
    os.makedirs(f"{user.home}/.config/systemd/user", exist_ok=True)
    path = shutil.copy(_UNIT, f"{user.home}/.config/systemd/user/kernelsync.service")
    verified = user.run("systemd-analyze", "--user", "verify", path)
    os.unlink(path)
    assert (verified.code, verified.stderr) == (0, "")
