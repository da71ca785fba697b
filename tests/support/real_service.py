"""The installed service on a machine with the real tools, and a recorder of what it publishes."""

from __future__ import annotations

import contextlib
import os

from support.recorder import Recorder
from support.service import Service
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.machine import Machine

_PATIENCE = 30.0


class Watched:
    """A machine whose service runs, and the recorder that watches its kernelspecs."""

    def __init__(self, machine: Machine, service: Service, recorder: Recorder) -> None:
        self.machine = machine
        self.service = service
        self.recorder = recorder

    def wait_for(self, *story: tuple[str, str]) -> None:
        """Wait until exactly this has become of kernelspecs, and nothing else follows.

        Fails if one was published before it could run.
        """
        wait_until(
            lambda: len(self.recorder.story) >= len(story), timeout=_PATIENCE, what=self.told
        )
        self.service.wait_still()
        assert self.recorder.story == list(story), self.told()
        premature = self.recorder.premature()
        assert not premature, self.told()

    def told(self) -> str:
        """Return all that was seen and said."""
        return f"{self.recorder.told()}{self.service.told()}"


@contextlib.contextmanager
def watched(machine: Machine, settings: str = "") -> Iterator[Watched]:
    """Have the installed service run on this machine, under the eyes of a recorder."""
    if settings:
        machine.settings(settings)
    program = (os.path.join(machine.tools.kernelsync, "bin", "kernelsync"),)
    with Recorder(machine.kernel_directory(), machine.environ) as recorder:
        service = Service(machine, (), {}, program)
        try:
            service.wait_ready()
            yield Watched(machine, service, recorder)
        finally:
            service.kill()
