"""Which wheels fit an interpreter, in the words that pip takes (PEP 425, 600 and 656)."""

from __future__ import annotations

import platform

from kernelsync.model.runtime import parts_of
from kernelsync.runtimes.installed import glibc_minor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTERS = {"cpython": "cp", "pypy": "pp", "graalpy": "graalpy"}
_WITH_PYMALLOC = frozenset({"3.6", "3.7"})
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_OLDEST_GLIBC = 5
_USUAL_GLIBC = 17
"""That of manylinux2014, which nearly all wheels are for."""
_LAST_PATCH = 99
_PYPY_ABI = "pp73"
"""That of all PyPys since 7.3, from 2019 on."""
_MUSL = (2, 1, 0)
_FIRST_ARM_MACOS = 11


def pip_options(key: str) -> list[str]:
    """Return the options by which pip chooses wheels for a runtime's interpreters."""
    implementation, python, flags, where = parts_of(key)
    system, _, machine = where.partition("-")
    letters = _LETTERS[implementation]
    if python in _WITH_PYMALLOC:
        flags += "m"
    # With X.Y alone, pip takes X.Y.0, for which some distributions are too new.
    words = ["--implementation", letters, "--python-version", f"{python}.{_LAST_PATCH}"]
    number = python.replace(".", "")
    is_pypy = implementation == "pypy"
    words += ["--abi", f"pypy{number}_{_PYPY_ABI}" if is_pypy else f"{letters}{number}{flags}"]
    for name in platforms(system, machine):
        words += ["--platform", name]
    return words


def platforms(system: str, machine: str) -> list[str]:
    """Return the platform tags of this machine, the most exact first."""
    if system == "linux":
        machine, _, libc = machine.partition("-")
        return [*_linux(machine, libc), f"linux_{machine}"]
    if system == "darwin":
        return list(_macos(machine))
    return {"AMD64": ["win_amd64"], "ARM64": ["win_arm64"]}.get(machine, ["win32"])


def _linux(machine: str, libc: str) -> Iterator[str]:
    if libc:
        yield from (f"musllinux_1_{minor}_{machine}" for minor in _MUSL)
        return
    # Where kernelsync itself runs with another C library, glibc's version is not known.
    newest = glibc_minor() or _USUAL_GLIBC
    for minor in range(newest, _OLDEST_GLIBC - 1, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _OLD_NAMES:
            yield f"{_OLD_NAMES[minor]}_{machine}"


def _macos(machine: str) -> Iterator[str]:
    release = platform.mac_ver()[0] or "11.0"
    newest = max(int(release.partition(".")[0]), _FIRST_ARM_MACOS)
    for major in range(newest, _FIRST_ARM_MACOS - 1, -1):
        yield f"macosx_{major}_0_{machine}"
        yield f"macosx_{major}_0_universal2"
    if machine == "x86_64":
        for minor in range(16, 5, -1):
            yield from (f"macosx_10_{minor}_{kind}" for kind in ("x86_64", "intel", "universal2"))
