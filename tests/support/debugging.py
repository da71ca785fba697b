"""Speaks to the debugger of a kernel as a notebook's interface does (debug adapter protocol)."""

from __future__ import annotations

import itertools
import time

from support.borrowed_kernel import TIMEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from support.borrowed_kernel import Kernel


class Debugging:
    """A debugging session."""

    def __init__(self, kernel: Kernel) -> None:
        self._client = kernel.client
        self._numbers = itertools.count(1)

    def ask(self, command: str, arguments: object) -> Any:  # noqa: ANN401 - what the debugger says
        """Send a request by the control channel, and return the body of its reply."""
        identity = self._send(command, arguments)
        while True:
            reply = self._client.get_control_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == identity:
                assert reply["content"]["success"], reply["content"]
                return reply["content"].get("body")

    def attach(self) -> None:
        """Begin: what JupyterLab does when its debugger is switched on."""
        self.ask("initialize", {"clientID": "test", "adapterID": "", "pathFormat": "path"})
        self.ask("attach", {"justMyCode": False})

    def break_at(self, source: str, line: int) -> None:
        """Set the only breakpoint of a file."""
        place = {"breakpoints": [{"line": line}], "source": {"path": source}}
        (found,) = self.ask("setBreakpoints", {**place, "sourceModified": False})["breakpoints"]
        assert found["verified"]
        self.ask("configurationDone", {})

    def wait_for_stop(self) -> int:
        """Return the thread that has stopped, when one has."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            left = max(0, deadline - time.monotonic())
            event = self._client.get_iopub_msg(timeout=left)["content"]
            if event.get("event") == "stopped":
                return int(event["body"]["threadId"])

    def where(self, thread: int) -> tuple[str, int, str]:
        """Return file, line and function of a thread that has stopped."""
        top = self._top(thread)
        return top["source"]["path"], top["line"], top["name"]

    def variables(self, thread: int) -> dict[str, str]:
        """Return the local variables of a thread that has stopped."""
        scopes = self.ask("scopes", {"frameId": self._top(thread)["id"]})["scopes"]
        (local,) = (each["variablesReference"] for each in scopes if each["name"] == "Locals")
        found = self.ask("variables", {"variablesReference": local})["variables"]
        return {each["name"]: each["value"] for each in found}

    def _top(self, thread: int) -> Any:  # noqa: ANN401 - as above
        return self.ask("stackTrace", {"threadId": thread})["stackFrames"][0]

    def _send(self, command: str, arguments: object) -> str:
        request = {
            "type": "request",
            "seq": next(self._numbers),
            "command": command,
            "arguments": arguments,
        }
        message = self._client.session.msg("debug_request", request)
        self._client.control_channel.send(message)
        identity: str = message["header"]["msg_id"]
        return identity
