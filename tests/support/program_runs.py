"""Runs of the program as `program_server` forks them, with strace beside them if need be."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile

from support import program_server
from support.programs import need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Done = subprocess.CompletedProcess[str]

_TIMEOUT = 60


class Runs:
    """One server, and its runs; `module` has the `begin` of the program, `environ` is its own."""

    def __init__(self, module: str, environ: Mapping[str, str]) -> None:
        self._go, self._answers = os.pipe(), os.pipe()
        # No files of the home: writing to them is not the program's work.
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - until `close`
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as above
        theirs = (self._go[0], self._answers[1], self._output.fileno(), self._errors.fileno())
        self._server = subprocess.Popen(
            [
                *(sys.executable, "-S", "-B", program_server.__file__, module),
                *(str(each) for each in theirs),
            ],
            env=dict(environ),
            # Not at home: strace shows it beside each path that is absolute anyway.
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=theirs,
        )
        os.close(self._go[0])
        os.close(self._answers[1])

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(_TIMEOUT)
        os.close(self._go[1])
        os.close(self._answers[0])
        self._output.close()
        self._errors.close()

    def run(
        self, arguments: Sequence[str], *, tracing: Sequence[str] = (), modules: str | None = None
    ) -> Done:
        """Make one run; `tracing` are options for strace, `modules` the file to learn them by."""
        for file in (self._output, self._errors):
            file.seek(0)
            file.truncate()
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps([list(arguments), modules]).encode() + b"\n")
        self._server.stdin.flush()
        child = self._answer()
        try:
            with _traced(child, tracing):
                os.write(self._go[1], b"g")
                code = self._answer()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            raise
        return Done(list(arguments), code, _text(self._output), _text(self._errors))

    def _answer(self) -> int:
        ready, _, _ = select.select([self._answers[0]], [], [], _TIMEOUT)
        assert ready, "the program did not come to its end"
        answer = os.read(self._answers[0], 20)
        assert answer.endswith(b"\n"), "the server has ended"
        return int(answer)


@contextlib.contextmanager
def _traced(child: int, options: Sequence[str]) -> Iterator[None]:
    """Have strace follow a process, from before this begins until it has ended."""
    if not options:
        yield
        return
    command = [need("strace"), "-f", "-p", str(child), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        assert "attached" in said, said
        yield
        strace.communicate(timeout=_TIMEOUT)


def _text(file: tempfile._TemporaryFileWrapper[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="backslashreplace")
