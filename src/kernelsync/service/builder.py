"""A process that starts another on request: for a service that itself can start none any more."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GO = b"\n"
_PAUSE = 0.2
"""Seconds between two looks at the process that builds, while there is one."""
_PATIENCE = 10.0


class Builder:
    """The other process, as the service sees it. It is to be made before that confines itself."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._is_building = False
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            (sys.executable, "-m", "kernelsync.service.builder", *command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environ),
            bufsize=0,
        )

    def build(self) -> None:
        """Have the command started.

        Raises:
            OSError: the process has died.
        """
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe, see above
        self._process.stdin.write(_GO)
        self._is_building = True

    @property
    def is_building(self) -> bool:
        """Whether the command still runs; how it ends shows in what it made."""
        assert self._process.stdout is not None  # noqa: S101 - as above
        if self._is_building and select.select([self._process.stdout], [], [], 0)[0]:
            self._process.stdout.read(1)
            self._is_building = False
        return self._is_building

    def close(self) -> None:
        """End it, and what it has started: whatever was whole before is whole afterwards."""
        assert self._process.stdin is not None  # noqa: S101 - as above
        assert self._process.stdout is not None  # noqa: S101 - as above
        # No signal: a confined service may not send any, and this works if it is killed, too.
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._process.stdout.close()
        self._is_building = False


def serve(command: Sequence[str], requests: int, answers: int) -> None:
    """Start the command for each byte that comes in, one at a time, until the end of these."""
    child: subprocess.Popen[bytes] | None = None
    while True:
        if select.select([requests], [], [], None if child is None else _PAUSE)[0]:
            if not os.read(requests, 1):
                break
            if child is None:
                child = subprocess.Popen(  # noqa: S603 - this very program
                    command, stdin=subprocess.DEVNULL, stdout=sys.stderr
                )
        if child is not None and child.poll() is not None:
            child = None
            os.write(answers, _GO)
    if child is not None:
        child.terminate()
        child.wait()


if __name__ == "__main__":
    # From a terminal it concerns the service, which then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.argv[1:], sys.stdin.fileno(), sys.stdout.fileno())
