"""`kernelsync config`: find, show, check and create the settings."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest
import yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_path_says_where_the_settings_would_be(machine: Machine) -> None:
    """Also when there is no file yet."""
    said = machine.kernelsync("config", "path").expect(0)
    assert said.stdout.strip() == machine.path(".config", "kernelsync", "config.yaml")


def test_path_follows_xdg_and_kernelsync_config(
    machine: Machine, tmp_path: os.PathLike[str]
) -> None:
    """XDG_CONFIG_HOME moves the directory; KERNELSYNC_CONFIG names the file itself."""
    xdg = os.path.join(tmp_path, "xdg")
    moved = machine.kernelsync("config", "path", XDG_CONFIG_HOME=xdg).expect(0)
    assert moved.stdout.strip() == os.path.join(xdg, "kernelsync", "config.yaml")
    own = os.path.join(tmp_path, "own.yaml")
    with open(own, "w", encoding="utf-8") as file:
        file.write("exclude: []\n")
    named = machine.kernelsync("config", "path", KERNELSYNC_CONFIG=own).expect(0)
    assert named.stdout.strip() == own


def test_show_is_yaml_with_what_is_in_force(machine: Machine) -> None:
    """The user's value where there is one, the default elsewhere."""
    machine.settings("kernels:\n  badges: false\n")
    shown = yaml.safe_load(machine.kernelsync("config", "show").expect(0).stdout)
    assert shown["kernels"]["badges"] is False
    assert shown["kernels"]["name"] == "{name}"


def test_what_show_prints_is_a_settings_file(machine: Machine) -> None:
    """Written to a file, it passes the check and is in force unchanged."""
    shown = machine.kernelsync("config", "show").expect(0).stdout
    machine.settings(shown)
    machine.kernelsync("config", "check").expect(0)
    again = machine.kernelsync("config", "show").expect(0).stdout
    assert yaml.safe_load(again) == yaml.safe_load(shown)


def test_init_writes_a_commented_file_that_passes_the_check(machine: Machine) -> None:
    """It has the defaults, explained."""
    machine.kernelsync("config", "init").expect(0)
    with open(machine.path(".config", "kernelsync", "config.yaml"), encoding="utf-8") as file:
        written = file.read()
    assert "#" in written
    machine.kernelsync("config", "check").expect(0)


def test_init_never_overwrites(machine: Machine) -> None:
    """A file that is there stays as it is, and that is a usage error."""
    path = machine.settings("exclude: [mine]\n")
    machine.kernelsync("config", "init").expect(2)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "exclude: [mine]\n"


def test_the_schema_accepts_the_file_that_init_writes(machine: Machine) -> None:
    """Editors check with the same rules as the program."""
    schema = machine.kernelsync("config", "schema").expect(0).json
    machine.kernelsync("config", "init").expect(0)
    with open(machine.path(".config", "kernelsync", "config.yaml"), encoding="utf-8") as file:
        written = yaml.safe_load(file) or {}
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(written, schema, cls=jsonschema.Draft7Validator)


def test_the_schema_refuses_what_the_check_refuses(machine: Machine) -> None:
    """An unknown key is a mistake for both."""
    schema = machine.kernelsync("config", "schema").expect(0).json
    wrong = {"exlude": ["x"]}
    assert list(jsonschema.Draft7Validator(schema).iter_errors(wrong))
    machine.settings(json.dumps(wrong))
    machine.kernelsync("config", "check").expect(2)


def test_check_tells_all_mistakes_with_line_and_column(machine: Machine) -> None:
    """Each mistake has its place in the file, and a suggestion where there is one."""
    path = machine.settings("exlude: []\nkernels:\n  badges: 7\n  nmae: x\ninclude:\n  - 3.10\n")
    checked = machine.kernelsync("config", "check").expect(2)
    for place in ("1:1", "3:11", "4:3", "6:5"):
        assert f"{os.path.basename(path)}:{place}" in checked.stderr, checked
    assert "did you mean 'exclude'" in checked.stderr
    assert "did you mean 'name'" in checked.stderr


def test_mistakes_are_annotations_in_githubs_ci(machine: Machine) -> None:
    """There they stand beside the line of the file."""
    machine.settings("exlude: []\n")
    checked = machine.kernelsync("config", "check", GITHUB_ACTIONS="true").expect(2)
    said = checked.stdout + checked.stderr
    (annotation,) = (line for line in said.splitlines() if line.startswith("::error "))
    assert "config.yaml" in annotation
    assert "line=1" in annotation
    assert "exlude" in annotation
