"""The version of a base install, from the most exact of the files that tell it."""

from __future__ import annotations

import json

from kernelsync.probe.files import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FINAL = {"final": "", "alpha": "a", "beta": "b", "candidate": "rc"}
_INCLUDE_SUFFIXES = ("", "m", "d", "t", "dm", "td")
_NEAR = 5
_DETAILS = "build-details.json"
_NARROW_OR_WIDE = "2.7"
_CONFIGURATION = "pyconfig.h"
_NARROW = "#define Py_UNICODE_SIZE 2"
_HEADER = "patchlevel.h"


def read_version(base: str, stdlib: str, minor: str) -> tuple[str, str]:
    """Return version and ABI flags of a base install.

    The flags are "t" (free-threaded), "d" (debug) and, for 2.7 alone, "m" with "u" where its
    text has wide characters, as in the tags of its wheels ("cp27mu").

    `minor` is its X.Y, known from its names; the result is as exact as the files allow,
    and never contradicts it. In this order: `build-details.json` (PEP 739), `patchlevel.h`,
    the name of the install's directory, the X.Y itself.
    """
    details = _from_build_details(f"{stdlib}/{_DETAILS}")
    if details is not None and _fits(details[0], minor):
        return details
    flags = "t" if stdlib.endswith("t") else ""
    for header, suffix in _headers(base, stdlib, minor):
        found = _from_header(header)
        if _fits(found, minor):
            flags += "d" if "d" in suffix else ""
            return found, flags + _width(base, stdlib, minor)
    return version_in_path(base, minor) or minor, flags + _width(base, stdlib, minor)


def files_read(base: str, stdlib: str, minor: str) -> list[str]:
    """Return the paths that a version can rest on, whether they exist or not."""
    files = [f"{stdlib}/{_DETAILS}", *(path for path, _ in _headers(base, stdlib, minor))]
    if minor == _NARROW_OR_WIDE:
        files.append(_configuration(base, stdlib, minor))
    return files


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


def _headers(base: str, stdlib: str, minor: str) -> Iterator[tuple[str, str]]:
    """Yield the places of `patchlevel.h`, each with the letters of the ABI that it is for."""
    for suffix in _INCLUDE_SUFFIXES:
        yield f"{base}/include/{_name(stdlib, minor)}{suffix}/{_HEADER}", suffix
    yield f"{base}/include/{_HEADER}", ""
    yield f"{base}/Headers/{_HEADER}", ""


def _width(base: str, stdlib: str, minor: str) -> str:
    """Return the letters for the width of characters, which only wheels for 2.7 have.

    Without headers it is wide, as in the Linux distributions, which leave them out.
    """
    if minor != _NARROW_OR_WIDE:
        return ""
    return "m" if _NARROW in (read_text(_configuration(base, stdlib, minor)) or "") else "mu"


def _configuration(base: str, stdlib: str, minor: str) -> str:
    return f"{base}/include/{_name(stdlib, minor)}/{_CONFIGURATION}"


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
