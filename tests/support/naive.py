"""What a service would do that believes the first sign: the counterpart of ours in tests."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

AT_CONFIGURATION = "pyvenv.cfg"
AT_METADATA = "lib/python3.*/site-packages/ipykernel-*.dist-info"

_STEP = 0.001


class Naive:
    """Publishes each environment of a container as soon as there is a `sign` below it.

    It takes the kernelspec away as soon as the sign is gone. It waits for nothing, and looks
    a thousand times a second. Publishing and removing is one rename each.
    """

    def __init__(self, container: str, kernels: str, sign: str) -> None:
        self._container, self._kernels, self._sign = container, kernels, sign
        self._published: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        os.makedirs(container, exist_ok=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(_STEP):
            with contextlib.suppress(FileNotFoundError):
                self._look()

    def _look(self) -> None:
        ready = {
            name
            for name in os.listdir(self._container)
            if glob.glob(os.path.join(self._container, name, self._sign))
        }
        for name in ready - self._published:
            self._publish(name)
        for name in self._published - ready:
            os.rename(
                f"{self._kernels}/{name}", f"{self._kernels}-old-{name}-{os.urandom(4).hex()}"
            )
        self._published = ready

    def _publish(self, name: str) -> None:
        staged = f"{self._kernels}-new-{name}"
        os.mkdir(staged)
        python = os.path.join(self._container, name, "bin", "python")
        argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        with open(f"{staged}/kernel.json", "w", encoding="utf-8") as file:
            json.dump({"argv": argv, "display_name": name, "language": "python"}, file)
        os.rename(staged, f"{self._kernels}/{name}")
