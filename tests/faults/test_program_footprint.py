"""What the program does to the machine, by its system calls, and nothing else."""

from __future__ import annotations

import pytest

from support.footprint import outside
from support.kernel_faults import scratch
from support.program_world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return a home with something to create, to update and to remove."""
    with scratch() as directory, World(directory) as made:
        yield made


@pytest.mark.parametrize("kind", ["once", "undo", "clean"])
def test_a_command_runs_nothing_asks_nobody_and_writes_where_it_may(
    world: World, kind: str
) -> None:
    """No execve, no socket of the internet, no change outside its own directories."""
    world.put_back(kind)
    assert world.run_traced(kind).returncode == 0
    assert world.is_done(kind)
    assert outside(world.own_trace(), world.written) == []


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
