"""The version of a base install, from the most exact of the files that tell it."""

from __future__ import annotations

import json

from kernelsync.probe.files import read_text

_FINAL = {"final": "", "alpha": "a", "beta": "b", "candidate": "rc"}
_INCLUDE_SUFFIXES = ("", "m", "d", "t", "dm", "td")
_NEAR = 5


def read_version(base: str, stdlib: str, minor: str) -> tuple[str, str]:
    """Return version and ABI flags ("t" free-threaded, "d" debug) of a base install.

    `minor` is its X.Y, known from its names; the result is as exact as the files allow,
    and never contradicts it. In this order: `build-details.json` (PEP 739), `patchlevel.h`,
    the name of the install's directory, the X.Y itself.
    """
    details = _from_build_details(f"{stdlib}/build-details.json")
    if details is not None and _fits(details[0], minor):
        return details
    flags = "t" if stdlib.endswith("t") else ""
    for suffix in _INCLUDE_SUFFIXES:
        found = _from_header(f"{base}/include/{_name(stdlib, minor)}{suffix}/patchlevel.h")
        if _fits(found, minor):
            return found, flags + ("d" if "d" in suffix else "")
    for folder in ("include", "Headers"):
        found = _from_header(f"{base}/{folder}/patchlevel.h")
        if _fits(found, minor):
            return found, flags
    return version_in_path(base, minor) or minor, flags


def version_in_path(path: str, minor: str) -> str:
    """Return the X.Y.Z in the last names of a path that fits a minor version, else "".

    As in `versions/3.12.1`, `cpython-3.12.1-linux-x86_64-gnu` and `cpython@3.12.1`; a "t"
    at its end (pyenv's `3.13.0t`) is not part of it.
    """
    for part in reversed(path.split("/")[-_NEAR:]):
        for token in part.replace("@", "-").replace("+", "-").split("-"):
            version = token.removesuffix("t")
            if version.count(".") == 2 and _fits(version, minor):  # noqa: PLR2004 - X.Y.Z
                return version
    return ""


def minor_in_header(path: str) -> str:
    """Return the X.Y that a `patchlevel.h` names, else ""."""
    return ".".join(_from_header(path).split(".")[:2])


def _name(stdlib: str, minor: str) -> str:
    name = stdlib.rpartition("/")[2].removesuffix("t")
    return name if name.endswith(minor) else f"python{minor}"


def _fits(version: str, minor: str) -> bool:
    rest = version.removeprefix(f"{minor}.")
    return rest != version and rest[:1].isdecimal()


def _from_header(path: str) -> str:
    text = read_text(path) or ""
    start = text.find("#define PY_VERSION ")
    if start < 0:
        return ""
    line = text[start:].partition("\n")[0]
    # An unreleased Python has a "+" after the release it follows.
    return line.partition('"')[2].partition('"')[0].rstrip("+")


def _from_build_details(path: str) -> tuple[str, str] | None:
    text = read_text(path)
    if text is None:
        return None
    try:
        details = json.loads(text)
        if not str(details["schema_version"]).startswith("1."):
            return None
        info = details["language"]["version_info"]
        version = f"{info['major']:d}.{info['minor']:d}.{info['micro']:d}"
        stage = _FINAL.get(info.get("releaselevel", "final"), "")
        flags = details.get("abi", {}).get("flags", [])
        suffix = f"{stage}{info.get('serial', 0):d}" if stage else ""
        return version + suffix, "".join(flag for flag in "td" if flag in flags)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
