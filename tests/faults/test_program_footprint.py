"""What the program does to the machine, by its system calls, and nothing else."""

from __future__ import annotations

import glob
import os
import shutil
import signal

import pytest

from support.footprint import outside
from support.program_cases import CASES, FAULTS, two_worlds
from support.program_driver import BEGIN
from support.programs import need
from support.trees import make_venv, write
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.program_world import World


_SECONDS = 30
_SETTINGS = "service: {grace: 1s}\n"


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, World]]:
    """Return homes with something to create, to update and to remove; one lies on two disks."""
    with two_worlds() as made:
        yield made


@pytest.mark.parametrize(("kind", "how"), CASES)
def test_a_command_runs_nothing_asks_nobody_and_writes_where_it_may(
    worlds: dict[str, World], kind: str, how: str
) -> None:
    """No execve, no socket of the internet, no change outside its own directories."""
    world = worlds[how]
    world.put_back(kind)
    assert world.run_traced(kind, *FAULTS[how]).returncode == 0
    assert world.is_done(kind)
    assert outside(world.own_trace(), world.written) == []


def test_neither_does_the_service_in_all_its_threads(worlds: dict[str, World]) -> None:
    """While it creates, updates, removes after the grace, reads its settings again, and ends."""
    world = worlds[""]
    world.put_back("once")
    settings = f"{world.home}/.config/kernelsync/config.yaml"
    write(settings, _SETTINGS)
    trace = f"{world.directory}/service-trace"
    names = "trace=%file,%desc,%process,%network"
    tracer = (need("strace"), "-ff", "-y", "-s", "64", "-o", trace, "-e", names)
    try:
        with world.start("run", tracer) as service:
            wait_until(lambda: not world.invariants.unsettled(), timeout=_SECONDS)
            late = make_venv(f"{world.envs}/late", base=world.base)
            wait_until(lambda: world.has_kernel("late"), timeout=_SECONDS)
            shutil.rmtree(late)
            wait_until(lambda: not world.has_kernel("late"), timeout=_SECONDS)
            process = _program_of(service.pid)
            os.kill(process, signal.SIGHUP)
            os.kill(process, signal.SIGTERM)
            said = service.communicate(timeout=_SECONDS)
        assert service.returncode == 0, said
    finally:
        os.unlink(settings)
    # One file for each thread, so that no line is broken by another's.
    lines = _lines(f"{trace}.{process}")
    # It begins twice: as itself with another allocator, before it has done anything.
    _, begin = (number for number, line in enumerate(lines) if BEGIN in line)
    threads = [path for path in glob.glob(f"{trace}.*") if path != f"{trace}.{process}"]
    assert threads
    for own in (lines[begin + 1 :], *map(_lines, threads)):
        assert outside(own, world.written) == []


def _program_of(tracer: int) -> int:
    """Return what strace, which waits for it, has started."""
    with open(f"/proc/{tracer}/task/{tracer}/children", encoding="ascii") as file:
        return int(file.read().split()[0])


def _lines(path: str) -> list[str]:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def test_the_same_look_finds_who_does_otherwise() -> None:
    """The negative control: one line of each kind."""
    trace = (
        '1 execve("/usr/bin/python3", ["python3"], 0x7ffd /* 9 vars */) = 0',
        "1 socket(AF_INET, SOCK_STREAM, 0) = 3<TCP:[1]>",
        '1 openat(AT_FDCWD</>, "/home/me/notes", O_WRONLY|O_CREAT, 0666) = 3</home/me/notes>',
        '1 renameat(3</ours/staging/1>, "a", 4</home/me>, "a") = 0',
        '1 unlinkat(4</home/me>, "a", 0) = 0',
        '1 mkdir("/home/me/new", 0777) = 0',
        "1 fchmod(5</home/me/x>, 0644) = 0",
    )
    assert len(outside(trace, ("/ours",))) == len(trace)
    allowed = (
        '1 openat(4</ours/kernels>, "a", O_WRONLY|O_CREAT|O_EXCL, 0600) = 5</ours/kernels/a>',
        '1 renameat2(3</ours/staging/1>, "a", 4</ours/kernels>, "a", RENAME_EXCHANGE) = 0',
        '1 openat(AT_FDCWD</>, "/home/me/notes", O_RDONLY|O_CLOEXEC) = 3</home/me/notes>',
        "1 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3<UNIX:[1]>",
        '1 mkdir("/home/me", 0777) = -1 EEXIST (File exists)',
    )
    assert outside(allowed, ("/ours",)) == []
