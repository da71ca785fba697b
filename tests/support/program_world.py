"""A home with environments, kernelspecs and strangers, put back to the same state before each run.

The environments stay where they are, because kernelsync knows their containers by inode; only
what kernelsync writes is put back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

from support import program_driver
from support.copies import Copies
from support.invariants import Invariants
from support.program_runs import Runs
from support.program_shots import NO_FLAGS, points_of
from support.trees import make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from support.program_runs import Done
    from support.program_shots import Point

KINDS = {"once": "once", "undo": "undo", "clean": "clean", "sweep": "once", "resume": "once"}
"""The commands that a fault may hit, by what is the matter when they begin.

Before `sweep` a pass was killed after an exchange, before `resume` one that went file by file.
"""

_OLD = ("same", "changed", "doomed", "other")
_FOREIGN = '{"argv": ["R"], "display_name": "R", "language": "R"}'
_EVERYTHING = "%file,%desc,%process,%network"
_DAY = 24 * 3600.0
_State = dict[str, tuple[int, ...]]


class World:
    """One user's home below a directory of the test's own; a context manager."""

    module = "support.program_driver"
    """What makes a run."""

    def __init__(self, directory: str, first: str = "once", elsewhere: str | None = None) -> None:
        """Make the home; `first` is the command that makes the first kernelspecs.

        With `elsewhere`, a directory, they lie on another disk: nothing can be moved there.
        """
        self.directory = directory
        self.places = (directory,) if elsewhere is None else (directory, elsewhere)
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
        if elsewhere is not None:
            self.written += (f"{elsewhere}/kernels",)
            os.mkdir(self.written[-1])
            os.makedirs(self.data)
            os.symlink(self.written[-1], self.kernels)
        self.goes_file_by_file = elsewhere is not None
        self.points: dict[tuple[str, tuple[str, ...]], list[Point]] = {}
        """The calls of each kind's command under some faults, as they were found."""
        self._state: tuple[str, _State] = ("", {})
        self._kept: dict[str, Copies] = {}
        self._healed: dict[str, list[str]] = {}
        self._known: set[str] = set()
        self._runs = Runs(self.module, self.environ)
        try:
            self._make(first)
        except BaseException:
            self._runs.close()
            raise
        self.invariants = Invariants(self.kernels, self.envs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runs.close()

    def _make(self, first: str) -> None:
        os.makedirs(f"{self.home}/.runtime", mode=0o700)
        self.base = make_base(f"{self.directory}/python", "3.12.1")
        for name in _OLD:
            make_venv(f"{self.envs}/{name}", base=self.base)
        self._put_strangers()
        self._age()
        self.succeed(first)
        shutil.rmtree(f"{self.envs}/doomed")
        shutil.rmtree(f"{self.envs}/changed")
        make_venv(f"{self.envs}/changed", base=self.base, version="3.12.1", ipykernel="7.0.0")
        write(f"{self.envs}/changed/share/jupyter/kernels/python3/logo-64x64.png", b"other")
        for name in ("fresh", "other-fresh"):  # two: they are made together
            make_venv(f"{self.envs}/{name}", base=self.base)
        self._age()
        self._keep("once")
        self.succeed(first)
        self._keep("undo")
        self._keep("clean")
        if first != "once":
            return
        # Once without faults, so that the server learns what each imports.
        self.succeed("undo")
        self.succeed("clean")

    def _age(self) -> None:
        """Let environments be of yesterday: nobody is at work in them, whatever is missing."""
        yesterday = time.time() - _DAY
        for path in (*_below(self.envs), *_below(self.base)):
            os.utime(path, (yesterday, yesterday), follow_symlinks=False)

    def _put_strangers(self) -> None:
        write(f"{self.kernels}/ir/kernel.json", _FOREIGN)
        write(f"{self.kernels}/ir/logo-svg.svg", "<svg/>")
        os.makedirs(f"{self.kernels}/empty")

    def _keep(self, kind: str) -> None:
        for path in self.written:
            os.makedirs(path, mode=0o700, exist_ok=True)
        self._kept[kind] = Copies({path: self._beside(path, kind) for path in self.written})

    def _beside(self, path: str, kind: str) -> str:
        """Return where to keep copies of one of these directories: on the same disk."""
        disk = next(place for place in self.places if path.startswith(f"{place}/"))
        return f"{disk}/kept/{kind}/{self.written.index(path)}"

    def keep_leftovers(self) -> None:
        """Let `sweep` and `resume` begin with what a killed pass leaves."""
        if not self.goes_file_by_file:
            self._keep_killed("sweep", "RENAME_EXCHANGE")
        # In the middle of an update: its first file has been renamed, others not yet.
        faults = () if self.goes_file_by_file else (NO_FLAGS,)
        self._keep_killed("resume", 'changed>, ".kernelsync-', *faults)

    def _keep_killed(self, kind: str, sign: str, *faults: str) -> None:
        """Keep what a pass leaves that is killed after the first move with this sign."""
        found = points_of(self, "once", *faults)
        moves = [index for index, each in enumerate(found) if _is_move(each, sign)]
        after = next(each for each in found[moves[0] + 1 :] if each.is_mutating)
        self.put_back("once")
        self.run_traced("once", *faults, f"{after.name}:signal=KILL:when={after.number}")
        self._keep(kind)

    def put_back(self, kind: str) -> None:
        """Make everything as it was before a command of this kind."""
        state = kind if kind in KINDS else "once"
        if self._state == (state, self._looks()):
            return
        self._kept[state].put()
        self._state = state, self._looks()
        self.invariants.remember()

    def _looks(self) -> _State:
        """Return what tells whether anything was written, exchanged, created or removed."""
        return {path: _look(path) for root in self.written for path in _below(root)}

    def heal(self) -> list[str]:
        """Make a pass without faults, and return what is wrong then.

        Where all is as it was put back, what was found before is true again.
        """
        state, before = self._state
        is_as_before = before == self._looks()
        if is_as_before and state in self._healed:
            return self._healed[state]
        done = self.run("once")
        wrong = self.invariants.unsettled()
        if done.returncode != 0:
            wrong.append(f"the next pass fails: {done.stdout}{done.stderr}")
        if is_as_before:
            self._healed[state] = wrong
        return wrong

    def succeed(self, command: str) -> Done:
        """Run a command without faults; it must end well."""
        done = self.run(command)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done

    def run(self, command: str) -> Done:
        """Run a command without faults."""
        modules = None if command in self._known else f"{self.directory}/modules"
        self._known.add(command)
        return self._runs.run(self.arguments_for(command), modules=modules)

    def start(self, command: str, tracer: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start a command in a Python of its own, and do not wait for it."""
        return subprocess.Popen(
            [*tracer, sys.executable, "-S", "-B", program_driver.__file__, command],
            env=self.environ,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_traced(self, kind: str, *faults: str, names: Sequence[str] = ()) -> Done:
        """Run the kind's command under strace with these faults; the trace is in `trace()`.

        It has all calls that may concern the home, or those with one of the names.
        """
        traced = ",".join(names) if names else _EVERYTHING
        injections = [part for fault in faults for part in ("-e", f"inject={fault}")]
        options = ["-y", "-s", "64", "-o", self.trace_path, "-e", f"trace={traced}", *injections]
        return self._runs.run(self.arguments_for(KINDS.get(kind, kind)), tracing=options)

    def trace(self) -> list[str]:
        """Return what strace wrote."""
        with open(self.trace_path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def own_trace(self) -> list[str]:
        """Return the part of the trace after the beginning of the program's own work."""
        lines = self.trace()
        begin = next(number for number, line in enumerate(lines) if program_driver.BEGIN in line)
        return lines[begin + 1 :]

    def concerns(self, line: str) -> bool:
        """Return whether a line of the trace names something of this world."""
        return any(place in line for place in self.places)

    def is_done(self, kind: str) -> bool:
        """Return whether all is as the kind's command should leave it."""
        if kind == "clean":
            return not self.invariants.ours()
        if kind == "undo":
            return self.has_doomed()
        return not self.invariants.unsettled()

    def violations(self, kind: str, *, in_place: bool = False) -> list[str]:
        """Return which promises are broken at this moment, after the kind's command."""
        in_place = in_place or self.goes_file_by_file or kind == "resume"
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

    def arguments_for(self, command: str) -> list[str]:
        """Return what makes a run of this command."""
        return [command]


def _is_move(point: Point, sign: str) -> bool:
    return point.name.startswith("rename") and sign in point.line


def _below(root: str) -> list[str]:
    if not os.path.lexists(root):
        return []
    walked = os.walk(root)
    return [root, *(f"{where}/{name}" for where, dirs, files in walked for name in (*dirs, *files))]


def _look(path: str) -> tuple[int, ...]:
    status = os.lstat(path)
    return status.st_ino, status.st_ctime_ns, status.st_size
