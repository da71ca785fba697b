"""Write the pin lists of the runtimes from runtime_pins.toml, with hashes as PyPI gives them.

For maintainers: `python scripts/pin_runtimes.py [X.Y ...]` (needs `packaging` and the network).
It asks PyPI which files there are, reads what each distribution requires, and fails if a
list is not complete: something required is missing, or is not of a version that is required.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tomllib
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from packaging.tags import Tag

HERE = os.path.dirname(os.path.abspath(__file__))
CHOSEN = os.path.join(HERE, "runtime_pins.toml")
PINS = os.path.join(HERE, "..", "src", "kernelsync", "runtimes", "pins")
PYPY = "pypy"
INDEX = "https://pypi.org/pypi"
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
PLATFORMS = re.compile(
    r"any$|(many|musl)linux.*_(x86_64|aarch64)$|macosx_.*_(x86_64|arm64|universal2|intel)$"
    r"|win_(amd64|arm64)$"
)


@cache
def releases(name: str) -> dict[str, list[dict[str, object]]]:
    """Return the files of every version of a project."""
    address = f"{INDEX}/{name}/json"
    with urllib.request.urlopen(address, timeout=60) as answer:
        document = json.load(answer)
    for files in document["releases"].values():
        for file in files:
            file["url"] = urljoin(address, file["url"])
    return document["releases"]


@cache
def download(address: str) -> bytes:
    """Return a file of the index."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


def number_of(python: str) -> tuple[str, str]:
    """Return X and Y of "3.12", "3.14t" or "pypy3.9"."""
    major, _, minor = python.removeprefix(PYPY).rstrip("t").partition(".")
    return major, minor


def files_of(name: str, version: str, python: str) -> list[dict[str, object]]:
    """Return the wheels for a Python on any of our platforms; without any, the source."""
    found = releases(name).get(version)
    if not found:
        message = f"{name} has no version {version}"
        raise SystemExit(message)
    wheels = [file for file in found if file["packagetype"] == "bdist_wheel"]
    fitting = [file for file in wheels if fits(str(file["filename"]), python)]
    everywhere = any(not str(file["filename"]).split("-")[-1].startswith("win") for file in fitting)
    return fitting if everywhere else [f for f in found if f["packagetype"] == "sdist"]


def fits(filename: str, python: str) -> bool:
    """Return whether a wheel is for a Python, on one of our platforms."""
    tags = parse_wheel_filename(filename)[3]
    return any(_fits_one(tag, python) for tag in tags)


def _fits_one(tag: Tag, python: str) -> bool:
    major, minor = number_of(python)
    if not PLATFORMS.search(tag.platform):
        return False
    if tag.interpreter in {f"py{major}", f"py{major}{minor}"}:
        return tag.abi == "none"
    if python.startswith(PYPY):
        return tag.interpreter == f"pp{major}{minor}"
    if python.endswith("t"):
        return tag.abi == f"cp{major}{minor}t"
    if tag.interpreter == f"cp{major}{minor}":
        return not tag.abi.endswith("t")
    older = re.fullmatch(rf"cp{major}(\d+)", tag.interpreter)
    return bool(older and tag.abi == "abi3" and int(older[1]) <= int(minor))


def metadata_of(file: dict[str, object]) -> tuple[str, ...]:
    """Return what a distribution requires, as written in its wheel."""
    if file["packagetype"] == "sdist":
        return ()
    with zipfile.ZipFile(io.BytesIO(download(str(file["url"])))) as wheel:
        path = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_string(wheel.read(path).decode("utf-8", "replace"))
    return tuple(metadata.get_all("Requires-Dist") or ())


# Sources declare nothing that could be read without running them.
OF_SOURCES = {
    "tornado": (
        *("futures; python_version < '3'", "singledispatch; python_version < '3'"),
        "backports_abc>=0.4; python_version < '3'",
    ),
    "scandir": (),
    "simplegeneric": (),
}


def environment(python: str, system: str) -> dict[str, str]:
    """Return what markers are evaluated for."""
    name = "PyPy" if python.startswith(PYPY) else "CPython"
    python = ".".join(number_of(python))
    return {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": name.lower(),
        "implementation_version": f"{python}.9",
        "platform_python_implementation": name,
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
        "platform_machine": "x86_64",
        "platform_release": "",
        "platform_version": "",
        "os_name": "nt" if system == "win32" else "posix",
        "extra": "",
    }


def requirements(
    lines: tuple[str, ...], python: str, unneeded: set[str]
) -> dict[str, list[list[str]]]:
    """Return the requirements that hold for a Python on any system."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    for line in lines:
        requirement = Requirement(line)
        marker = requirement.marker
        holds = (marker is None or marker.evaluate(environment(python, s)) for s in SYSTEMS)
        name = canonicalize_name(requirement.name)
        if any(holds) and name not in unneeded:
            specifiers = {(each.operator, each.version) for each in requirement.specifier}
            wanted.setdefault(name, set()).update(specifiers)
    return {name: [list(each) for each in sorted(pairs)] for name, pairs in sorted(wanted.items())}


def floors_of(python: str, table: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the floors of a Python: those of the nearest entry that is not above it."""

    def number(text: str) -> tuple[int, ...]:
        return tuple(map(int, number_of(text)))

    fitting = [entry for entry in table if number(entry) <= number(python)]
    return table[max(fitting, key=number)]


def pin(python: str, chosen: dict[str, dict[str, dict[str, str]]]) -> dict[str, object]:
    """Return the pin list of a Python."""
    like = chosen["like"].get(python, python)
    versions = {canonicalize_name(name): v for name, v in chosen["pythons"][like].items()}
    floors = floors_of(python, chosen["floors"])
    unneeded = set(chosen["unneeded"]["names"])
    unneeded.update(chosen["unneeded"][PYPY] if python.startswith(PYPY) else ())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(releases, versions))
    distributions = []
    for name, version in sorted(versions.items()):
        files = files_of(name, version, python)
        lines = OF_SOURCES[name] if is_source(files) else metadata_of(files[0])
        entry: dict[str, object] = {
            "name": name,
            "version": version,
            "requires": requirements(tuple(lines), python, unneeded),
            "sha256": sorted(str(file["digests"]["sha256"]) for file in files),  # type: ignore[index]
        }
        if name in chosen["only"]:
            entry["system"] = chosen["only"][name]
        if is_source(files):
            entry["source"] = str(files[0]["filename"])
        distributions.append(entry)
    for entry in distributions:
        for required, pairs in entry["requires"].items():
            if required in floors:
                pairs.extend(
                    [each.operator, each.version] for each in SpecifierSet(floors[required])
                )
    check(python, versions, distributions)
    return {"python": python, "distributions": distributions}


def is_source(files: list[dict[str, object]]) -> bool:
    """Return whether there are no wheels."""
    return all(file["packagetype"] == "sdist" for file in files)


def check(python: str, versions: dict[str, str], distributions: list[dict[str, object]]) -> None:
    """Fail unless the list is complete, with fitting versions, and nothing too much."""
    wrong = []
    needed = {"ipykernel"}
    for entry in distributions:
        for required, pairs in entry["requires"].items():
            needed.add(required)
            specifier = SpecifierSet(",".join("".join(pair) for pair in pairs))
            if required not in versions:
                wrong.append(f"{entry['name']} requires {required}, which is not there")
            elif not specifier.contains(versions[required], prereleases=True):
                wrong.append(f"{entry['name']} requires {required} {specifier}")
    wrong += [f"nothing requires {name}" for name in sorted(set(versions) - needed)]
    if wrong:
        raise SystemExit("\n".join(f"{python}: {each}" for each in wrong))


def main(arguments: list[str]) -> None:
    """Write the lists of these Pythons, or of all."""
    with open(CHOSEN, "rb") as file:
        chosen = tomllib.load(file)
    os.makedirs(PINS, exist_ok=True)
    for python in arguments or (*chosen["pythons"], *chosen["like"]):
        pins = pin(python, chosen)
        with open(os.path.join(PINS, f"{python}.json"), "w", encoding="utf-8") as file:
            json.dump(pins, file, indent=1, sort_keys=True)
            file.write("\n")
        sys.stdout.write(f"{python}: {len(pins['distributions'])} distributions\n")


if __name__ == "__main__":
    main(sys.argv[1:])
