"""Target 7: what watching costs while environments are made, filled and used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from figures import Verdict, summary
from sampling import Contestant, MeasurementError, measure
from serving import rival, serving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from serving import Process, Service
    from workshop import Workshop
    from worlds import World

RIVALS = ("watchdog-default", "watchdog-filter", "watchfiles")
USES = 5
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Load:
    """Seconds of CPU: of the `work`, and of each watcher meanwhile; `wakes` while using."""

    work: float
    watchers: dict[str, float] = field(default_factory=dict)
    wakes: int = 0


def carry_load(world: World, shop: Workshop, packages: list[str]) -> Load:
    """Let the service and its rivals watch one place in which tools work; `packages` go in."""
    place = f"{world.containers}/heavy"
    _clear(place)
    with ExitStack() as stack:
        service = stack.enter_context(serving(world, shop))
        watchers: dict[str, Process] = {"service": service}
        for kind in RIVALS:
            watchers[kind] = stack.enter_context(rival(shop, kind, world.containers))
        before = {name: each.read().cpu for name, each in watchers.items()}
        work = sum(measure(step).cpu for step in _steps(world, shop, place, packages))
        service.until_idle()
        spent = {name: each.read().cpu - before[name] for name, each in watchers.items()}
        wakes = _wakes_in_use(service, place, packages)
    _clear(place)
    return Load(work=work, watchers=spent, wakes=wakes)


def verdicts(load: Load | None, *, promised: bool) -> list[Verdict]:
    """Return one verdict for each part of the target."""
    own = None if load is None else summary([load.watchers["service"] / load.work * 100])
    plain = None
    wakes = None
    if load is not None:
        plain = summary([load.watchers["service"] / load.watchers["watchdog-default"]])
        wakes = summary([float(load.wakes)])
    return [
        Verdict(
            target=7,
            what="CPU of the service / of venv, pip and uv at work in a watched place",
            limit=0.7 if promised else None,
            unit="%",
            measured=own,
            text="" if load is None else "\n".join(_lines(load)),
        ),
        Verdict(
            target=7,
            what="CPU of the service / of watchdog's recursive Observer, same tree",
            limit=1 / 20 if promised else None,
            unit="x",
            measured=plain,
        ),
        Verdict(
            target=7,
            what=f"wake-ups while an environment is used ({USES} imports)",
            limit=0.0,
            unit="",
            measured=wakes,
        ),
    ]


def _lines(load: Load) -> list[str]:
    lines = [f"work: {load.work:.1f} s of CPU"]
    for name, cpu in load.watchers.items():
        lines.append(f"{name:<18}{cpu * 1e3:8.1f} ms of CPU{cpu / load.work * 100:8.2f} %")
    return lines


def _clear(place: str) -> None:
    for name in (f"{place}-pip", f"{place}-uv"):
        shutil.rmtree(name, ignore_errors=True)


def _steps(world: World, shop: Workshop, place: str, packages: list[str]) -> list[Contestant]:
    offline = ["--no-index", "--find-links", shop.wheels]
    base = os.path.realpath(sys.executable)
    commands = [
        [base, "-m", "venv", f"{place}-pip"],
        [f"{place}-pip/bin/python", "-m", "pip", "install", "--quiet", *offline, *packages],
        [shop.uv, "venv", "--quiet", "--offline", "--python", base, f"{place}-uv"],
        uv_install(shop, f"{place}-uv", packages),
    ]
    environ = {**world.environ(), "UV_CACHE_DIR": shop.cache, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return [
        Contestant(name=" ".join(command[:4]), argv=command, environ=environ, cwd=world.home)
        for command in commands
    ]


def uv_install(shop: Workshop, prefix: str, packages: list[str]) -> list[str]:
    """Return the command by which uv installs packages from the wheels."""
    options = ["--quiet", "--offline", "--no-index", "--find-links", shop.wheels]
    return [shop.uv, "pip", "install", *options, "--python", f"{prefix}/bin/python", *packages]


def _wakes_in_use(service: Service, place: str, packages: list[str]) -> int:
    """Count the wake-ups of the service while an environment is imported from.

    The first import is not counted: it may write what later ones find. A rescan, which comes
    by the clock, would be counted: then it is done again.
    """
    command = [f"{place}-pip/bin/python", "-c", f"import {', '.join(packages)}"]
    subprocess.run(command, check=True, env={"LANG": "C.UTF-8"}, stdout=subprocess.DEVNULL)
    for _ in range(_TRIES):
        before, passes = service.until_idle(), service.passes()
        for _ in range(USES):
            subprocess.run(command, check=True, env={"LANG": "C.UTF-8"})
        time.sleep(1)
        after = service.read()
        if service.passes() == passes:
            return after.switches - before.switches
    message = "the service made a pass each time an environment was only used"
    raise MeasurementError(message)
