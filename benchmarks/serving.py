"""Runs the service, and the programs that are compared with it, in a world of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager

from readings import read
from sampling import MeasurementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from readings import Reading
    from workshop import Workshop
    from worlds import World

PATIENCE = 300.0
"""Seconds that anything may take at most."""
_STEP = 0.02
_STILL = 3.5
"""Seconds without any CPU time after which a service counts as idle: longer than it settles."""
RIVAL = f"{os.path.dirname(os.path.abspath(__file__))}/rival.py"


class Process:
    """A running program: what it costs can be read, and it can be stopped and continued."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self._process = process

    def read(self) -> Reading:
        """Return what it has used until now."""
        if self._process.poll() is not None:
            message = f"{self.name} has ended with {self._process.returncode}"
            raise MeasurementError(message)
        return read(self._process.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def until_idle(self) -> Reading:
        """Wait until it uses no CPU time any more, and return its reading."""
        before = self.read()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(_STILL)
            now = self.read()
            if now.cpu == before.cpu:
                return now
            before = now
        message = f"{self.name} does not come to rest"
        raise MeasurementError(message)

    def end(self) -> None:
        """End it, and wait for its end."""
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Service(Process):
    """The service in its world, with what it logs."""

    def __init__(self, world: World, shop: Workshop) -> None:
        self.world = world
        self._log = f"{world.home}/service.log"
        with open(self._log, "wb") as log:
            process = subprocess.Popen(
                [f"{shop.kernelsync}/bin/kernelsync", "run"],
                env=world.environ(),
                cwd=world.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        super().__init__("kernelsync run", process)

    def log(self) -> str:
        """Return what it has logged."""
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def passes(self) -> int:
        """Return what changes with every pass: the time at which it last said that it lives."""
        for directory in (f"{self.world.home}/run/kernelsync", f"{self.world.home}/run"):
            try:
                return os.stat(f"{directory}/service.lock").st_mtime_ns
            except FileNotFoundError:
                continue
        message = "the service has no lock file"
        raise MeasurementError(message)


@contextmanager
def serving(world: World, shop: Workshop) -> Iterator[Service]:
    """Run the service, idle after its first pass, until the end of the block."""
    service = Service(world, shop)
    try:
        wait_for("the first pass of the service", lambda: _has_begun(service))
        service.until_idle()
        yield service
    finally:
        service.end()


@contextmanager
def rival(shop: Workshop, kind: str, place: str = "") -> Iterator[Process]:
    """Run another watcher until the end of the block; `sleep` is kernelsync's bare Python."""
    home = shop.kernelsync if kind == "sleep" else shop.rivals
    process = subprocess.Popen(
        [f"{home}/bin/python", RIVAL, kind, *([place] if place else [])],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # watchdog warns when it meets a directory twice
    )
    running = Process(kind, process)
    try:
        line = process.stdout.readline() if process.stdout is not None else b""
        if line.strip() != b"ready":
            message = f"{kind} does not begin to watch"
            raise MeasurementError(message)
        yield running
    finally:
        running.end()


def wait_for(what: str, is_so: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    """Wait until something is so.

    Raises:
        MeasurementError: it does not come.
    """
    deadline = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > deadline:
            message = f"no {what} within {patience:g} s"
            raise MeasurementError(message)
        time.sleep(_STEP)


def _has_begun(service: Service) -> bool:
    state = f"{service.world.home}/.local/state/kernelsync"
    return service.read().watches > 0 and os.path.isdir(state)
