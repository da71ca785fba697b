"""The example shows every key at its default, with its reason."""

from __future__ import annotations

import itertools
import os
import textwrap
from pathlib import Path

import yaml

from kernelsync.config.example import example
from kernelsync.config.load import load
from kernelsync.locators import MANAGERS as REAL_MANAGERS
from kernelsync.model.value import replace
from support.settings_files import HOME, MANAGERS, loaded

ROOT = Path(__file__).parents[3]


def test_the_example_means_exactly_the_defaults(tmp_path: Path) -> None:
    """Whoever starts from it changes nothing."""
    settings = loaded(tmp_path, example(MANAGERS))
    defaults = load(None, required=False, home=HOME, managers=MANAGERS)
    assert replace(settings, path=None) == defaults


def test_the_example_has_every_key() -> None:
    """Nothing is left to be found elsewhere."""
    document = yaml.safe_load(example(MANAGERS))
    assert list(document) == ["include", "exclude", "sources", "kernels", "service"]
    assert document["sources"] == {
        "pyenv": {"root": None},
        "uv": True,
        "venv": {"containers": ["~/.venvs", "~/venvs"], "projects": [], "depth": 4},
    }
    assert document["kernels"] == {
        "directory": None,
        "name": "{name}",
        "display_name": "{name} ({manager} {minor})",
        "badges": True,
        "missing_ipykernel": "runtime",
        "activate": True,
        "env": {},
    }
    assert document["service"] == {"rescan": "60s", "grace": "5s"}


def test_every_key_has_a_comment_before_it() -> None:
    """A setting without a reason is a riddle."""
    lines = example(MANAGERS).splitlines()
    for before, line in itertools.pairwise(lines):
        if line and not line.lstrip().startswith("#"):
            assert before.lstrip().startswith("#")


def test_the_rules_in_its_comments_are_right(tmp_path: Path) -> None:
    """What people copy out of it works."""
    lines = example(MANAGERS).splitlines()
    rules = [line.removeprefix("#").split("    ")[0] for line in lines if line.startswith("#   - ")]
    assert len(rules) == 4
    text = textwrap.dedent("\n".join(rules))
    assert len(loaded(tmp_path, f"exclude:\n{text}\n").exclude) == 4


def test_the_example_can_name_the_schema_for_editors() -> None:
    """The YAML language server wants it in the first line."""
    first, rest = example(MANAGERS, "kernelsync.schema.json").split("\n", 1)
    assert first == "# yaml-language-server: $schema=kernelsync.schema.json"
    assert rest == example(MANAGERS)


def test_the_example_in_the_repository_is_this_one() -> None:
    """The file beside the README is what the program prints."""
    with open(os.path.join(ROOT, "config.example.yaml"), encoding="utf-8") as file:
        assert file.read() == example(REAL_MANAGERS)


def test_the_example_in_the_repository_means_the_defaults() -> None:
    """With the real managers as well."""
    path = os.path.join(ROOT, "config.example.yaml")
    settings = load(path, required=True, home=HOME, managers=REAL_MANAGERS)
    defaults = load(None, required=False, home=HOME, managers=REAL_MANAGERS)
    assert replace(settings, path=None) == defaults


def test_what_was_chosen_is_in_force_and_its_default_beside_it(tmp_path: Path) -> None:
    """All else stays as it is."""
    chosen = {"sources.venv.containers": ("~/.venvs", "~/my: work")}
    text = example(MANAGERS, chosen=chosen)
    settings = loaded(tmp_path, text)
    assert settings.sources["venv"].options == {
        "containers": (f"{HOME}/.venvs", f"{HOME}/my: work")
    }
    assert "# Not the default, which is [~/.venvs, ~/venvs]." in text
    usual = loaded(tmp_path, example(MANAGERS))
    assert replace(settings, sources=usual.sources) == usual
