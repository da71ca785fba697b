"""Target 10: the time from a usable environment to its kernelspec, with real tools."""

from __future__ import annotations

import glob
import math
import os
import shutil
import sys
import time
from dataclasses import dataclass, field, replace
from statistics import median

from environments import VERSION, make_environment
from figures import Verdict, summary
from load import uv_install
from sampling import Contestant
from serving import serving, wait_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from figures import Summary
    from serving import Service
    from workshop import Workshop
    from worlds import World

SETTLE = 100.0
"""Milliseconds for which the service lets events settle (`watch/debounce.py`)."""
BEFORE = ["comm", "debugpy", "ipython", "jupyter-client", "matplotlib-inline", "psutil"]
"""What ipykernel needs, installed before it: so its coming is what makes a kernel."""
_MANY = 100
"""Environments beyond which a small pass is no longer short beside the settling."""
_MILLISECONDS = 1e3
_SOON = 30.0


@dataclass(frozen=True, kw_only=True)
class Latencies:
    """Milliseconds, beside so many environments: after uv, and right after a rename out."""

    count: int
    installed: list[float] = field(default_factory=list)
    renamed: list[float] = field(default_factory=list)


def wait_times(world: World, shop: Workshop, runs: int) -> Latencies:
    """Make environments one by one while the service runs, and take them away afterwards."""
    found = Latencies(count=world.count)
    _clear(world)
    try:
        with serving(world, shop) as service:
            for number in range(runs):
                found.installed.append(_installed(service, shop, f"uv-{number:04d}"))
            for number in range(max(2, runs // 5)):
                found.renamed.append(_renamed(service, number))
    finally:
        _clear(world)
    return found


def verdicts(found: list[Latencies], *, promised: bool) -> list[Verdict]:
    """Return the verdicts about each number of environments."""
    verdicts: list[Verdict] = []
    for each in found:
        middle, late, renamed = _limits(each.count)
        where = f"{each.count:,} environments"
        verdicts += [
            Verdict(
                target=10,
                what=f"uv environment usable -> kernelspec, median, {where}",
                limit=middle,
                unit="ms",
                measured=summary(each.installed),
            ),
            Verdict(
                target=10,
                what=f"the same, 99 %, of {len(each.installed)}",
                limit=late,
                unit="ms",
                measured=_single(_percentile(each.installed, 0.99)),
            ),
            Verdict(
                target=10,
                what=f"rename in, right after a rename out, worst, {where}",
                limit=renamed,
                unit="ms",
                measured=_single(max(each.renamed)),
                text=f"median {median(each.renamed):.0f} ms",
            ),
        ]
    return verdicts if promised else [replace(each, limit=None) for each in verdicts]


def _limits(count: int) -> tuple[float, float, float]:
    """Return the limits for the median, for 99 %, and after a rename, in milliseconds.

    The target is about what waiting adds to settling. Among a thousand environments a pass takes
    its time, too; there the promise to users is what is held.
    """
    return (300.0, 1000.0, 1000.0) if count > _MANY else (SETTLE + 20, SETTLE + 100, 500.0)


def _single(figure: float) -> Summary:
    return summary([figure])


def _percentile(samples: list[float], part: float) -> float:
    """Return the least sample that this part of all does not exceed (nearest rank)."""
    return sorted(samples)[math.ceil(len(samples) * part) - 1]


def _installed(service: Service, shop: Workshop, name: str) -> float:
    """Let uv make an environment, and install ipykernel last; return how much later it is a kernel.

    It is usable when ipykernel's RECORD is written. Both times are those of the file system, so
    nobody has to watch it meanwhile.
    """
    world = service.world
    prefix = f"{world.containers}/{name}"
    environ = {**world.environ(), "UV_CACHE_DIR": shop.cache}
    base = os.path.realpath(sys.executable)
    make = [shop.uv, "venv", "--quiet", "--offline", "--python", base, prefix]
    last = [*uv_install(shop, prefix, ["ipykernel"]), "--no-deps"]
    for command in (make, uv_install(shop, prefix, BEFORE), last):
        Contestant(name="uv", argv=command, environ=environ, cwd=world.home).capture()
    packages = f"{prefix}/lib/python3*/site-packages"
    (record,) = glob.glob(f"{packages}/ipykernel-*.dist-info/RECORD")
    usable = os.stat(record).st_ctime_ns
    latency = (_published(world, name, prefix) - usable) / 1e6
    _rest(service)
    return latency


def _renamed(service: Service, number: int) -> float:
    """Rename one environment out of the watched place and at once another into it."""
    world = service.world
    base, store = f"{world.home}/base/{VERSION}", f"{world.home}/store"
    aside = f"{world.home}/aside"
    leaving, coming = f"{world.containers}/leaving-{number}", f"{world.containers}/coming-{number}"
    os.makedirs(aside, exist_ok=True)
    made = make_environment(f"{aside}/leaving-{number}", base, store, ipykernel=False)
    os.rename(made, leaving)
    made = make_environment(f"{aside}/coming-{number}", base, store, ipykernel=True)
    _rest(service)
    os.rename(leaving, f"{aside}/left-{number}")
    renamed = time.time()
    os.rename(made, coming)
    latency = _published(world, f"coming-{number}", coming) / 1e6 - renamed * _MILLISECONDS
    _rest(service)
    return latency


def _published(world: World, name: str, prefix: str) -> int:
    """Return when the kernelspec of an environment got its name, in nanoseconds."""
    directory = f"{world.data}/kernels/{name}"
    wait_for(f"kernelspec for {prefix}", lambda: os.path.exists(directory), patience=_SOON)
    return os.stat(directory).st_ctime_ns


def _rest(service: Service) -> None:
    """Wait until nothing was due for a moment: each environment is measured by itself."""
    is_quiet = _Quiet(service)
    wait_for("rest of the service", is_quiet, patience=_SOON)


class _Quiet:
    """Whether the service has not made a pass for longer than events settle."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._passes: Callable[[], int] = service.passes
        self._seen = 0
        self._since = 0.0

    def __call__(self) -> bool:
        now = time.monotonic()
        passes = self._passes()
        if passes != self._seen:
            self._seen, self._since = passes, now
        return now - self._since > 4 * SETTLE / _MILLISECONDS


def _clear(world: World) -> None:
    """Take away what was made here, with its kernelspecs."""
    for pattern in ("uv-*", "coming-*", "leaving-*"):
        for path in (
            *glob.glob(f"{world.containers}/{pattern}"),
            *glob.glob(f"{world.data}/kernels/{pattern}"),
        ):
            shutil.rmtree(path)
    shutil.rmtree(f"{world.home}/aside", ignore_errors=True)
