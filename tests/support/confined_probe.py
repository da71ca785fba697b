"""Confines itself as kernelsync does, then tries one thing, and prints what came of it.

Run as `python confined_probe.py yes|no KERNELS ATTEMPT [PATH]`: prints "done" or the name of
an errno. With "no" it does not confine itself, and the same attempt shows that it can succeed.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading

from kernelsync.confinement import confine
from kernelsync.model.surroundings import Surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def write(path: str) -> None:
    """Make a file."""
    with open(path, "x", encoding="ascii") as file:
        file.write("x")


def append(path: str) -> None:
    """Add to a file that is there."""
    with open(path, "a", encoding="ascii") as file:
        file.write("x")


def truncate(path: str) -> None:
    """Empty a file."""
    os.truncate(path, 0)


def unlink(path: str) -> None:
    """Remove a file."""
    os.unlink(path)


def rmdir(path: str) -> None:
    """Remove a directory."""
    os.rmdir(path)


def mkdir(path: str) -> None:
    """Make a directory."""
    os.mkdir(path)


def symlink(path: str) -> None:
    """Make a link."""
    os.symlink("somewhere", path)


def rename(path: str) -> None:
    """Rename a file in its directory."""
    os.rename(path, f"{path}.other")


def read(path: str) -> None:
    """Read a file."""
    with open(path, "rb") as file:
        file.read()


def execute(path: str) -> None:
    """Become another program."""
    os.execv(path, [path])  # noqa: S606 - without a shell, that is the attempt


def start(path: str) -> None:
    """Start another program, which writes nothing anyway."""
    subprocess.run([path], check=True, stdin=0, stdout=1, stderr=2)


def start_in_thread(path: str) -> None:
    """Start it from a thread that began later."""
    failures: list[OSError] = []

    def attempt() -> None:
        try:
            start(path)
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def connect(path: str) -> None:
    """Connect to a port of this machine (`path` is its number)."""
    with socket.create_connection(("127.0.0.1", int(path)), timeout=5):
        pass


def notify(path: str) -> None:
    """Send to a local socket with a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"READY=1", path)


def command_line(path: str) -> None:
    """Read what another process (`path` is its id) was started as."""
    with open(f"/proc/{path}/cmdline", "rb") as file:
        if not file.read():
            raise OSError(errno.ENODATA, "nothing")


def stop(path: str) -> None:
    """Send a signal to another process, one that asks only whether it may."""
    os.kill(int(path), signal.Signals(signal.SIGCONT))


def state(_: str) -> None:
    """Say whether it is confined; the reason where it is not."""


def main(is_confined: str, kernels: str, attempt: str, path: str) -> str:
    """Return what came of the attempt."""
    said = "not asked"
    if is_confined == "yes":
        surroundings = Surroundings(
            environ=dict(os.environ),
            home=os.environ["HOME"],
            uid=os.geteuid(),
            host="h",
            platform=sys.platform,
            prefix=sys.prefix,
        )
        found = confine(kernels, surroundings)
        said = found.reason or "confined"
    if attempt == "state":
        return said
    deed: Callable[[str], None] = globals()[attempt]
    try:
        deed(path)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


if __name__ == "__main__":
    _, confined, kernels_directory, name, *rest = sys.argv
    print(main(confined, kernels_directory, name, *(rest or [""])), flush=True)  # noqa: T201 - its answer
