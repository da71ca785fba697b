"""Builds runtimes for tests: ipykernel with all that it needs, by the interpreter's own pip.

What is asked of ipykernel and the like is
what is known to be permissive; the rest is what pip finds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from importlib.metadata import PathDistribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from packaging.markers import Environment

LAUNCHER = os.path.abspath(f"{__file__}/../../../src/kernelsync/runtimes/launch.py")
STAND_IN = os.path.join(os.path.dirname(LAUNCHER), "pip_stand_in")

_COMMON = ("ipykernel==6.29.5", "jupyter_client==7.1.2", "matplotlib-inline==0.1.7")
_NEW = (*_COMMON, "ipython==8.12.3")
# The first IPython with which `found = !program` works there is 8.15.
_NEWEST = (*_COMMON, "ipython==8.18.1")
_PINS = {
    "3.12": _NEWEST,
    "3.13": _NEWEST,
    "2.7": ("ipykernel==4.10.1",),
    "3.6": ("ipykernel==5.5.6",),
    "3.7": ("ipykernel==6.16.2", "jupyter_client==7.1.2"),
}
FLOORS: Mapping[str, str] = {}
"""What the packages need beyond what they declare."""

_DESCRIBE = """
import json, os, platform, sys
print(json.dumps({
    "implementation_name": getattr(getattr(sys, "implementation", None), "name", "cpython"),
    "implementation_version": platform.python_version(),
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": platform.python_version(),
    "platform_python_implementation": platform.python_implementation(),
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": "linux" if sys.platform.startswith("linux") else sys.platform,
}))
"""


def build(python: str, minor: str, runtimes: str, network: Mapping[str, str]) -> str:
    """Make a runtime for this interpreter, and return its directory."""
    key = os.path.join(runtimes, f"python{minor}")
    home = os.path.join(key, "builds", "made")
    site = os.path.join(home, "site")
    os.makedirs(home)
    environ = {**network, "HOME": key, "PATH": os.defpath, "LANG": "C.UTF-8"}
    options = ("--quiet", "--prefer-binary", "--disable-pip-version-check", "--target", site)
    pins = _PINS.get(minor, _NEW)
    run((python, "-m", "pip", "install", *options, *pins), environ=environ).expect(0)
    finish(python, minor, key)
    return key


def finish(python: str, minor: str, key: str) -> None:
    """Write the manifest of a build whose packages are there, and make it the current one."""
    home = os.path.join(key, "builds", "made")
    described = run((python, "-c", _DESCRIBE), environ={"PATH": os.defpath}).expect(0)
    manifest = {
        "schema": 1,
        "key": os.path.basename(key),
        "python": minor,
        "implementation": "cpython",
        "id": "made",
        "distributions": _distributions(os.path.join(home, "site"), described.json),
    }
    with open(os.path.join(home, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1, sort_keys=True)
    with open(os.path.join(home, "in-use"), "w", encoding="utf-8"):
        pass
    os.symlink(os.path.join("builds", "made"), os.path.join(key, "current"))


def equip(runtimes: str) -> None:
    """Copy the launcher and the stand-in for pip to their places."""
    os.makedirs(os.path.join(runtimes, "bin"), exist_ok=True)
    shutil.copy(LAUNCHER, os.path.join(runtimes, "launch.py"))
    for name in ("pip", "pip3"):
        target = os.path.join(runtimes, "bin", name)
        shutil.copy(STAND_IN, target)
        os.chmod(target, 0o700)


def _distributions(site: str, environment: Environment) -> list[dict[str, Any]]:
    found = []
    for entry in sorted(os.listdir(site)):
        if entry.endswith((".dist-info", ".egg-info")):
            described = _distribution(os.path.join(site, entry), environment)
            # The list of an sdist's files has what is not installed, too.
            described["modules"] = [each for each in described["modules"] if each in _tops(site)]
            found.append(described)
    return found


def _tops(site: str) -> set[str]:
    return {entry.partition(".")[0] for entry in os.listdir(site)}


def _distribution(info: str, environment: Environment) -> dict[str, Any]:
    distribution = PathDistribution(Path(info))
    requires: dict[str, list[list[str]]] = {}
    for text in distribution.requires or ():
        requirement = Requirement(text)
        given: Any = {**default_environment(), **environment, "extra": ""}
        if requirement.marker is None or requirement.marker.evaluate(given):
            name = _normalised(requirement.name)
            constraints = requires.setdefault(name, [])
            constraints += [[each.operator, each.version] for each in requirement.specifier]
            if name in FLOORS:
                constraints.append([">=", FLOORS[name]])
    return {
        "name": _normalised(distribution.metadata["Name"]),
        "version": distribution.version,
        "modules": sorted(_modules(distribution)),
        "requires": requires,
    }


def _modules(distribution: PathDistribution) -> set[str]:
    """Return the importable names at the top of a distribution, by the list of its files."""
    names = set()
    for file in distribution.files or ():
        top = file.parts[0]
        if len(file.parts) > 1 and file.suffix in {".py", ".so"} and top.isidentifier():
            names.add(top)
        elif len(file.parts) == 1 and file.suffix in {".py", ".so"}:
            names.add(top.partition(".")[0])
    return names


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
