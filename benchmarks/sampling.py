"""Measure processes side by side: each sample is a process of its own, with its own rusage."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class MeasurementError(Exception):
    """A program that was to be measured did not do what it is measured for."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one process cost: seconds of CPU (user and system), and seconds.

    Not its memory: Linux counts in `ru_maxrss` what the parent had at the moment of `exec`.
    """

    cpu: float
    wall: float


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """A program to be measured: how it is started, and in which world."""

    name: str
    argv: list[str]
    environ: Mapping[str, str]
    cwd: str
    samples: list[Sample] = field(default_factory=list, compare=False)

    def capture(self, *, accept: Sequence[int] = (0,)) -> str:
        """Run once, unmeasured, and return what it printed to stdout.

        Raises:
            MeasurementError: it failed, with the end of what it printed.
        """
        done = subprocess.run(
            self.argv, env=self.environ, cwd=self.cwd, check=False, capture_output=True, text=True
        )
        if done.returncode not in accept:
            end = (done.stderr or done.stdout).strip()[-2000:]
            message = f"{self.name} ended with {done.returncode}: {end}"
            raise MeasurementError(message)
        return done.stdout


def measure(contestant: Contestant) -> Sample:
    """Run the contestant once with its output thrown away.

    `wait4` reports this child alone, with the children that it waited for itself.

    Raises:
        MeasurementError: it failed.
    """
    null = os.open(os.devnull, os.O_RDWR)
    try:
        redirections = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
        os.chdir(contestant.cwd)
        start = time.perf_counter()
        child = os.posix_spawn(
            contestant.argv[0], contestant.argv, contestant.environ, file_actions=redirections
        )
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
    finally:
        os.close(null)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        message = f"{contestant.name} ended with {code} while it was measured"
        raise MeasurementError(message)
    return Sample(cpu=usage.ru_utime + usage.ru_stime, wall=wall)


def interleave(contestants: Sequence[Contestant], rounds: int) -> None:
    """Measure all contestants in turn: A B C, B C A, C A B, ….

    One after another in each round, so that a slow minute of the machine is slow for all;
    and each round starts with another, so that nobody always has the same predecessor.
    """
    for contestant in contestants:
        measure(contestant)  # fills the page cache, and writes missing .pyc files
    for number in range(rounds):
        for index in range(len(contestants)):
            contestant = contestants[(index + number) % len(contestants)]
            contestant.samples.append(measure(contestant))


def traced_calls(contestant: Contestant, calls: Iterable[str]) -> list[str] | None:
    """Return the lines that strace writes about these system calls; None without strace."""
    with tempfile.TemporaryDirectory() as directory:
        log = f"{directory}/calls"
        command = ["strace", "-f", "-qq", "-e", f"trace={','.join(calls)}", "-e", "signal=none"]
        try:
            done = subprocess.run(
                [*command, "-o", log, *contestant.argv],
                env=contestant.environ,
                cwd=contestant.cwd,
                check=False,
                capture_output=True,
            )
        except FileNotFoundError:
            return None
        if done.returncode != 0:
            message = f"{contestant.name} ended with {done.returncode} under strace"
            raise MeasurementError(message)
        with open(log, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
