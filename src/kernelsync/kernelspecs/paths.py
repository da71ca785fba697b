"""Where Jupyter keeps kernelspecs, by the rules of jupyter_core 5.9 and jupyter_client 8.10.

Importing jupyter_core costs two starts of Python. A test proves that the answers are equal.
What jupyter_core takes from its own process is taken wide here, because Jupyter may run in
another interpreter than kernelsync: the user site's directory always counts. Relative entries
of JUPYTER_PATH do not: they are another directory in each process.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelsync.model.surroundings import Surroundings

_NO = frozenset({"no", "n", "false", "off", "0", "0.0"})
_SYSTEM = ("/usr/local/share/jupyter", "/usr/share/jupyter")


def data_directory(surroundings: Surroundings) -> str:
    """Return Jupyter's data directory of this user, which need not exist."""
    environ = surroundings.environ
    if environ.get("JUPYTER_DATA_DIR"):
        return os.path.abspath(environ["JUPYTER_DATA_DIR"])
    if _is_set(environ, "JUPYTER_PLATFORM_DIRS"):
        return _platform_data_directory(surroundings)
    home = os.path.realpath(surroundings.home)
    if surroundings.platform == "darwin":
        return os.path.join(home, "Library", "Jupyter")
    if surroundings.platform == "win32":
        if environ.get("APPDATA"):
            return os.path.realpath(os.path.join(environ["APPDATA"], "jupyter"))
        named = environ.get("JUPYTER_CONFIG_DIR")
        return os.path.join(named or os.path.join(home, ".jupyter"), "data")
    base = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.abspath(os.path.join(base, "jupyter"))


def kernel_directories(surroundings: Surroundings) -> tuple[str, ...]:
    """Return every directory in which Jupyter looks for kernelspecs, first the strongest.

    Each is named once; most do not exist.
    """
    environ = surroundings.environ
    home = os.path.realpath(surroundings.home)
    separator = ";" if surroundings.platform == "win32" else ":"
    named = [path for path in environ.get("JUPYTER_PATH", "").split(separator) if path]
    user = [data_directory(surroundings), os.path.join(_user_base(surroundings), "share/jupyter")]
    own = [os.path.join(surroundings.prefix, "share", "jupyter")]
    system = _system_directories(surroundings)
    own = [path for path in own if path not in system]
    near = own + user if _prefers_environment(surroundings) else user + own
    data = [path for path in named if os.path.isabs(path)] + near + system
    ipython = environ.get("IPYTHONDIR") or os.path.join(home, ".ipython")
    found = [os.path.join(path.rstrip(os.sep), "kernels") for path in (*data, ipython)]
    return tuple(dict.fromkeys(found))


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return name in environ and environ[name].lower() not in _NO


def _user_base(surroundings: Surroundings) -> str:
    """Return what site.getuserbase() does, of a Python that is no macOS framework."""
    environ, home = surroundings.environ, surroundings.home
    if environ.get("PYTHONUSERBASE"):
        return os.path.abspath(environ["PYTHONUSERBASE"])
    if surroundings.platform == "win32":
        return os.path.join(environ.get("APPDATA") or home, "Python")
    return os.path.join(home, ".local")


def _prefers_environment(surroundings: Surroundings) -> bool:
    """Return whether Jupyter, run from kernelsync's prefix, would look there first."""
    environ, prefix = surroundings.environ, surroundings.prefix
    if "JUPYTER_PREFER_ENV_PATH" in environ:
        return _is_set(environ, "JUPYTER_PREFER_ENV_PATH")
    conda = environ.get("CONDA_PREFIX")
    is_environment = os.path.exists(os.path.join(prefix, "pyvenv.cfg")) or (
        conda is not None
        and prefix.startswith(conda)
        and environ.get("CONDA_DEFAULT_ENV", "base") != "base"
    )
    try:
        return is_environment and os.stat(prefix).st_uid == surroundings.uid
    except OSError:
        return False


def _platform_data_directory(surroundings: Surroundings) -> str:
    """Return platformdirs' user_data_dir("jupyter"), without importing it where XDG rules."""
    if surroundings.platform in {"darwin", "win32"}:
        from platformdirs import user_data_dir  # noqa: PLC0415 - two starts of Python

        return user_data_dir(_app_name(surroundings), appauthor=False)
    named = surroundings.environ.get("XDG_DATA_HOME", "")
    base = named if os.path.isabs(named) else os.path.join(surroundings.home, ".local/share")
    return os.path.join(base, "jupyter")


def _system_directories(surroundings: Surroundings) -> list[str]:
    own = [os.path.join(surroundings.prefix, "share", "jupyter")]
    if surroundings.platform == "win32":
        # %PROGRAMDATA% counts for those alone who trust it: anybody may write there.
        shared = surroundings.environ.get("PROGRAMDATA")
        is_trusted = _is_set(surroundings.environ, "JUPYTER_USE_PROGRAMDATA")
        return [os.path.join(shared, "jupyter")] if shared and is_trusted else own
    if not _is_set(surroundings.environ, "JUPYTER_PLATFORM_DIRS"):
        return list(_SYSTEM)
    if surroundings.platform == "darwin":
        from platformdirs import site_data_dir  # noqa: PLC0415 - two starts of Python

        found = site_data_dir(_app_name(surroundings), appauthor=False, multipath=True)
        return found.split(":")
    named = surroundings.environ.get("XDG_DATA_DIRS", "").split(":")
    bases = [path for path in named if os.path.isabs(path)] or ["/usr/local/share", "/usr/share"]
    return [os.path.join(base, "jupyter") for base in bases]


def _app_name(surroundings: Surroundings) -> str:
    is_homebrew = surroundings.prefix.startswith("/opt/homebrew")
    return "jupyter" if surroundings.platform == "darwin" and is_homebrew else "Jupyter"
