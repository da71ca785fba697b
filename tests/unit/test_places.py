"""kernelsync's own directories are where platformdirs says."""

from __future__ import annotations

import os
import warnings

import pytest
from platformdirs import windows
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from kernelsync.model.surroundings import Surroundings
from kernelsync.model.value import replace
from kernelsync.places import (
    cache_directory,
    data_directory,
    runtime_directory,
    settings_path,
    state_directory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLES = (
    *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
    *("KERNELSYNC_CONFIG", "TMPDIR", "TEMP", "TMP"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the process a home directory of its own and no XDG variables."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return str(tmp_path)


def surroundings(home: str, environ: Mapping[str, str] | None = None) -> Surroundings:
    """Return the surroundings of a Linux process."""
    return Surroundings(
        environ=environ or {},
        home=home,
        uid=os.geteuid(),
        host="h0",
        platform="linux",
        prefix="/opt/kernelsync",
    )


def platformdirs_says(kind: str) -> str:
    """Return platformdirs' answer, without its warnings about unset variables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(getattr(Unix("kernelsync"), f"user_{kind}_dir"))


def set_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> dict[str, str]:
    """Set a variable of the process for platformdirs, and return it as surroundings have it."""
    if value is None:
        return {}
    monkeypatch.setenv(name, value)
    return {name: value}


@pytest.mark.parametrize("value", [None, "", "relative/dir", "/absolute/dir", "~/x", "/a//b/"])
def test_directories_are_those_of_platformdirs(
    home: str, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """Unset, empty, relative and absolute variables all mean the same as there."""
    here = surroundings(home, set_variable(monkeypatch, "XDG_CONFIG_HOME", value))
    assert settings_path(here) == os.path.join(platformdirs_says("config"), "config.yaml")
    here = surroundings(home, set_variable(monkeypatch, "XDG_DATA_HOME", value))
    assert data_directory(here) == platformdirs_says("data")
    here = surroundings(home, set_variable(monkeypatch, "XDG_STATE_HOME", value))
    assert state_directory(here) == platformdirs_says("state")
    here = surroundings(home, set_variable(monkeypatch, "XDG_CACHE_HOME", value))
    assert cache_directory(here) == platformdirs_says("cache")


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o770, 0o500])
def test_a_runtime_directory_counts_as_in_platformdirs(
    home: str, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """One that others may enter is not used."""
    run = os.path.join(home, "run")
    os.mkdir(run)
    os.chmod(run, mode)
    here = surroundings(home, set_variable(monkeypatch, "XDG_RUNTIME_DIR", run))
    assert runtime_directory(here) == platformdirs_says("runtime")
    assert runtime_directory(here).startswith(run) is (mode == 0o700)


def test_a_runtime_directory_that_is_missing_will_be_made(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its absence is no reason to go elsewhere."""
    run = os.path.join(home, "not", "yet")
    here = surroundings(home, set_variable(monkeypatch, "XDG_RUNTIME_DIR", run))
    assert (
        runtime_directory(here) == os.path.join(run, "kernelsync") == platformdirs_says("runtime")
    )


def test_a_runtime_directory_behind_a_symlink_is_not_used(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may replace the link may replace the directory."""
    os.mkdir(os.path.join(home, "real"), 0o700)
    link = os.path.join(home, "link")
    os.symlink("real", link)
    here = surroundings(home, set_variable(monkeypatch, "XDG_RUNTIME_DIR", link))
    assert runtime_directory(here) == platformdirs_says("runtime")
    assert not runtime_directory(here).startswith(home)


def test_a_runtime_directory_below_one_that_all_may_write_is_not_used(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the sticky bit, anybody could exchange it."""
    shared = os.path.join(home, "shared")
    os.mkdir(shared)
    os.chmod(shared, 0o777)  # noqa: S103 - the danger that is tested
    run = os.path.join(shared, "run")
    os.mkdir(run, 0o700)
    here = surroundings(home, set_variable(monkeypatch, "XDG_RUNTIME_DIR", run))
    assert runtime_directory(here) == platformdirs_says("runtime")
    assert not runtime_directory(here).startswith(home)


def test_without_any_runtime_directory_it_is_in_the_temporary_one(home: str) -> None:
    """A user without a session of their own has no `/run/user/UID`."""
    temporary = os.path.join(home, "tmp")
    os.mkdir(temporary)
    nobody = replace(surroundings(home, {"TMPDIR": temporary}), uid=123_456_789)
    expected = os.path.join(temporary, "runtime-123456789", "kernelsync")
    assert runtime_directory(nobody) == expected


def test_a_temporary_runtime_directory_of_somebody_else_is_not_used(home: str) -> None:
    """It is below the state directory then, with the host in its name."""
    temporary = os.path.join(home, "tmp")
    os.makedirs(os.path.join(temporary, "runtime-123456789"))
    nobody = replace(surroundings(home, {"TMPDIR": temporary}), uid=123_456_789)
    assert runtime_directory(nobody) == os.path.join(state_directory(nobody), "runtime-h0")


def test_a_variable_names_another_settings_file(home: str) -> None:
    """Absolute paths and the home directory are understood."""
    assert settings_path(surroundings(home, {"KERNELSYNC_CONFIG": "/etc/k.yaml"})) == "/etc/k.yaml"
    from_home = surroundings(home, {"KERNELSYNC_CONFIG": "~/k.yaml"})
    assert settings_path(from_home) == os.path.join(home, "k.yaml")


def test_a_relative_settings_file_counts_from_the_working_directory(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every other program would take it."""
    monkeypatch.chdir(home)
    here = surroundings(home, {"KERNELSYNC_CONFIG": "k.yaml"})
    assert settings_path(here) == os.path.join(home, "k.yaml")


def test_an_empty_variable_names_nothing(home: str) -> None:
    """The default holds."""
    here = surroundings(home, {"KERNELSYNC_CONFIG": ""})
    assert settings_path(here) == os.path.join(home, ".config/kernelsync/config.yaml")


def test_macos_has_its_own_directories(home: str) -> None:
    """They are below Library."""
    here = replace(surroundings(home), platform="darwin")
    library = os.path.join(home, "Library")
    assert settings_path(here) == f"{library}/Application Support/kernelsync/config.yaml"
    native = MacOS("kernelsync")
    assert data_directory(here) == native.user_data_dir
    assert state_directory(here) == native.user_state_dir
    assert cache_directory(here) == native.user_cache_dir
    assert runtime_directory(here) == native.user_runtime_dir


def test_windows_has_its_own_directories(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are below the local application data, without an author's directory."""
    # Only Windows can say where its folders are: here the environment stands in for it.
    monkeypatch.setattr(windows, "get_win_folder", windows.get_win_folder_from_env_vars)
    monkeypatch.setenv("LOCALAPPDATA", "C:\\Users\\u\\AppData\\Local")
    here = replace(surroundings(home), platform="win32")
    native = windows.Windows("kernelsync", appauthor=False)
    assert "kernelsync" in native.user_config_dir
    assert settings_path(here) == os.path.join(native.user_config_dir, "config.yaml")
    assert data_directory(here) == native.user_data_dir
    assert state_directory(here) == native.user_state_dir
    assert cache_directory(here) == native.user_cache_dir
    assert runtime_directory(here) == native.user_runtime_dir
