"""Runs `kernelsync run` as a service manager would, and hears what it says."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import kernelsync
from support.processes import run
from support.trees import make_pyenv, make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.machine import Machine
    from support.processes import Result

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(kernelsync.__file__)))
_PROGRAM = (sys.executable, "-m", "kernelsync.cli.main")
_VERSION = "3.12.1"
_STILL = 2.0
"""Seconds: a service rests after one and a half, and then sleeps."""


class Household:
    """A user's home with pyenv's Python 3.12 and `~/.venvs`, none of it ever run.

    A kernel-less neighbour lies in `~/.venvs` from the beginning: a folder that loses all
    that was in it looks like an unmounted disk.
    """

    def __init__(self, home: str) -> None:
        self.home = home
        runtime = os.path.join(home, ".runtime")
        os.makedirs(runtime, mode=0o700)
        self.environ = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": SOURCE,
            "XDG_RUNTIME_DIR": runtime,
        }
        self.base = f"{make_pyenv(f'{home}/.pyenv', (_VERSION,))}/versions/{_VERSION}"
        self.environment("neighbour", ipykernel=None)

    def path(self, *parts: str) -> str:
        """Return an absolute path below the home directory."""
        return os.path.join(self.home, *parts)

    def environment(self, name: str, ipykernel: str | None = "6.29.5") -> str:
        """Make an environment in `~/.venvs`, and return its prefix."""
        return make_venv(self.path(".venvs", name), base=self.base, ipykernel=ipykernel)

    def kernels(self) -> set[str]:
        """Return the names of the installed kernels."""
        with contextlib.suppress(FileNotFoundError):
            return set(os.listdir(self.path(".local/share/jupyter/kernels")))
        return set()

    def settings(self, text: str) -> str:
        """Write the settings file in one step, and return its path."""
        path = self.path(".config/kernelsync/config.yaml")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{path}.new", path)
        return path

    def kernelsync(self, *arguments: str, **variables: str) -> Result:
        """Run a command to its end."""
        return self.run(*_PROGRAM, *arguments, **variables)

    def run(self, *command: str, **variables: str) -> Result:
        """Run any program to its end, with the environment of this home."""
        return run(command, environ={**self.environ, **variables}, cwd=self.home)

    @contextlib.contextmanager
    def service(
        self, *arguments: str, program: tuple[str, ...] = _PROGRAM, **variables: str
    ) -> Iterator[Service]:
        """Have the service run; it is ready when this begins, and gone when it ends."""
        service = Service(self, arguments, variables, program)
        try:
            if variables.get("NOTIFY_SOCKET") == "":
                service.wait_started()
            else:
                service.wait_ready()
            yield service
        finally:
            service.kill()


class Service:
    """One running service of a home; `program` is the kernelsync that serves.

    `messages` are those to the service manager, one assignment each, in their order;
    `log` is what it has written to stderr.
    """

    def __init__(
        self,
        household: Household | Machine,
        arguments: tuple[str, ...],
        variables: dict[str, str],
        program: tuple[str, ...] = _PROGRAM,
    ) -> None:
        self.messages: list[str] = []
        self._home = household.home
        address = os.path.join(household.environ["XDG_RUNTIME_DIR"], f"notify-{id(self):x}")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._log_path = f"{address}.log"
        with open(self._log_path, "wb") as log:
            self.process = subprocess.Popen(
                (*program, "run", *arguments),
                env={**household.environ, "NOTIFY_SOCKET": address, **variables},
                cwd=household.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def log(self) -> str:
        """What it has written so far."""
        with open(self._log_path, encoding="utf-8", errors="backslashreplace") as file:
            return file.read()

    def count(self, assignment: str) -> int:
        """Return how often the service manager was told this."""
        return self.messages.count(assignment)

    @property
    def status(self) -> str:
        """The last STATUS."""
        told = [each for each in self.messages if each.startswith("STATUS=")]
        return told[-1].removeprefix("STATUS=") if told else ""

    def wait_ready(self) -> None:
        """Wait for its first READY."""
        wait_until(lambda: self.count("READY=1") or self.process.poll() is not None, what=self.told)
        assert self.process.poll() is None, self.told()

    def wait_started(self) -> None:
        """Wait until it has written its state: one without a manager tells nobody."""
        states = os.path.join(self._home, ".local/state/kernelsync")
        wait_until(lambda: os.path.isdir(states) and bool(os.listdir(states)), what=self.told)

    def reload(self) -> None:
        """Ask it to read its settings again, and wait until it has."""
        before = self.count("READY=1")
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.count("READY=1") > before, what=self.told)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=10)

    def switches(self) -> int:
        """Return how often its threads have gone to sleep in all."""
        tasks = f"/proc/{self.process.pid}/task"
        return sum(_switches_of(f"{tasks}/{task}/status") for task in os.listdir(tasks))

    def wait_still(self) -> None:
        """Wait until it has slept for two seconds without a break."""
        seen = [(time.monotonic(), -1)]

        def is_still() -> bool:
            now, switches = time.monotonic(), self.switches()
            if switches != seen[-1][1]:
                seen.append((now, switches))
            return now - seen[-1][0] > _STILL

        wait_until(is_still, what=self.told)

    def kill(self) -> None:
        """End it, however it is."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._socket.close()

    def told(self) -> str:
        """Return all that it has said, for the message of a failed test."""
        return f"\nexit code {self.process.poll()}\n{self.messages}\n{self.log}"

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while message := self._socket.recv(65536):
                self.messages.extend(message.decode().split("\n"))


def _switches_of(status: str) -> int:
    with open(status, encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    return int(lines["voluntary_ctxt_switches"])
