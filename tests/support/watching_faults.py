"""What the faults of watching are tried on: plain watchdog, and a service made of our parts.

Faults that need a namespace, a limit or fewer rights are tried in a child process: `in_child`
runs a function of the test's own file there, and returns what it returned.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from kernelsync.watch.bell import Bell
from kernelsync.watch.choice import watcher_for
from kernelsync.watch.debounce import Debounce, Patience
from kernelsync.watch.lookout import Lookout
from kernelsync.watch.supervisor import Rounds, Supervisor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Self

    from watchdog.events import FileSystemEvent

    from kernelsync.model.problem import Problem
    from kernelsync.watch.debounce import Due
    from kernelsync.watch.protocol import Health, Wake, Watcher

    Make = Callable[[Wake], Watcher]

POLL = 0.2
"""Seconds between two looks at a polled directory, in tests."""

SILENCE = 0.8
"""Seconds after which nothing is taken for nothing at all; watchdog holds back 0.5 s at most."""

ROOT = os.geteuid() == 0
MOUNTS = ("unshare", "-m") if ROOT else ("unshare", "-Urm")
LIMITS = ("unshare", "-Ur")
# Root without capabilities obeys permissions like anybody else.
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if ROOT else ()

_NEVER = 3600.0
_TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Plain(FileSystemEventHandler):
    """Plain watchdog, `Observer.schedule`, which keeps the paths that it is told of."""

    def __init__(self, path: str, *, recursive: bool = False, follow: bool = False) -> None:
        self.told: list[str] = []
        self.observer = Observer()
        self.observer.schedule(self, path, recursive=recursive, follow_symlink=follow)

    def dispatch(self, event: FileSystemEvent) -> None:
        """Keep the paths of what was made, removed or moved."""
        if event.event_type in {"created", "deleted", "moved"}:
            self.told += [os.fsdecode(event.src_path), os.fsdecode(event.dest_path)]

    def hears(self, path: str, within: float = SILENCE) -> bool:
        """Whether it is told of this path in time."""
        return happens(lambda: path in self.told, within)

    def __enter__(self) -> Self:
        self.observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(KeyError):  # its bookkeeping may be one of the faults
            self.observer.stop()
        with contextlib.suppress(RuntimeError):
            self.observer.join(timeout=5)


class Service:
    """The loop of a service: wait, pass, update; a pass lists the directories and no more.

    Rescan and check are far away unless given: what is found is found by watching. `make`
    gives another watcher than the platform's.
    """

    def __init__(
        self,
        *directories: str,
        rescan: float = _NEVER,
        check: float = _NEVER,
        make: Make | None = None,
    ) -> None:
        self.directories = directories
        self.known: dict[str, frozenset[str] | None] = {}
        self.passes = 0
        self.dues: list[Due] = []
        self.problems: dict[str, Problem] = {}
        self.bell = Bell(time.monotonic)
        self.debounce = Debounce(Patience(settle=0.05, cap=0.5))
        self.supervisor = Supervisor(
            make or (lambda wake: watcher_for(sys.platform, wake, poll_every=POLL)),
            self.bell.ring,
            rounds=Rounds(rescan=rescan, check=check, first_pause=0.05),
            random=lambda: 0.5,
        )
        self.lookout = Lookout(self.bell, self.debounce, self.supervisor, clock=time.monotonic)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def health(self) -> Health:
        """The health of the watcher."""
        return self.supervisor.health()

    def knows(self, path: str) -> bool:
        """Whether the last pass saw this entry."""
        directory, name = os.path.split(path)
        return name in (self.known.get(directory) or ())

    def finds(self, path: str, within: float = 10.0) -> bool:
        """Whether a pass sees this entry in time."""
        return happens(lambda: self.knows(path), within)

    def loses(self, path: str, within: float = 10.0) -> bool:
        """Whether a pass sees in time that this entry is gone."""
        return happens(lambda: not self.knows(path), within)

    def rests(self) -> int:
        """Wait until no pass is made any more, and return how many there were."""
        while happens(lambda passes=self.passes: self.passes != passes, 0.4):  # type: ignore[misc] # a lambda's default
            continue
        return self.passes

    def __enter__(self) -> Self:
        self._thread.start()
        self.rests()
        return self

    def __exit__(self, *_: object) -> None:
        self.bell.call()
        self._thread.join(timeout=10)
        self.lookout.close()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._pass()
            while (due := self.lookout.wait()) is not None:
                self.dues.append(due)
                self._pass()
        except BaseException as failure:  # noqa: BLE001 - it is raised in the test's thread
            self._failure = failure

    def _pass(self) -> None:
        self.problems.update({problem.code: problem for problem in self.health.problems})
        self.known = {directory: _listed(directory) for directory in self.directories}
        self.supervisor.update(self.directories, time.monotonic())
        self.problems.update({problem.code: problem for problem in self.health.problems})
        self.passes += 1


def happens(predicate: Callable[[], object], within: float) -> bool:
    """Whether the predicate comes to hold within so many seconds."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not predicate():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.005)
    return True


def make_file(path: str) -> str:
    """Make an empty file, and return its path."""
    with open(path, "x", encoding="ascii"):
        return path


def make_directory(*parts: str) -> str:
    """Make a directory (and its parents), and return its path."""
    path = os.path.join(*parts)
    os.makedirs(path)
    return path


def in_child(function: Callable[..., object], wrapper: Sequence[str], *arguments: str) -> Any:  # noqa: ANN401 - JSON
    """Run a function of a test file in a process below `wrapper`; return what it returns."""
    with Child(function, wrapper, *arguments) as child:
        return child.result()


class Child:
    """A process that runs one function of a test file; `say` and `answer` talk with it."""

    def __init__(
        self, function: Callable[..., object], wrapper: Sequence[str], *arguments: str
    ) -> None:
        command = (
            *wrapper,
            sys.executable,
            os.path.abspath(__file__),
            function.__code__.co_filename,
            function.__name__,
            *arguments,
        )
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([_TESTS, *filter(None, sys.path)])}
        self.process = subprocess.Popen(
            command,
            env=environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def hear(self) -> str:
        """Return the next line that the child says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def go_on(self) -> None:
        """Let the child's `waits_for_parent` return."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold all threads of the child in the meantime."""
        self.process.send_signal(signal.SIGSTOP)
        assert happens(self._is_stopped, 10)
        yield
        self.process.send_signal(signal.SIGCONT)

    def result(self) -> Any:  # noqa: ANN401 - whatever JSON can say
        """Return what the function returned; fail with what the child said otherwise."""
        stdout, stderr = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, stdout + stderr
        return json.loads(stdout.splitlines()[-1])

    def _is_stopped(self) -> bool:
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"


def waits_for_parent() -> None:
    """Tell the parent that all is set up, and wait for its `go_on` (in a child)."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def run(*command: str) -> None:
    """Run a program that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"


def _listed(directory: str) -> frozenset[str] | None:
    try:
        return frozenset(os.listdir(directory))
    except OSError:
        return None


def _run_in_child(file: str, name: str, *arguments: str) -> None:
    spec = importlib.util.spec_from_file_location("tried_in_child", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.stdout.write(json.dumps(getattr(module, name)(*arguments)) + "\n")


if __name__ == "__main__":
    _run_in_child(*sys.argv[1:])
