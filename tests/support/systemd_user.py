"""A real systemd user manager, for an unprivileged user, without booting systemd.

Root would have capabilities that make directives act which do nothing for a real user: so
where the tests run as root, they make a user of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

from support.processes import run
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from support.processes import Result
    from support.real_tools import RealTools

_USER = "kernelsync-test"
_MANAGER = "/lib/systemd/systemd"
_JOURNAL = "/lib/systemd/systemd-journald"
_CGROUPS = ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup")
_IS_ROOT = os.geteuid() == 0

# A /run of its own, as a booted system has it: a mount (or directives about mounts hide it),
# with what sd_booted(3) asks for, a place for the root of a unit with its own mounts, and a
# journal that nobody else writes to.
_SET_UP = (
    "mount -t tmpfs -o mode=0755 tmpfs /run; "
    "mkdir -p /run/systemd/system /run/systemd/unit-root /run/user; "
    "mkdir -m 0700 {runtime}; chown {user} {runtime}; "
    "mkdir /run/systemd/journald.conf.d; "
    "printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\nAudit=no\\n' "
    "> /run/systemd/journald.conf.d/test.conf; "
    f"{_JOURNAL} & echo $! > {{home}}/journal.pid; "
    "until test -S /run/systemd/journal/stdout; do sleep 0.05; done; "
)


class SystemdUser:
    """A user with a home, a user manager, and kernelsync in `~/.local/bin`.

    Without `installed`, kernelsync is not there yet. `python` is one that the user can run.
    """

    def __init__(self, tools: RealTools, *, installed: bool = True) -> None:
        self.user = _user()
        # Not below the test's own directory, into which no other user can look.
        self.home = tempfile.mkdtemp(prefix="kernelsync-user-")
        self.runtime = f"/run/user/{self.user.pw_uid}" if _IS_ROOT else f"{self.home}/.runtime"
        self.environ = {
            "HOME": self.home,
            "LANG": "C.UTF-8",
            "LOGNAME": self.user.pw_name,
            "PATH": "/usr/bin:/bin",
            "SHELL": "/bin/sh",
            "USER": self.user.pw_name,
            "XDG_RUNTIME_DIR": self.runtime,
        }
        self._cgroups: list[str] = []
        self._manager: subprocess.Popen[bytes] | None = None
        self.python = _python()
        if installed:
            self._install(tools)
        else:
            self.own(self.home)

    def __enter__(self) -> Self:
        set_up = "" if _IS_ROOT else f"rm -rf {self.runtime}; mkdir -m 0700 {self.runtime}; "
        if _IS_ROOT:
            self._cgroups = [self._cgroup(each) for each in _CGROUPS if _is_cgroup(each)]
            set_up = _SET_UP.format(runtime=self.runtime, user=self.user.pw_uid, home=self.home)
        join = "".join(f"echo $$ > {each}/cgroup.procs; " for each in self._cgroups)
        user = " ".join(self._setpriv())
        command = f"{user} {_MANAGER} --user --log-target=console"
        shell = ("unshare", "--mount", "/bin/sh", "-e") if _IS_ROOT else ("/bin/sh", "-e")
        with open(f"{self.home}/manager.log", "wb") as log:
            self._manager = subprocess.Popen(
                (*shell, "-c", f"{set_up}{join}exec {command}"),
                env=self.environ,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(
            lambda: self.systemctl("show", "--property=Version").code == 0,
            what=self.log,
            timeout=20,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._manager is not None
        self._manager.terminate()
        try:
            self._manager.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._manager.kill()
            self._manager.wait()
        if _IS_ROOT:
            with open(f"{self.home}/journal.pid", encoding="ascii") as file:
                os.kill(int(file.read()), signal.SIGTERM)
        # What the service has started may outlive the manager, and still write into the home.
        wait_until(lambda: not self._ended_leftovers(), what=self.log, timeout=20)
        for cgroup in self._cgroups:
            subprocess.run(
                ("find", cgroup, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"),
                check=False,
                capture_output=True,
            )
        shutil.rmtree(self.home)

    def _ended_leftovers(self) -> list[int]:
        """End what is left in the control groups of the manager; return what there was."""
        found: set[int] = set()
        for cgroup in self._cgroups:
            for at, _, names in os.walk(cgroup):
                if "cgroup.procs" in names:
                    with open(f"{at}/cgroup.procs", encoding="ascii") as file:
                        found.update(map(int, file))
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return sorted(found)

    @property
    def program(self) -> str:
        """The console script of kernelsync, where pipx and uv tool put it."""
        return f"{self.home}/.local/bin/kernelsync"

    def run(self, *command: str, **variables: str) -> Result:
        """Run a command as the user."""
        environ = {**self.environ, **variables}
        return run((*self.as_user(), *command), environ=environ, cwd=self.home)

    def systemctl(self, *words: str) -> Result:
        """Run `systemctl --user`."""
        return self.run("systemctl", "--user", "--no-pager", *words)

    def show(self, key: str, unit: str = "kernelsync") -> str:
        """Return one property of a unit."""
        return self.systemctl("show", f"--property={key}", "--value", unit).expect(0).stdout.strip()

    def own(self, path: str) -> str:
        """Give a path, and everything below it, to the user."""
        if _IS_ROOT:
            owner = f"{self.user.pw_uid}:{self.user.pw_gid}"
            subprocess.run(("chown", "-R", "-h", owner, path), check=True)
        return path

    def forget(self) -> None:
        """Stop the service, and remove what a test has left in the home directory."""
        self.systemctl("disable", "--now", "kernelsync")
        for name in (
            ".venvs",
            ".pyenv",
            ".config",
            ".cache",
            ".local/state",
            ".local/share/jupyter",
        ):
            shutil.rmtree(f"{self.home}/{name}", ignore_errors=True)
        self.systemctl("daemon-reload").expect(0)
        self.systemctl("reset-failed").expect(0)

    def log(self) -> str:
        """Return what the manager and the service have written."""
        with open(f"{self.home}/manager.log", encoding="utf-8", errors="replace") as file:
            said = file.read()
        return said + "".join(f"{each['MESSAGE']}\n" for each in self.journal())

    def journal(self) -> list[dict[str, str]]:
        """Return what the service has written to the journal, each line with its fields."""
        select = () if _IS_ROOT else ("--user",)
        fields = (f"_UID={self.user.pw_uid}", "SYSLOG_IDENTIFIER=kernelsync")
        query = ("journalctl", *select, "--no-pager", "--quiet", "--output=json", *fields)
        found = run((*self._inside(), *query), environ=self.environ, cwd=self.home)
        return [json.loads(line) for line in found.stdout.splitlines()]

    def _inside(self) -> tuple[str, ...]:
        """Return what to put before a command, so that it sees the same mounts."""
        if not _IS_ROOT or self._manager is None:
            return ()
        return ("nsenter", f"--mount=/proc/{self._manager.pid}/ns/mnt", f"--wdns={self.home}")

    def as_user(self) -> tuple[str, ...]:
        """Return what to put before a command, so that it runs as the user, in the same world."""
        return (*self._inside(), *self._setpriv())

    def _setpriv(self) -> tuple[str, ...]:
        if not _IS_ROOT:
            return ()
        uid, gid = str(self.user.pw_uid), str(self.user.pw_gid)
        return ("setpriv", "--reuid", uid, "--regid", gid, "--init-groups")

    def _install(self, tools: RealTools) -> None:
        """Install the wheel as pipx does: an environment, and a link in `~/.local/bin`."""
        prefix = f"{self.home}/.local/share/pipx/venvs/kernelsync"
        tools.install_kernelsync(prefix, python=self.python)
        os.makedirs(os.path.dirname(self.program))
        os.symlink(f"{prefix}/bin/kernelsync", self.program)
        if _IS_ROOT:
            # Not the environment: its files may be links into the cache of downloads.
            for path in (self.home, f"{self.home}/.local", f"{self.home}/.local/share"):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _cgroup(self, hierarchy: str) -> str:
        path = f"{hierarchy}/{os.path.basename(self.home)}"
        os.makedirs(path, exist_ok=True)
        return self.own(path)


def _user() -> pwd.struct_passwd:
    if not _IS_ROOT:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        subprocess.run(("useradd", "--no-create-home", "--shell", "/bin/sh", _USER), check=True)
        return pwd.getpwnam(_USER)


def _is_cgroup(path: str) -> bool:
    return os.path.exists(f"{path}/cgroup.procs")


def _python() -> str:
    """Return a Python that every user can run; root's own may be in root's home."""
    real = os.path.realpath(sys.executable)
    return real if not real.startswith("/root/") else "/usr/bin/python3"
