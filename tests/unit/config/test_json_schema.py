"""The JSON Schema and the program agree about settings."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from kernelsync.config.example import example
from kernelsync.config.json_schema import json_schema
from kernelsync.locators import MANAGERS as REAL_MANAGERS
from support.settings_files import MANAGERS, mistakes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json_schema(MANAGERS)

GOOD = (
    "{}",
    "include: []",
    'include: ["*", a, "pyenv:3.*", "venv:~/x", ~/x, /x/y, x/y, "~", "/a:b"]',
    "exclude: [{manager: uv}, {name: x}, {path: ~/x}, {base: false, ipykernel: true}]",
    'exclude: [{python: "<3.8"}, {python: ">= 3.9, <4"}, {python: "~=3.9"}, {python: "!=3.1.*"}]',
    "sources: {pyenv: false, uv: true, venv: {depth: 0, projects: [a], containers: []}}",
    "sources: {pyenv: null, uv: {}, venv: {depth: null}}",
    "sources: null\nkernels: null\ninclude: null",
    "kernels: {directory: null}",
    "kernels: {directory: ~/k}",
    'kernels: {name: "{manager}-{name}", display_name: "{{x}} {python}{project}"}',
    "kernels: {badges: false, activate: true, missing_ipykernel: skip, env: {A_1: x}}",
    "service: {rescan: 60s, grace: 500ms}",
    "service: {rescan: 60, grace: 2.5}",
    'service: {rescan: "60", grace: 1.5m}',
)
BAD = (
    "exlude: []",
    "include: a",
    "include: [3.1]",
    "include: [null]",
    "include: [true]",
    "include: [[a]]",
    'include: [""]',
    'include: ["zzz:a"]',
    'include: ["pyenv:"]',
    "include: [~bob/x]",
    "exclude: [{}]",
    "exclude: [{nam: x}]",
    "exclude: [{manager: zzz}]",
    "exclude: [{name: a/b}]",
    "exclude: [{name: null}]",
    "exclude: [{name: 1}]",
    "exclude: [{base: 1}]",
    'exclude: [{python: "3.8"}]',
    'exclude: [{python: "<3.8,"}]',
    'exclude: [{python: "~=3"}]',
    'exclude: [{python: ">=3.*"}]',
    "sources: [pyenv]",
    "sources: {zzz: true}",
    "sources: {pyenv: ~/x}",
    "sources: {pyenv: {root: 1}}",
    'sources: {pyenv: {root: ""}}',
    "sources: {uv: {a: 1}}",
    "sources: {venv: {depth: 17}}",
    "sources: {venv: {depth: -1}}",
    'sources: {venv: {depth: "4"}}',
    "sources: {venv: {projects: a}}",
    "sources: {venv: {projects: [null]}}",
    "kernels: []",
    "kernels: {directory: true}",
    "kernels: {directory: ~bob}",
    'kernels: {name: ""}',
    'kernels: {name: "{nmae}"}',
    'kernels: {name: "{name"}',
    'kernels: {name: "name}"}',
    'kernels: {name: "{name.x}"}',
    'kernels: {display_name: "{path}"}',
    'kernels: {badges: "true"}',
    "kernels: {missing_ipykernel: no-such}",
    "kernels: {env: {A: 1}}",
    "kernels: {env: {A: null}}",
    'kernels: {env: {"1A": x}}',
    "kernels: {env: [A]}",
    "service: {rescan: soon}",
    "service: {rescan: 0.5}",
    "service: {rescan: -1}",
    "service: {rescan: 100000}",
    "service: {rescan: 5 s}",
    "service: {grace: true}",
    "service: {other: 5s}",
)


def is_valid(text: str) -> bool:
    """Return whether the schema accepts a document."""
    return jsonschema.Draft7Validator(SCHEMA).is_valid(yaml.safe_load(text))


def test_it_is_a_schema_of_draft_7() -> None:
    """Editors for YAML know no later draft."""
    jsonschema.Draft7Validator.check_schema(json_schema(REAL_MANAGERS))
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_it_can_be_printed() -> None:
    """It is made of what JSON has."""
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_accepts_the_example() -> None:
    """The file that people start from shows no mistakes in their editor."""
    document = yaml.safe_load(example(REAL_MANAGERS))
    jsonschema.Draft7Validator(json_schema(REAL_MANAGERS)).validate(document)


@pytest.mark.parametrize("text", GOOD)
def test_both_accept_what_is_right(tmp_path: Path, text: str) -> None:
    """Neither the editor nor the program complains."""
    assert mistakes(tmp_path, text) == ()
    assert is_valid(text)


@pytest.mark.parametrize("text", BAD)
def test_both_refuse_what_is_wrong(tmp_path: Path, text: str) -> None:
    """The editor shows what the program would."""
    assert mistakes(tmp_path, text)
    assert not is_valid(text)


def test_every_key_has_a_description() -> None:
    """Editors show it beside the key."""
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert all(each["description"] for each in properties.values())
