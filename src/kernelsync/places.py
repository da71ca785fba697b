"""Where kernelsync keeps its settings, data, state, caches and runtime files.

On Linux and other Unixes this repeats the rules of platformdirs, because importing that
costs two starts of Python (a test proves that the answers are equal). macOS and Windows
ask platformdirs, which reads the environment of the process there.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from platformdirs.api import PlatformDirsABC

    from kernelsync.model.surroundings import Surroundings

NAME = "kernelsync"
SETTINGS_FILE = "config.yaml"
SETTINGS_VARIABLE = "KERNELSYNC_CONFIG"
SHARED_TEMPORARY_DIRECTORIES = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108 - what lies there is checked before use


def settings_path(surroundings: Surroundings) -> str:
    """Return the absolute path of the settings file, which need not exist.

    `KERNELSYNC_CONFIG` overrides the default; a relative path there counts from the
    working directory, as in a shell.
    """
    named = surroundings.environ.get(SETTINGS_VARIABLE, "")
    if named == "~" or named.startswith("~/"):
        named = surroundings.home + named[1:]
    if named:
        return os.path.abspath(named)
    native = _native(surroundings.platform)
    if native is not None:
        return os.path.join(native.user_config_dir, SETTINGS_FILE)
    return os.path.join(_xdg(surroundings, "XDG_CONFIG_HOME", ".config"), SETTINGS_FILE)


def state_directory(surroundings: Surroundings) -> str:
    """Return the directory for what must outlive a reboot (bug reports, held removals)."""
    native = _native(surroundings.platform)
    if native is not None:
        return native.user_state_dir
    return _xdg(surroundings, "XDG_STATE_HOME", ".local/state")


def data_directory(surroundings: Surroundings) -> str:
    """Return the directory for what kernels need as long as they are there: the runtimes."""
    native = _native(surroundings.platform)
    if native is not None:
        return native.user_data_dir
    return _xdg(surroundings, "XDG_DATA_HOME", ".local/share")


def cache_directory(surroundings: Surroundings) -> str:
    """Return the directory for what can be made again at any time."""
    native = _native(surroundings.platform)
    if native is not None:
        return native.user_cache_dir
    return _xdg(surroundings, "XDG_CACHE_HOME", ".cache")


def runtime_directory(surroundings: Surroundings) -> str:
    """Return this host's own directory for locks and process files, which need not exist.

    As in platformdirs, a directory that another user could have made is not used; where
    even the temporary one is taken by somebody else, ours is below the state directory.
    """
    native = _native(surroundings.platform)
    if native is not None:
        return native.user_runtime_dir
    uid = surroundings.uid
    named = surroundings.environ.get("XDG_RUNTIME_DIR", "")
    if (
        os.path.isabs(named)
        and _is_private(named, uid, missing=True)
        and _is_safe_below(named, uid)
    ):
        return os.path.join(named, NAME)
    default = f"/run/user/{uid}"
    if _is_private(default, uid, missing=False):
        return os.path.join(default, NAME)
    temporary = os.path.join(_temporary_directory(surroundings.environ), f"runtime-{uid}")
    if _is_private(temporary, uid, missing=True, any_mode=True):
        return os.path.join(temporary, NAME)
    return os.path.join(state_directory(surroundings), f"runtime-{surroundings.host}")


def _native(platform: str) -> PlatformDirsABC | None:
    """Return platformdirs' answers for a system without XDG rules of its own."""
    if platform == "darwin":
        from platformdirs.macos import MacOS  # noqa: PLC0415 - two starts of Python, macOS only

        return MacOS(NAME)
    if platform == "win32":
        from platformdirs.windows import Windows  # noqa: PLC0415 - as above, Windows only

        return Windows(NAME, appauthor=False)
    return None


def _xdg(surroundings: Surroundings, variable: str, default: str) -> str:
    """Return our directory below an XDG base directory; a relative variable does not count."""
    named = surroundings.environ.get(variable, "")
    base = named if os.path.isabs(named) else os.path.join(surroundings.home, default)
    return os.path.join(base, NAME)


def _is_private(path: str, uid: int, *, missing: bool, any_mode: bool = False) -> bool:
    """Return whether a path is a directory of this user alone; `missing` is the answer for none."""
    try:
        found = os.lstat(os.path.normpath(path))
    except FileNotFoundError:
        return missing
    except OSError:
        return False
    mode_fits = any_mode or stat.S_IMODE(found.st_mode) & 0o777 == stat.S_IRWXU
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and mode_fits


def _is_safe_below(path: str, uid: int) -> bool:
    """Return whether no directory above a path lets another user replace what is below it."""
    is_shared = False
    parts = os.path.normpath(path).split("/")
    for end in range(1, len(parts)):
        parent = "/".join(parts[:end]) or "/"
        try:
            if is_shared and os.lstat(parent).st_uid not in (0, uid):
                return False
            mode = os.stat(parent).st_mode
        except OSError:
            return True
        is_shared = bool(mode & stat.S_IWOTH)
        if is_shared and not mode & stat.S_ISVTX:
            return False
    return True


def _temporary_directory(environ: Mapping[str, str]) -> str:
    """Return what `tempfile.gettempdir` would, without its import and its trial files."""
    named = [environ[name] for name in ("TMPDIR", "TEMP", "TMP") if environ.get(name)]
    for path in (*named, *SHARED_TEMPORARY_DIRECTORIES):
        if os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK):
            return os.path.abspath(path)
    return SHARED_TEMPORARY_DIRECTORIES[0]
