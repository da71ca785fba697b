"""Entries of include and exclude."""

from __future__ import annotations

import pytest

from kernelsync.config.load import load
from kernelsync.model.settings import Pattern
from support.settings_files import MANAGERS, loaded, only_mistake, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def rule(folder: Path, text: str) -> Pattern:
    """Return the one rule that an entry means."""
    (pattern,) = loaded(folder, f"exclude:\n  - {text}\n").exclude
    return pattern


def test_a_plain_text_is_a_glob_on_the_name(tmp_path: Path) -> None:
    """It remembers how and where it was written."""
    assert rule(tmp_path, '"tmp-*"') == Pattern(text="tmp-*", line=2, name="tmp-*")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("~/archive/**", "/home/user/archive/**"),
        ("$HOME/archive", "/home/user/archive"),
        ("${HOME}/archive", "/home/user/archive"),
        ('"~"', "/home/user"),
        ("/srv/*/venv", "/srv/*/venv"),
        ("old/**", "old/**"),
        ('"/srv/a:b"', "/srv/a:b"),
    ],
)
def test_a_text_with_a_slash_is_a_glob_on_the_path(tmp_path: Path, text: str, path: str) -> None:
    """The home directory is put in; a relative glob stays relative."""
    assert rule(tmp_path, text) == Pattern(text=text.strip('"'), line=2, path=path)


def test_a_home_directory_with_wildcards_stays_itself(tmp_path: Path) -> None:
    """Its brackets are no class."""
    path = written(tmp_path, "include: [~/x]")
    (pattern,) = load(path, required=True, home="/home/[u]", managers=MANAGERS).include
    assert pattern.path == "/home/[[]u]/x"


def test_a_manager_before_a_colon_narrows_the_name(tmp_path: Path) -> None:
    """Both must hold."""
    expected = Pattern(text="pyenv:2.7.*", line=2, manager="pyenv", name="2.7.*")
    assert rule(tmp_path, '"pyenv:2.7.*"') == expected


def test_a_manager_before_a_colon_narrows_the_path(tmp_path: Path) -> None:
    """A slash behind the colon makes it a path."""
    pattern = rule(tmp_path, "venv:~/src/**")
    assert (pattern.manager, pattern.name, pattern.path) == ("venv", None, "/home/user/src/**")


def test_a_mapping_takes_all_keys(tmp_path: Path) -> None:
    """Each key is a field of the rule, and the text is the mapping on one line."""
    text = """{manager: pyenv, name: "3.*", path: ~/x/**, python: ">=3.9,<4",
     ipykernel: false, base: true}"""
    assert rule(tmp_path, text) == Pattern(
        text='{manager: pyenv, name: "3.*", path: "~/x/**", python: ">=3.9,<4", '
        "ipykernel: false, base: true}",
        line=2,
        manager="pyenv",
        name="3.*",
        path="/home/user/x/**",
        python=">=3.9,<4",
        ipykernel=False,
        base=True,
    )


def test_rules_know_their_lines(tmp_path: Path) -> None:
    """`explain` names them."""
    text = "include:\n  - a\n\n  - name: b\n    base: true\nexclude: [c,\n d]\n"
    settings = loaded(tmp_path, text)
    assert [each.line for each in settings.include] == [2, 4]
    assert [each.line for each in settings.exclude] == [6, 7]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "3.10",
            "a rule must be a text or a mapping, not a number",
            'YAML reads 3.10 as the number 3.1: put it in quotes, "3.10"',
        ),
        (
            "no",
            "a rule must be a text or a mapping, not the truth value no",
            'YAML reads no as false: put it in quotes, "no"',
        ),
        (
            "2024-01-01",
            "a rule must be a text or a mapping, not a date",
            'YAML reads 2024-01-01 as a date: put it in quotes, "2024-01-01"',
        ),
        (
            "~",
            "a rule must be a text or a mapping, not nothing",
            'YAML reads ~ as nothing: put it in quotes, "~"',
        ),
        ("", "a rule must be a text or a mapping, not nothing", None),
        ("[a]", "a rule must be a text or a mapping, not a list", None),
        ("{}", "a rule without a key would fit every environment", 'write "*" if that is meant'),
        ("pyenvv:3.*", "unknown manager 'pyenvv' before ':'", "did you mean 'pyenv'?"),
        ("zzz:3.*", "unknown manager 'zzz' before ':'", "managers are pyenv, uv, venv"),
        ('""', "an empty pattern matches nothing", None),
        ('"pyenv:"', "an empty pattern matches nothing", None),
        ('"[ab"', "'[ab' has a '[' without its ']' (write '[[]' for a bracket itself)", None),
        (
            "~bob/x",
            "'~bob/x': only your own home directory has a short form, '~/'",
            None,
        ),
        (
            "$DATA/x",
            "'$DATA/x': variables are not expanded here, except $HOME at the beginning",
            None,
        ),
        ("~/x/../y", "'~/x/../y' matches nothing, because paths never contain '.' or '..'", None),
        (
            "{python: 3.8}",
            "exclude.python must be a text, not a number",
            'YAML reads 3.8 as the number 3.8: put it in quotes, "3.8"',
        ),
        (
            '{python: "3.8"}',
            "exclude.python: '3.8' is a version without an operator such as == or >=",
            'write "==3.8.*" for any 3.8',
        ),
        (
            '{python: "=<3.8"}',
            "exclude.python: '=<3.8' is not a version specifier as PEP 440 has them",
            'write it as "<3.8", ">=3.9,<3.13" or "==3.12.*"',
        ),
        (
            "{manager: pyenvv}",
            "exclude.manager must be one of pyenv, uv, venv, not 'pyenvv'",
            "did you mean 'pyenv'?",
        ),
        ("{nam: x}", "unknown key 'nam' in exclude", "did you mean 'name'?"),
        ("{name: }", "exclude.name must be a text, not nothing", None),
        ("{name: a/b}", "'a/b' can fit no name, because names have no slash", None),
        ("{base: 1}", "exclude.base must be true or false, not a number", None),
        (
            "{ipykernel: yes}",
            "exclude.ipykernel must be true or false, not the truth value yes",
            "write true, without quotes",
        ),
    ],
)
def test_a_wrong_rule_is_explained(
    tmp_path: Path, text: str, message: str, hint: str | None
) -> None:
    """The message says what is wrong, the hint what to write."""
    problem = only_mistake(tmp_path, f"exclude:\n  - {text}\n")
    assert (problem.message, problem.hint, problem.line) == (message, hint, 2)


def test_a_text_instead_of_a_list_is_explained(tmp_path: Path) -> None:
    """The hint shows the list."""
    problem = only_mistake(tmp_path, "include: tmp-*")
    assert problem.message == "include must be a list of rules, not 'tmp-*'"
    assert problem.hint == 'write a list: ["tmp-*"]'
