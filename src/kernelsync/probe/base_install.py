"""The install that an interpreter belongs to, found from its standard library upwards.

CPython finds itself by the same landmark, `lib/pythonX.Y/os.py` in a directory above.
"""

from __future__ import annotations

import os

from kernelsync.model.value import Value
from kernelsync.probe.files import is_file, names_in
from kernelsync.probe.version import minor_in_header, read_version

_LEVELS = 3
_ABI = {"cpython": "cp", "pypy": "pp", "graalpy": "graalpy"}
_KINDS = ("python", "pypy")


class BaseInstall(Value):
    """A Python that was installed, not made from another one.

    `prefix` holds `stdlib`, the directory of `os.py`. `site` are the directories from a
    prefix down to its packages, relative to it, the packages' own last; they are the same
    in its environments. The rest is as in `Interpreter`.
    """

    prefix: str
    stdlib: str
    site: tuple[str, ...]
    version: str
    minor: str
    implementation: str
    abi: str


def find(program: str, claimed: str, platform: str) -> BaseInstall | None:
    """Return the install of a program (a real path), None where none is above it.

    `claimed` is an X.Y that decides where neither the program's name nor the standard
    libraries that are there do.
    """
    directory = os.path.dirname(program)
    if platform == "win32" and is_file(f"{directory}/Lib/os.py"):
        return _described(directory, f"{directory}/Lib", program, claimed)
    for _ in range(_LEVELS):
        directory = os.path.dirname(directory)
        # CPython would go on to the root, where the system's own library could be
        # mistaken for a lost one.
        if directory == "/":
            return None
        stdlib = _stdlib_in(directory, os.path.basename(program), claimed)
        if stdlib is not None:
            return _described(directory, stdlib, program, claimed)
    return None


def awaited(program: str, claimed: str) -> str:
    """Return where the standard library of a program would come that has none: most likely."""
    directory, name = os.path.split(program)
    library = name.rstrip("dm") if minor_in_name(name) else f"python{claimed}"
    return os.path.join(os.path.dirname(directory), "lib", library)


def minor_in_name(name: str) -> str:
    """Return the X.Y in "python3.12", "python3.13t" or "pypy3.10", else ""."""
    for kind in _KINDS:
        if name.startswith(kind):
            rest = name.removeprefix(kind).rstrip("tdm")
            major, dot, minor = rest.partition(".")
            return rest if dot and major.isdecimal() and minor.isdecimal() else ""
    return ""


def implementation_of(program: str, stdlib: str) -> str:
    """Return "cpython", "pypy" or "graalpy", by the names of program and library."""
    if stdlib.rpartition("/")[2].startswith("pypy") or "/lib-python/" in stdlib:
        return "pypy"
    name = os.path.basename(program)
    return next((kind for kind in ("pypy", "graalpy") if name.startswith(kind)), "cpython")


def abi_of(implementation: str, minor: str, flags: str) -> str:
    """Return what keys binary modules: "cp312", "cp313t", "pp310"."""
    return f"{_ABI[implementation]}{minor.replace('.', '')}{flags}"


def _described(prefix: str, stdlib: str, program: str, claimed: str) -> BaseInstall | None:
    minor = minor_in_name(stdlib.rpartition("/")[2])
    minor = minor or minor_in_header(f"{prefix}/include/patchlevel.h") or claimed
    if not minor:
        return None
    version, flags = read_version(prefix, stdlib, minor)
    implementation = implementation_of(program, stdlib)
    return BaseInstall(
        prefix=prefix,
        stdlib=stdlib,
        site=_site(stdlib),
        version=version,
        minor=minor,
        implementation=implementation,
        abi=abi_of(implementation, minor, flags if implementation == "cpython" else ""),
    )


def _site(stdlib: str) -> tuple[str, ...]:
    name = stdlib.rpartition("/")[2]
    if name == "Lib":
        return ("Lib", "Lib/site-packages")
    if stdlib.endswith(("/lib-python/3", "/lib-python/2.7")):
        # PyPy up to 3.7 had no directory for each version.
        return ("site-packages",)
    return ("lib", f"lib/{name}", f"lib/{name}/site-packages")


def _stdlib_in(directory: str, program: str, claimed: str) -> str | None:
    for folder in ("lib", "lib64"):
        for name in _stdlib_names(f"{directory}/{folder}", program, claimed):
            if is_file(f"{directory}/{folder}/{name}/os.py"):
                return f"{directory}/{folder}/{name}"
    for name in ("3", "2.7"):
        if is_file(f"{directory}/lib-python/{name}/os.py"):
            return f"{directory}/lib-python/{name}"
    return None


def _stdlib_names(folder: str, program: str, claimed: str) -> list[str]:
    """Return the names that the standard library may have, the likeliest first."""
    if minor_in_name(program):
        # The letters of debug and 3.7 builds are not in the library's name; "t" is.
        return [program.rstrip("dm")]
    names = [name for name in names_in(folder) if minor_in_name(name)]
    names.sort(key=lambda name: _order(name, claimed), reverse=True)
    return names


def _order(name: str, claimed: str) -> tuple[bool, int, int]:
    minor = minor_in_name(name)
    major, _, rest = minor.partition(".")
    return minor == claimed, int(major), int(rest)
