"""Finds a pip that kernelsync's own interpreter can run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from kernelsync.runtimes.failure import BuildFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Where Debian keeps the wheels that it takes out of `ensurepip`.
_OF_DEBIAN = "/usr/share/python-wheels"


def find_pip(environ: Mapping[str, str]) -> list[str]:
    """Return the beginning of a command line that is pip.

    An installation by pipx or uv has no pip of its own. The wheel that `ensurepip` would
    install can be run as it is; else uv can get one.

    Raises:
        BuildFailure: there is none of these.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    bundled = _bundled_wheel()
    if bundled is not None:
        return [sys.executable, os.path.join(bundled, "pip")]
    uv = shutil.which("uv", path=environ.get("PATH"))
    if uv is not None:
        return [uv, "tool", "run", "--quiet", "--python", sys.executable, "pip"]
    message = f"runtimes are built with pip, and {sys.executable} has none"
    hint = f"'{sys.executable} -m ensurepip' installs it; uv on PATH will do as well"
    raise BuildFailure(message, code="no-pip", hint=hint)


def pip_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for pip: the user's, so that its configuration holds."""
    # Offline, pip would try for a quarter of a minute before it says so.
    defaults = {"PIP_RETRIES": "2", "PIP_DEFAULT_TIMEOUT": "15"}
    forced = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}
    ours = {"PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PIP_USER"}
    kept = {name: value for name, value in environ.items() if name not in ours}
    if kept.get("PIP_RETRIES") == "0":
        # pip says why there is no answer only when it tries again.
        kept["PIP_RETRIES"] = "1"
    return {**defaults, **kept, **forced}


def configured(pip: list[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return what pip's files and variables set, by the option's name ("index-url").

    Later places win, as in pip itself: files, then `[download]`, then variables.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*pip, "config", "list"],
        env=pip_environment(environ),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=60,
    )
    found: dict[str, dict[str, str]] = {"global": {}, "download": {}, ":env:": {}}
    for line in done.stdout.splitlines():
        place, equals, value = line.partition("=")
        section, _, option = place.rpartition(".")
        if equals and section in found:
            found[section][option] = _unquoted(value)
    return {**found["global"], **found["download"], **found[":env:"]}


def _unquoted(value: str) -> str:
    import ast  # noqa: PLC0415 - a runtime is being built

    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value


def _bundled_wheel() -> str | None:
    try:
        import ensurepip  # noqa: PLC0415 - Debian takes it away
    except ImportError:
        places = [_OF_DEBIAN]
    else:
        folder = os.path.dirname(os.path.abspath(ensurepip.__file__))
        places = [os.path.join(folder, "_bundled"), _OF_DEBIAN]
    for place in places:
        if os.path.isdir(place):
            names = [name for name in os.listdir(place) if _is_pip(name)]
            if names:
                return os.path.join(place, max(names))
    return None


def _is_pip(name: str) -> bool:
    return name.startswith("pip-") and name.endswith("-none-any.whl")
