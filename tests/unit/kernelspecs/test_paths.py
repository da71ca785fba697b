"""Jupyter's directories are the same for us as for Jupyter."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kernelsync.kernelspecs.paths import data_directory, kernel_directories
from kernelsync.model.surroundings import Surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

# Jupyter's own answers. It may run in another interpreter than kernelsync: so the user site
# counts, whatever this interpreter thinks of it.
ORACLE = """
import json, site
site.ENABLE_USER_SITE = True
from jupyter_core.paths import jupyter_data_dir
from jupyter_client.kernelspec import KernelSpecManager
print(json.dumps([jupyter_data_dir(), list(dict.fromkeys(KernelSpecManager().kernel_dirs))]))
"""

ENVIRONMENTS = {
    "nothing set": {},
    "data directory": {"JUPYTER_DATA_DIR": "/data/jupyter"},
    "empty data directory": {"JUPYTER_DATA_DIR": ""},
    "XDG": {"XDG_DATA_HOME": "/xdg/data"},
    "empty XDG": {"XDG_DATA_HOME": ""},
    "both": {"JUPYTER_DATA_DIR": "/data/jupyter", "XDG_DATA_HOME": "/xdg/data"},
    "path": {"JUPYTER_PATH": "/a/jupyter:/b/jupyter/"},
    "user first": {"JUPYTER_PREFER_ENV_PATH": "0"},
    "user first, in words": {"JUPYTER_PREFER_ENV_PATH": "No"},
    "environment first": {"JUPYTER_PREFER_ENV_PATH": "1"},
    "platform directories": {"JUPYTER_PLATFORM_DIRS": "1"},
    "no platform directories": {"JUPYTER_PLATFORM_DIRS": "off"},
    "platform directories and XDG": {
        "JUPYTER_PLATFORM_DIRS": "1",
        "XDG_DATA_HOME": "/xdg/data",
        "XDG_DATA_DIRS": "/one/share:/two/share",
    },
    "platform directories, relative XDG": {"JUPYTER_PLATFORM_DIRS": "1", "XDG_DATA_HOME": "data"},
    "user base": {"PYTHONUSERBASE": "/user/base"},
    "IPython": {"IPYTHONDIR": "/ipython"},
    "everything": {
        "JUPYTER_DATA_DIR": "/data/jupyter",
        "JUPYTER_PATH": "/a:/data/jupyter",
        "JUPYTER_PREFER_ENV_PATH": "true",
        "PYTHONUSERBASE": "/user/base",
        "XDG_DATA_DIRS": "/one",
    },
}


def _surroundings(home: str, environ: dict[str, str], platform: str = "linux") -> Surroundings:
    return Surroundings(
        environ=environ,
        home=home,
        uid=os.geteuid(),
        host="host-1",
        platform=platform,
        prefix=sys.prefix,
    )


@pytest.mark.parametrize("environ", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_the_answers_are_those_of_jupyter(tmp_path: Path, environ: dict[str, str]) -> None:
    """Data directory and the whole path, in its order."""
    home = str(tmp_path / "link")
    (tmp_path / "home" / ".ipython").mkdir(parents=True)
    os.symlink(tmp_path / "home", home)
    process = {"HOME": home, "PATH": os.environ["PATH"], "JUPYTER_NO_CONFIG": "1", **environ}
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ORACLE],
        env=process,
        capture_output=True,
        text=True,
        check=True,
    )
    data, directories = json.loads(answer.stdout)
    surroundings = _surroundings(home, process)
    assert data_directory(surroundings) == data
    assert list(kernel_directories(surroundings)) == directories


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("darwin", {}, "{home}/Library/Jupyter"),
        ("win32", {}, "{home}/.jupyter/data"),
        ("win32", {"JUPYTER_CONFIG_DIR": "/config"}, "/config/data"),
        ("win32", {"APPDATA": "{home}/Roaming"}, "{home}/Roaming/jupyter"),
    ],
)
def test_other_systems_have_their_own_place(
    tmp_path: Path, platform: str, environ: dict[str, str], expected: str
) -> None:
    """As jupyter_core has it."""
    home = str(tmp_path)
    filled = {name: value.format(home=home) for name, value in environ.items()}
    assert data_directory(_surroundings(home, filled, platform)) == expected.format(home=home)


def test_an_entry_of_the_path_that_is_relative_or_empty_does_not_count(tmp_path: Path) -> None:
    """It is another directory in each process, and the current one is anybody's."""
    environ = {"JUPYTER_PATH": ":relative:/absolute"}
    found = kernel_directories(_surroundings(str(tmp_path), environ))
    assert found[0] == "/absolute/kernels"
    assert all(os.path.isabs(path) for path in found)


def test_each_directory_is_named_once(tmp_path: Path) -> None:
    """However many variables lead to it."""
    environ = {"JUPYTER_DATA_DIR": "/data", "JUPYTER_PATH": "/data:/data/"}
    found = kernel_directories(_surroundings(str(tmp_path), environ))
    assert len(set(found)) == len(found)
    assert found[0] == "/data/kernels"
