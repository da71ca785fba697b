"""Measure how long kernels take to start: native, and with everything borrowed from a runtime.

    python benchmarks/kernel_start.py [X.Y ...] [--runs 15]

For each Python of pyenv (by default 3.8, 3.12 and 3.13) it builds a runtime, which needs the
network, and runs two kernels of the same packages: the native one in an environment into which
the runtime's are copied, the other in an environment without any. Starts alternate; a start
ends with the answer to the first cell. The ratio of CPU times is the one to trust on a busy
machine. Needs jupyter_client, and kernelsync itself.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

import psutil
from figures import ratio, summary
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.pins import pins_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

Start = tuple[float, float]
"""What one start took: seconds, and seconds of CPU."""

PYTHONS = ("3.8", "3.12", "3.13")
LIMIT = 1.05
TIMEOUT = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print medians and their ratio; no figure makes it fail."""
    options = _parser().parse_args(arguments)
    for minor in options.pythons or PYTHONS:
        work = os.path.realpath(tempfile.mkdtemp(prefix="kernelsync-start-"))
        try:
            runtime = _runtime(minor, work)
            native, borrowed = _commands(_python(minor), runtime, work)
            samples = _measure([native, borrowed], options.runs, work)
        finally:
            shutil.rmtree(work)
        print(f"Python {minor}, {options.runs} starts each", flush=True)
        for what, index in (("wall", 0), ("cpu", 1)):
            _show(what, *([sample[index] for sample in each] for each in samples))
    return 0


def _python(minor: str) -> str:
    """Return pyenv's newest interpreter of a Python."""
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    versions = os.path.join(root, "versions")
    patches = [
        int(name.rpartition(".")[2])
        for name in os.listdir(versions)
        if re.fullmatch(rf"{re.escape(minor)}\.\d+", name)
    ]
    if not patches:
        message = f"{versions} has no Python {minor}"
        raise SystemExit(message)
    return f"{versions}/{minor}.{max(patches)}/bin/python"


def _runtime(minor: str, work: str) -> str:
    """Build the runtime of a Python, and return its directory."""
    flags = "mu" if minor == "2.7" else ""
    key = f"cp{minor.replace('.', '')}{flags}-{sys.platform}-{platform.machine()}"
    runtimes = f"{work}/runtimes"
    os.makedirs(runtimes)
    put_equipment(runtimes)
    Installer(runtimes, f"{work}/wheels", dict(os.environ)).install(key, pins_for(key))
    return f"{runtimes}/{key}"


def _show(what: str, native: list[float], borrowed: list[float]) -> None:
    for name, values in (("native", native), ("borrowed", borrowed)):
        each = summary([value * 1e3 for value in values])
        print(f"{what:<6}{name:<10}{each.median:8.0f} ms ({each.lower:.0f} - {each.upper:.0f})")
    compared = ratio(borrowed, native)
    word = "meets" if compared.median <= LIMIT else "misses"
    spread = f"({compared.lower:.3f} - {compared.upper:.3f})"
    print(f"{what:<6}ratio     {compared.median:8.3f} {spread}, target <= {LIMIT}: {word}")


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    top.add_argument("pythons", metavar="X.Y", nargs="*", help="default: 3.8 3.12 3.13")
    top.add_argument("--runs", type=int, default=15, help="starts of each kernel (default 15)")
    return top


def _commands(python: str, runtime: str, work: str) -> tuple[list[str], list[str]]:
    """Make both environments, and return how their kernels are started."""
    prefixes = [f"{work}/native", f"{work}/borrowed"]
    for prefix in prefixes:
        subprocess.run([python, "-m", "venv", "--without-pip", prefix], check=True)
    (library,) = os.listdir(f"{prefixes[0]}/lib")
    site = f"{prefixes[0]}/lib/{library}/site-packages"
    shutil.copytree(f"{runtime}/current/site", site, dirs_exist_ok=True, symlinks=True)
    launcher = f"{os.path.dirname(runtime)}/launch.py"
    end = ["-f", "{connection_file}"]
    native = [f"{prefixes[0]}/bin/python", "-m", "ipykernel_launcher", *end]
    return native, [f"{prefixes[1]}/bin/python", launcher, runtime, *end]


def _measure(commands: Sequence[list[str]], runs: int, work: str) -> list[list[Start]]:
    """Return each start, by command; the first round only warms up."""
    samples: list[list[Start]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for command, values in zip(commands, samples, strict=True):
            sample = _start(command, work)
            if turn:
                values.append(sample)
    return samples


def _start(command: list[str], home: str) -> Start:
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=command)  # noqa: SLF001 - it takes one in no other way
    environ = {"HOME": home, "PATH": os.defpath, "LANG": "C.UTF-8"}
    began = time.perf_counter()
    manager.start_kernel(env=environ, cwd=home)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        reply = client.execute_interactive("1 + 1", output_hook=lambda _: None, timeout=TIMEOUT)
        if reply["content"]["status"] != "ok":
            message = f"{command[0]}: the first cell failed"
            raise RuntimeError(message)
        wall = time.perf_counter() - began
        times = psutil.Process(manager.provisioner.pid).cpu_times()
        return wall, times.user + times.system
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    sys.exit(main())
