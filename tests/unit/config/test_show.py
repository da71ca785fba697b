"""The settings in force can be read again, and then mean the same."""

from __future__ import annotations

import yaml

from kernelsync.config.load import load
from kernelsync.config.show import effective
from kernelsync.model.value import replace
from support.settings_files import HOME, MANAGERS, loaded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """
include: [a, "pyenv:3.*", ~/x, "a b", "{odd}", "~"]
exclude:
  - {manager: pyenv, python: "<3.8", path: ~/y/**}
  - {base: true, ipykernel: false, name: "caf\\u00e9\\u2028"}
sources:
  pyenv: {root: /opt/pyenv}
  uv: false
  venv: {projects: [~/src, "/a b"], depth: 2}
kernels:
  directory: /srv/k
  display_name: "{{{name}}}"
  missing_ipykernel: skip
  env: {A: "yes", B: "", C: "a\\"b\\\\c\\x01\\U0001f600"}
service: {rescan: 90s, grace: 1500ms}
"""


def test_shows_the_defaults() -> None:
    """Without any file, every key is there."""
    shown = effective(load(None, required=False, home=HOME, managers=MANAGERS), MANAGERS)
    document = yaml.safe_load(shown)
    assert document["sources"]["venv"]["depth"] == 4
    assert document["service"] == {"rescan": "60s", "grace": "5s"}
    assert document["kernels"]["missing_ipykernel"] == "runtime"


def test_what_is_shown_means_the_same(tmp_path: Path) -> None:
    """Only the texts and lines of rules may differ."""
    settings = loaded(tmp_path, EVERYTHING)
    again = loaded(tmp_path, effective(settings, MANAGERS))
    plain = {"text": "", "line": None}
    for field in ("include", "exclude"):
        rules = [replace(rule, **plain) for rule in getattr(settings, field)]
        assert rules == [replace(rule, **plain) for rule in getattr(again, field)]
    assert again.sources == settings.sources
    assert again.kernels == settings.kernels
    assert again.service == settings.service


def test_shows_times_as_people_write_them(tmp_path: Path) -> None:
    """With the largest unit that leaves a whole number."""
    shown = effective(loaded(tmp_path, "service: {rescan: 7200s, grace: 0.25s}"), MANAGERS)
    assert yaml.safe_load(shown)["service"] == {"rescan": "2h", "grace": "250ms"}
