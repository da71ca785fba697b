"""A build of a runtime as a program of its own, to be killed or to be told errors.

    python runtime_driver.py KIND DIRECTORY

KIND is `ours`, or `naive` for one that unpacks where kernels already look; `repair` builds the
version that is in force anew, `naive-repair` begins with a deletion; `remove` removes the
runtime. DIRECTORY has `wheels` (a cache in which nothing is missing) and `runtimes`. It imports
everything first, and then makes a system call that marks the beginning of its own work.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile

from kernelsync.runtimes.build import put_in_force
from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.removal import remove_runtimes
from support.fake_wheels import KEY, some

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.runtimes.pins import PinList

BEGIN = "/kernelsync-test-begins-here"


def prepare(directory: str, version: str) -> PinList:
    """Write wheels of a version into the cache, and return their list."""
    return some(os.path.join(directory, "wheels", "any"), version=version)


def install(directory: str, pins: PinList) -> list[str]:
    """Install the list, and return what went wrong."""
    runtimes, wheels = (os.path.join(directory, name) for name in ("runtimes", "wheels"))
    try:
        Installer(runtimes, wheels, {}).install(KEY, pins)
    except BuildFailure as failure:
        return [f"{failure.problem.code}: {failure.problem.message}"]
    return []


def install_naively(directory: str, pins: PinList) -> list[str]:
    """Put a new build in force, then fill it."""
    runtime = os.path.join(directory, "runtimes", KEY)
    build = os.path.join(runtime, "builds", pins.id)
    os.makedirs(os.path.join(build, "site"))
    put_in_force(runtime, pins.id)
    with open(os.path.join(build, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump({}, file)
    folder = os.path.join(directory, "wheels", "any")
    for name in sorted(os.listdir(folder)):
        with zipfile.ZipFile(os.path.join(folder, name)) as wheel:
            wheel.extractall(os.path.join(build, "site"))
    return []


def repair_naively(directory: str, pins: PinList) -> list[str]:
    """Delete what is damaged, then build it where it was."""
    shutil.rmtree(os.path.join(directory, "runtimes", KEY, "builds"))
    return install(directory, pins)


def remove(directory: str, _pins: PinList) -> list[str]:
    """Remove the runtime, and return what went wrong."""
    _, problems = remove_runtimes(os.path.join(directory, "runtimes"), [KEY], [KEY])
    return [f"{problem.code}: {problem.message}" for problem in problems]


def main(kind: str, directory: str) -> int:
    """Mark the beginning, build once and say what went wrong."""
    # The wheels of the new version are there already: only their list is made again.
    pins = prepare(directory, "1.0" if kind in {"repair", "naive-repair"} else "2.0")
    run = {
        "ours": install,
        "naive": install_naively,
        "repair": install,
        "naive-repair": repair_naively,
        "remove": remove,
    }[kind]
    os.access(BEGIN, os.F_OK)
    print(json.dumps(run(directory, pins)))  # noqa: T201 - this is a program
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
