"""Target 11: very many environments at once, and more events than the system keeps."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass

from environments import VERSION, WITH_IPYKERNEL, make_environment
from figures import Verdict, summary
from sampling import MeasurementError
from serving import serving, wait_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from workshop import Workshop
    from worlds import World

_QUEUE = "/proc/sys/fs/inotify/max_queued_events"
_DROPPED = "queue overflowed"
_AFTER_OVERFLOW = 10


@dataclass(frozen=True, kw_only=True)
class Burst:
    """A burst of environments: seconds until their kernelspecs were there.

    `late` counts from the last environment made; `overflow` from the end of a standstill
    in which more events came than the system keeps, and `lost` are the kernelspecs that
    never came after it.
    """

    count: int
    late: float
    overflow: float
    lost: int


def burst(world: World, shop: Workshop, count: int) -> Burst:
    """Make environments as fast as possible while the service runs; then while it stands still."""
    _clear(world)
    try:
        with serving(world, shop) as service:
            expected = _make(world, "burst", count)
            made = time.time()
            _wait(world, expected)
            late = max(_times(world, expected)) - made
            service.until_idle()

            service.signal(signal.SIGSTOP)
            _overflow(world)
            expected = _make(world, "after", _AFTER_OVERFLOW)
            service.signal(signal.SIGCONT)
            continued = time.time()
            lost = _wait(world, expected)
            overflow = max(_times(world, expected), default=continued) - continued
            service.until_idle()
            if _DROPPED not in service.log():
                message = "the queue of events did not overflow"
                raise MeasurementError(message)
    finally:
        _clear(world)
    return Burst(count=count, late=late, overflow=overflow, lost=lost)


def verdicts(found: Burst | None, *, promised: bool) -> list[Verdict]:
    """Return the verdicts about a burst."""
    count = 0 if found is None else found.count
    return [
        Verdict(
            target=11,
            what=f"the last of {count:,} environments made at once -> all kernelspecs",
            limit=1.0 if promised else None,
            unit="s",
            measured=None if found is None else summary([found.late]),
        ),
        Verdict(
            target=11,
            what="kernelspecs lost after an overflow of the queue of events",
            limit=0.0,
            unit="",
            measured=None if found is None else summary([float(found.lost)]),
            text="" if found is None else f"all there after {found.overflow:.2f} s",
        ),
    ]


def _make(world: World, word: str, count: int) -> list[str]:
    """Make environments, and return the names of those that are to become kernels."""
    base, store = f"{world.home}/base/{VERSION}", f"{world.home}/store"
    expected = []
    for index in range(count):
        name, has_kernel = f"{word}-{index:05d}", index % 10 < WITH_IPYKERNEL
        make_environment(f"{world.containers}/{name}", base, store, ipykernel=has_kernel)
        if has_kernel:
            expected.append(name)
    return expected


def _wait(world: World, expected: list[str]) -> int:
    """Wait for kernelspecs, and return how many have not come."""
    try:
        wait_for("kernelspecs of a burst", lambda: len(_times(world, expected)) == len(expected))
    except MeasurementError:
        return len(expected) - len(_times(world, expected))
    return 0


def _times(world: World, expected: list[str]) -> list[float]:
    """Return when each kernelspec got its name, for those that are there."""
    found = []
    for name in expected:
        try:
            found.append(os.stat(f"{world.data}/kernels/{name}").st_ctime)
        except FileNotFoundError:
            continue
    return found


def _overflow(world: World) -> None:
    """Make more events than the system keeps for a program that does not read them."""
    with open(_QUEUE, encoding="ascii") as file:
        most = int(file.read())
    # Each comes and goes: two events, which differ from their neighbours.
    for number in range(most // 2 + 1000):
        path = f"{world.containers}/event-{number}"
        os.mkdir(path)
        os.rmdir(path)


def _clear(world: World) -> None:
    for place in (world.containers, f"{world.data}/kernels"):
        for name in os.listdir(place) if os.path.isdir(place) else ():
            if name.startswith(("burst-", "after-")):
                shutil.rmtree(f"{place}/{name}")
