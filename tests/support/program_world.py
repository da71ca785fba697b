"""A home with environments, kernelspecs and strangers, put back to the same state before each run.

The environments stay where they are, because kernelsync knows their containers by inode; only
what kernelsync writes is put back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from support import program_driver
from support.invariants import Invariants
from support.program_shots import points_of
from support.programs import need
from support.trees import make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.program_shots import Point

Done = subprocess.CompletedProcess[str]

KINDS = {"once": "once", "undo": "undo", "clean": "clean", "sweep": "once"}
"""The commands that a fault may hit, by what is the matter when they begin."""

_OLD = ("same", "changed", "doomed", "other")
_FOREIGN = '{"argv": ["R"], "display_name": "R", "language": "R"}'
_TIMEOUT = 60


class World:
    """One user's home below a directory of the test's own."""

    def __init__(self, directory: str, first: str = "once") -> None:
        """Make the home; `first` is the command that makes the first kernelspecs."""
        self.directory = directory
        self.home = f"{directory}/home"
        self.envs = f"{self.home}/.venvs"
        self.data = f"{self.home}/.local/share/jupyter"
        self.kernels = f"{self.data}/kernels"
        self.trace_path = f"{directory}/trace"
        self.written = tuple(
            f"{self.home}/{name}"
            for name in (
                ".local/share/jupyter",
                ".local/state/kernelsync",
                ".cache/kernelsync",
                ".runtime/kernelsync",
            )
        )
        self.points: dict[tuple[str, tuple[str, ...]], list[Point]] = {}
        """The calls of each kind's command under some faults, as they were found."""
        self._make(first)
        self.invariants = Invariants(self.kernels, self.envs)

    def _make(self, first: str) -> None:
        os.makedirs(f"{self.home}/.runtime", mode=0o700)
        self.base = make_base(f"{self.directory}/python", "3.12.1")
        for name in _OLD:
            make_venv(f"{self.envs}/{name}", base=self.base)
        self._put_strangers()
        self.succeed(first)
        shutil.rmtree(f"{self.envs}/doomed")
        shutil.rmtree(f"{self.envs}/changed")
        make_venv(f"{self.envs}/changed", base=self.base, version="3.12.1", ipykernel="7.0.0")
        write(f"{self.envs}/changed/share/jupyter/kernels/python3/logo-64x64.png", b"other")
        make_venv(f"{self.envs}/fresh", base=self.base)
        self._keep("once")
        self.succeed(first)
        self._keep("undo")
        self._keep("clean")
        if first != "once":
            return
        # Once without faults, so that the driver learns what each imports.
        self.succeed("undo")
        self.succeed("clean")

    def _put_strangers(self) -> None:
        write(f"{self.kernels}/ir/kernel.json", _FOREIGN)
        write(f"{self.kernels}/ir/logo-svg.svg", "<svg/>")
        os.makedirs(f"{self.kernels}/empty")

    def _keep(self, kind: str) -> None:
        for number, path in enumerate(self.written):
            if os.path.isdir(path):
                shutil.copytree(path, f"{self.directory}/{kind}/{number}", symlinks=True)

    def keep_for_sweep(self, point: tuple[str, int]) -> None:
        """Let `sweep` begin with what a pass leaves that was killed at this call."""
        self.put_back("once")
        name, number = point
        self.run_traced("once", f"{name}:signal=KILL:when={number}")
        shutil.rmtree(f"{self.directory}/sweep", ignore_errors=True)
        self._keep("sweep")

    def last_exchange(self) -> tuple[str, int]:
        """Return the call after an exchange: new and old have changed places, and no more."""
        found = points_of(self, "once")
        exchange = max(index for index, each in enumerate(found) if "RENAME_EXCHANGE" in each.line)
        after = next(each for each in found[exchange + 1 :] if each.is_mutating)
        return after.name, after.number

    def put_back(self, kind: str) -> None:
        """Make everything as it was before a command of this kind."""
        state = kind if kind in KINDS else "once"
        for number, path in enumerate(self.written):
            shutil.rmtree(path, ignore_errors=True)
            kept = f"{self.directory}/{state}/{number}"
            if os.path.isdir(kept):
                shutil.copytree(kept, path, symlinks=True)
        self.invariants.remember()

    def succeed(self, command: str) -> Done:
        """Run a command without faults; it must end well."""
        done = self.run(command)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done

    def run(self, command: str, *arguments: str) -> Done:
        """Run a command without faults."""
        return self._start([], command, *arguments)

    def start(self, command: str) -> subprocess.Popen[str]:
        """Start a command, and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-S", "-B", *self.command_for(command)],
            env=self.environ,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_traced(self, kind: str, *faults: str, names: Sequence[str] = ()) -> Done:
        """Run the kind's command under strace with these faults; the trace is in `trace()`."""
        traced = ",".join(names) if names else "%file,%desc,%process,%network"
        options = [part for fault in faults for part in ("-e", f"inject={fault}")]
        strace = [need("strace"), "-f", "-y", "-s", "64", "-o", self.trace_path]
        return self._start([*strace, "-e", f"trace={traced}", *options], KINDS.get(kind, kind))

    def trace(self) -> list[str]:
        """Return what strace wrote."""
        with open(self.trace_path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def own_trace(self) -> list[str]:
        """Return the part of the trace after the beginning of the program's own work."""
        lines = self.trace()
        begin = next(number for number, line in enumerate(lines) if program_driver.BEGIN in line)
        return lines[begin + 1 :]

    def is_done(self, kind: str) -> bool:
        """Return whether all is as the kind's command should leave it."""
        if kind == "clean":
            return not self.invariants.ours()
        if kind == "undo":
            return self.has_doomed()
        return not self.invariants.unsettled()

    def violations(self, kind: str, *, in_place: bool = False) -> list[str]:
        """Return which promises are broken at this moment, after the kind's command."""
        return self.invariants.violations(in_place=in_place, cleaned=kind == "clean")

    def has_doomed(self) -> bool:
        """Return whether the kernel of the environment that is gone is still there."""
        return self.has_kernel("doomed")

    def has_kernel(self, name: str) -> bool:
        """Return whether this environment has a kernel."""
        return f"{self.envs}/{name}" in self.invariants.ours()

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the program."""
        return {
            "HOME": self.home,
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "XDG_RUNTIME_DIR": f"{self.home}/.runtime",
        }

    def command_for(self, command: str) -> list[str]:
        """Return the program with its arguments, for Python."""
        return [program_driver.__file__, f"{self.directory}/modules-{command}", command]

    def _start(self, prefix: Sequence[str], command: str, *arguments: str) -> Done:
        return subprocess.run(
            [*prefix, sys.executable, "-S", "-B", *self.command_for(command), *arguments],
            env=self.environ,
            # Not at home: strace shows it beside each path that is absolute anyway.
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT,
        )
