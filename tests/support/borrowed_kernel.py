"""Runs cells in a kernel, as Jupyter does: started by its argv, spoken to by its messages."""

from __future__ import annotations

import contextlib
import os
import signal

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from jupyter_client.blocking import BlockingKernelClient

TIMEOUT = 60.0


def launch_argv(python: str, runtime: str, *options: str) -> list[str]:
    """Return the argv of a kernel of this interpreter that may borrow from the runtime."""
    launcher = os.path.join(os.path.dirname(runtime), "launch.py")
    return [python, launcher, *options, runtime, "-f", "{connection_file}"]


class CellError(AssertionError):
    """A cell raised an exception; the text is its traceback."""


class Kernel:
    """A running kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str, *answers: str) -> str:
        """Run a cell and return all that it printed; `input()` gets the answers in turn.

        Raises:
            CellError: the cell raised an exception.
        """
        printed: list[str] = []
        waiting = list(answers)
        reply = self.client.execute_interactive(
            code,
            allow_stdin=bool(answers),
            output_hook=lambda message: printed.append(_text(message)),
            stdin_hook=lambda message: self.client.input(waiting.pop(0)),  # noqa: ARG005 - a hook
            stop_on_error=False,  # or the kernel would abort a cell that comes right after one
            timeout=TIMEOUT,
        )
        if reply["content"]["status"] == "error":
            raise CellError("\n".join(reply["content"]["traceback"]) + "".join(printed))
        return "".join(printed)

    def begin(self, code: str) -> str:
        """Start to run a cell, and return what its end is asked by."""
        identity: str = self.client.execute(code, stop_on_error=False)
        return identity

    def end(self, cell: str) -> str:
        """Wait until a cell that was begun has ended, and return all that it printed since."""
        printed = ""
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != cell:
                continue
            if message["content"].get("execution_state") == "idle":
                return printed
            printed += _text(message)

    def ask(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - a message's contents
        """Send a request (`complete`, `inspect`, ...) and return the contents of its reply."""
        request = getattr(self.client, name)(*arguments)
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def interrupted(self, code: str, word: str) -> list[str]:
        """Interrupt a cell when it has printed this word, and return what it printed."""
        printed: list[str] = []

        def hook(message: Any) -> None:  # noqa: ANN401 - a message
            printed.append(_text(message))
            if word in printed[-1]:
                os.kill(self.manager.provisioner.pid, signal.SIGINT)

        self.client.execute_interactive(
            code, output_hook=hook, stop_on_error=False, timeout=TIMEOUT
        )
        return printed


@contextlib.contextmanager
def running(
    argv: Sequence[str],
    environ: Mapping[str, str],
    cwd: str | None = None,
    stderr: int | None = None,
) -> Iterator[Kernel]:
    """Start a kernel, wait until it is ready, and shut it down in the end."""
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=list(argv), display_name="", language="python")  # noqa: SLF001 - it has no other way to be given one
    options = {} if stderr is None else {"stderr": stderr}
    manager.start_kernel(env=dict(environ), cwd=cwd, **options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def _text(message: Any) -> str:  # noqa: ANN401 - a message
    content = message["content"]
    if message["msg_type"] == "stream":
        return str(content["text"])
    if message["msg_type"] in {"execute_result", "display_data"}:
        return str(content["data"])
    if message["msg_type"] == "error":
        return str(content["ename"])
    return ""
