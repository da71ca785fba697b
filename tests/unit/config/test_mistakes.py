"""Every mistake is told, all at once, with its place and what to write instead."""

from __future__ import annotations

import pytest

from support.settings_files import mistakes, only_mistake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def test_all_mistakes_are_told_in_the_order_of_their_places(tmp_path: Path) -> None:
    """One run is enough to mend a file."""
    text = """\
exlude: [a]
kernels:
  badges: 1
  name: "{nmae}"
  badges: false
include: [3.10, "[a"]
"""
    found = mistakes(tmp_path, text)
    assert [(each.line, each.column, each.code) for each in found] == [
        (1, 1, "settings-unknown-key"),
        (3, 11, "settings-type"),
        (4, 9, "settings-pattern"),
        (5, 3, "settings-duplicate-key"),
        (6, 11, "settings-type"),
        (6, 17, "settings-pattern"),
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("exlude: []", "unknown key 'exlude'", "did you mean 'exclude'?"),
        (
            "zzz: 1",
            "unknown key 'zzz'",
            "keys are include, exclude, sources, kernels, service",
        ),
        ("kernels: {bagdes: true}", "unknown key 'bagdes' in kernels", "did you mean 'badges'?"),
        ("sources: {pyenvv: true}", "unknown key 'pyenvv' in sources", "did you mean 'pyenv'?"),
        ("sources: {uv: {a: 1}}", "unknown key 'a' in sources.uv", "sources.uv has no options"),
        (
            "[a]",
            "the settings file must be a mapping, not a list",
            "keys are include, exclude, sources, kernels, service",
        ),
        ("kernels: x", "kernels must be a mapping, not 'x'", None),
        (
            "sources: {pyenv: ~/.pyenv}",
            (
                "sources.pyenv must be true or false, or a mapping of its options (root), "
                "not '~/.pyenv'"
            ),
            'write {root: "~/.pyenv"}',
        ),
        ("sources: {uv: [a]}", "sources.uv must be true or false, not a list", None),
        ('sources: {pyenv: {root: ""}}', "sources.pyenv.root: an empty path", None),
        (
            "sources: {pyenv: {root: $PYENV_ROOT}}",
            (
                "sources.pyenv.root: '$PYENV_ROOT': variables are not expanded here, "
                "except $HOME at the beginning"
            ),
            None,
        ),
        (
            "sources: {venv: {projects: ~/src}}",
            "sources.venv.projects must be a list of paths, not '~/src'",
            'write a list: ["~/src"]',
        ),
        (
            "sources: {venv: {projects: [1]}}",
            "sources.venv.projects must be a text, not a number",
            'YAML reads 1 as a number: put it in quotes, "1"',
        ),
        (
            "sources: {venv: {depth: 99}}",
            "sources.venv.depth must be a whole number from 0 to 16, not 99",
            None,
        ),
        (
            "sources: {venv: {depth: deep}}",
            "sources.venv.depth must be a whole number from 0 to 16, not 'deep'",
            None,
        ),
        ("sources: {venv: {depth: 0x4}}", None, None),
        ("sources: {venv: {depth: -1}}", None, None),
        (
            'kernels: {name: "{nmae}"}',
            (
                "kernels.name: unknown field '{nmae}', did you mean '{name}'? fields are name, "
                "manager, python, minor, project"
            ),
            None,
        ),
        ('kernels: {display_name: " "}', "kernels.display_name: an empty template", None),
        (
            "kernels: {missing_ipykernel: runtme}",
            "kernels.missing_ipykernel must be one of runtime, skip, not 'runtme'",
            "did you mean 'runtime'?",
        ),
        (
            "kernels: {badges: off}",
            "kernels.badges must be true or false, not the truth value off",
            "write false, without quotes",
        ),
        (
            'kernels: {badges: "true"}',
            "kernels.badges must be true or false, not 'true'",
            "write true, without quotes",
        ),
        (
            "kernels: {env: {A: 1}}",
            "kernels.env.A must be a text, not a number",
            'YAML reads 1 as a number: put it in quotes, "1"',
        ),
        (
            "kernels: {env: {2A: x}}",
            "'2A' cannot be the name of a variable",
            "letters, digits and underscores, and no digit at the beginning",
        ),
        (
            "kernels: {env: [A]}",
            "kernels.env must be a mapping of variables, not a list",
            'write {NAME: "value"}',
        ),
        (
            'kernels: {env: {A: "x\\0"}}',
            "kernels.env.A: no variable can hold a NUL character",
            None,
        ),
        (
            "service: {rescan: soon}",
            "service.rescan must be a time, not 'soon'",
            "write it as 500ms, 60s, 2m or 1h",
        ),
        ("service: {rescan: 500ms}", "service.rescan must be from 1s to 24h, not 500ms", None),
        ("service: {grace: 0s}", "service.grace must be from 100ms to 24h, not 0s", None),
        ("service: {grace: -5}", None, "write it as 500ms, 60s, 2m or 1h"),
        ("service: {grace: .5}", None, "write it as 500ms, 60s, 2m or 1h"),
        ("service: {grace: 5 s}", None, "write it as 500ms, 60s, 2m or 1h"),
        ("service: {grace: 1:30}", None, "write it as 500ms, 60s, 2m or 1h"),
        ("service: {grace: [5]}", "service.grace must be a time, not a list", None),
    ],
)
def test_a_mistake_is_explained(
    tmp_path: Path, text: str, message: str | None, hint: str | None
) -> None:
    """The message says what is wrong with which key, the hint what to write."""
    problem = only_mistake(tmp_path, text)
    assert message is None or problem.message == message
    assert hint is None or problem.hint == hint
    assert (problem.line, problem.path) == (1, f"{tmp_path}/config.yaml")


def test_a_duplicate_key_names_the_first_one(tmp_path: Path) -> None:
    """YAML itself would silently take the last."""
    problem = only_mistake(tmp_path, "include: [a]\nexclude: []\ninclude: [b]\n")
    assert problem.message == "duplicate key 'include'"
    assert problem.hint == "it is on line 1 already; keep one of them"
    assert (problem.line, problem.column) == (3, 1)


def test_control_characters_of_the_file_are_escaped(tmp_path: Path) -> None:
    """A message cannot take over the terminal."""
    problem = only_mistake(tmp_path, '"a\\e[31m\\u202e": 1')
    assert problem.message == "unknown key 'a\\x1b[31m\\u202e'"


def test_a_very_long_text_is_shortened(tmp_path: Path) -> None:
    """A message stays readable."""
    problem = only_mistake(tmp_path, "x" * 1000 + ": 1")
    assert len(problem.message) < 100


def test_an_error_counts_its_mistakes(tmp_path: Path) -> None:
    """Many mistakes take neither long nor stop early."""
    text = "".join(f"key{number}: 1\n" for number in range(500))
    assert len(mistakes(tmp_path, text)) == 500
