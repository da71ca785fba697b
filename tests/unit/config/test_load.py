"""A settings file means what it says; without one, or without a key, the defaults hold."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kernelsync.config.load import load
from kernelsync.errors import SettingsError
from kernelsync.model.settings import KernelSettings, MissingIpykernel, ServiceSettings, Source
from support.settings_files import HOME, MANAGERS, loaded, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    """Every manager is a source, and everything else is as the model has it."""
    path = os.path.join(tmp_path, "config.yaml")
    settings = load(path, required=False, home=HOME, managers=MANAGERS)
    assert settings == load(None, required=False, home=HOME, managers=MANAGERS)
    assert settings.path is None
    assert dict(settings.sources) == {each.name: Source(options={}) for each in MANAGERS}
    assert settings.kernels == KernelSettings()
    assert settings.service == ServiceSettings()
    assert settings.include == settings.exclude == ()


def test_a_folder_that_is_a_file_means_no_settings(tmp_path: Path) -> None:
    """There can be no file below it."""
    path = os.path.join(written(tmp_path, ""), "config.yaml")
    assert load(path, required=False, home=HOME, managers=MANAGERS).path is None


def test_a_required_file_must_exist(tmp_path: Path) -> None:
    """Whoever names a file expects it to be read."""
    path = os.path.join(tmp_path, "config.yaml")
    with pytest.raises(SettingsError) as caught:
        load(path, required=True, home=HOME, managers=MANAGERS)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("settings-missing", path)


def test_a_dangling_link_is_a_mistake(tmp_path: Path) -> None:
    """Its target held settings once; the defaults would take kernels away."""
    path = os.path.join(tmp_path, "config.yaml")
    os.symlink("elsewhere", path)
    with pytest.raises(SettingsError):
        load(path, required=False, home=HOME, managers=MANAGERS)


def test_a_file_behind_a_link_is_read(tmp_path: Path) -> None:
    """People keep their settings in a folder of dotfiles."""
    os.symlink(written(tmp_path, "kernels: {badges: false}"), os.path.join(tmp_path, "link"))
    path = os.path.join(tmp_path, "link")
    assert not load(path, required=False, home=HOME, managers=MANAGERS).kernels.badges


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n", "# only\n# comments\n", "---\n", "null\n", "{}\n", "\ufeff# with a BOM\n"),
        "include:\nexclude:\nsources:\nkernels:\nservice:\n",
        "kernels:\n  name:\n  env:\n  directory: null\nsources:\n  pyenv:\n  venv: {depth: }\n",
        "sources: {pyenv: true, uv: {}, venv: {depth: 4, containers: [~/.venvs, ~/venvs]}}",
    ],
)
def test_a_file_that_says_nothing_means_the_defaults(tmp_path: Path, text: str) -> None:
    """Neither empty sections nor defaults that are spelt out change anything."""
    settings = loaded(tmp_path, text)
    defaults = load(None, required=False, home=HOME, managers=MANAGERS)
    assert settings.sources == defaults.sources
    assert settings.kernels == defaults.kernels
    assert settings.service == defaults.service
    assert settings.include == settings.exclude == ()


def test_the_settings_remember_their_file(tmp_path: Path) -> None:
    """The path is that which was given."""
    assert loaded(tmp_path, "").path == os.path.join(tmp_path, "config.yaml")


def test_sources_can_be_switched_off_and_given_options(tmp_path: Path) -> None:
    """Paths become absolute; what is written differently from the default is explicit."""
    text = """
sources:
  pyenv: {root: ~/tools/pyenv/}
  uv: false
  venv: {projects: [$HOME/src, work, /srv/x], depth: 2}
"""
    sources = loaded(tmp_path, text).sources
    assert sources["pyenv"] == Source(explicit=True, options={"root": "/home/user/tools/pyenv"})
    assert sources["uv"] == Source(enabled=False, explicit=True, options={})
    projects = ("/home/user/src", "/home/user/work", "/srv/x")
    assert sources["venv"] == Source(explicit=True, options={"projects": projects, "depth": 2})


def test_an_empty_list_differs_from_the_default_list(tmp_path: Path) -> None:
    """It means that no containers are searched."""
    sources = loaded(tmp_path, "sources: {venv: {containers: []}}").sources
    assert sources["venv"].options == {"containers": ()}


def test_kernels_take_every_key(tmp_path: Path) -> None:
    """Each value arrives in the model, variables in the order in which they are written."""
    text = """
kernels:
  directory: ~/kernels
  name: "{manager}-{name}"
  display_name: "{name}"
  badges: false
  missing_ipykernel: skip
  activate: False
  env: {MPLBACKEND: agg, A: "1", _b: ""}
"""
    assert loaded(tmp_path, text).kernels == KernelSettings(
        directory="/home/user/kernels",
        name="{manager}-{name}",
        display_name="{name}",
        badges=False,
        missing_ipykernel=MissingIpykernel.SKIP,
        activate=False,
        env=(("MPLBACKEND", "agg"), ("A", "1"), ("_b", "")),
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("60s", 60.0), ("2m", 120.0), ("1500ms", 1.5), ("1.5h", 5400.0), ("90", 90.0)),
        *(('"90"', 90.0), ("2.5", 2.5), ('"10s"', 10.0)),
    ],
)
def test_durations_have_units(tmp_path: Path, text: str, seconds: float) -> None:
    """A plain number is seconds."""
    assert loaded(tmp_path, f"service: {{rescan: {text}}}").service.rescan == seconds


def test_without_a_file_nothing_slow_is_imported(tmp_path: Path) -> None:
    """YAML alone would take as long as starting Python twice."""
    program = """
import sys
from kernelsync.config.load import load
load(sys.argv[1], required=False, home="/h", managers=())
slow = {"yaml", "typing", "dataclasses", "pathlib", "difflib", "textwrap", "platformdirs"}
print(sorted(slow & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, os.path.join(tmp_path, "none.yaml")],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "[]\n"
