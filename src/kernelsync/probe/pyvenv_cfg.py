"""What `pyvenv.cfg` says, by CPython's own reading of it.

It looks like INI but is not: `site.py` splits each line at the first `=`, and keys have no
case. Each tool writes other keys, so that none but `home` can be counted on.
"""

from __future__ import annotations

_DOTS = 2
_SYSTEM_SITE = "include-system-site-packages"


class PyvenvCfg:
    """The keys that count.

    `home` is the directory of the base interpreter, "" where none is named; mostly a `bin`
    directory, while virtualenv 20.0 wrote the one above it. `version` is what it claims
    ("3.12.1", uv also "3.12"), "" without one, virtualenv's `3.12.1.final.0` cut to its
    numbers. A claim only: `venv --upgrade` raises it and leaves the interpreter as it was.
    `system_site` says that the base's packages count too; a missing key means that they do.
    """

    __slots__ = ("home", "system_site", "version")

    def __init__(self, home: str = "", version: str = "", *, system_site: bool = True) -> None:
        self.home = home
        self.version = version
        self.system_site = system_site


def parse(contents: bytes) -> PyvenvCfg:
    """Read the contents of a `pyvenv.cfg`; it cannot fail."""
    keys = {}
    for line in contents.decode("utf-8", "surrogateescape").split("\n"):
        key, equals, value = line.partition("=")
        if equals:
            keys[key.strip().lower()] = value.strip()
    version = keys.get("version") or keys.get("version_info") or keys.get("python-version", "")
    return PyvenvCfg(
        _unquoted(keys.get("home", "")),
        _release(_unquoted(version)),
        system_site=keys.get(_SYSTEM_SITE, "true").lower() == "true",
    )


def minor_of(version: str) -> str:
    """Return the X.Y of a version, "" where there is none."""
    major, dot, rest = version.partition(".")
    minor = rest.partition(".")[0]
    return f"{major}.{minor}" if dot and major.isdecimal() and minor.isdecimal() else ""


def _unquoted(value: str) -> str:
    if value.startswith(("'", '"')) and value.endswith(value[0], 1):
        return value[1:-1]
    return value


def _release(version: str) -> str:
    # virtualenv adds the level and the serial number.
    return ".".join(version.split(".")[:3]) if version.count(".") > _DOTS else version
