"""Which environments the rules let in, and which rule says so."""

from __future__ import annotations

import pytest

from kernelsync.model.outcome import Rule
from kernelsync.model.settings import Pattern
from kernelsync.planning.selection import select
from support.values import (
    CONDA,
    HATCH,
    HOME,
    POETRY,
    PYENV,
    VENV,
    bare,
    environment,
    in_project,
    settings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.planning.selection import Verdict


def judged(subject: Environment, **rules: tuple[Pattern, ...]) -> Verdict:
    """Select under these rules."""
    return select(subject, settings(**rules), HOME)


def pattern(text: str = "rule", **keys: object) -> Pattern:
    """Return a pattern that stands in line 3."""
    return Pattern(text=text, line=3, **keys)


def test_everything_is_included_without_rules() -> None:
    """No rule decides then."""
    verdict = judged(environment())
    assert (verdict.included, verdict.rule) == (True, None)


def test_an_include_list_leaves_out_the_rest() -> None:
    """What no include rule matches is excluded, without a rule to blame."""
    verdict = judged(environment(), include=(pattern(name="other"),))
    assert (verdict.included, verdict.rule) == (False, None)


def test_exclude_wins_over_include() -> None:
    """The verdict names the exclude rule with its line."""
    verdict = judged(
        environment(), include=(pattern(name="app"),), exclude=(pattern("app*", name="app*"),)
    )
    assert (verdict.included, verdict.rule) == (False, Rule(text="app*", line=3))


def test_the_rule_that_included_is_named() -> None:
    """`explain` shows it."""
    verdict = judged(environment(), include=(pattern("no", name="no"), pattern("app", name="app")))
    assert (verdict.included, verdict.rule) == (True, Rule(text="app", line=3))


@pytest.mark.parametrize(
    ("keys", "subject"),
    [
        pytest.param({"name": "a*"}, environment(), id="name"),
        pytest.param({"path": f"{HOME}/.virtualenvs/**"}, environment(), id="path"),
        pytest.param({"path": "/data/envs/**"}, environment(real="/data/envs/app"), id="real path"),
        pytest.param({"path": "/alias/app"}, environment(aliases=("/alias/app",)), id="alias"),
        pytest.param({"manager": "virtualenvwrapper"}, environment(), id="manager"),
        pytest.param({"manager": "workon"}, environment(), id="the manager's word"),
        pytest.param({"manager": "virtualenv*"}, environment(), id="manager glob"),
        pytest.param({"python": "<3.8"}, environment(version="3.7.17"), id="python"),
        pytest.param({"ipykernel": False}, environment(ipykernel=None), id="no ipykernel"),
        pytest.param({"ipykernel": True}, environment(), id="ipykernel"),
        pytest.param({"base": True}, bare(), id="base"),
        pytest.param({"base": False}, environment(), id="not base"),
        pytest.param({"manager": "pyenv", "name": "2.7.*"}, bare("2.7.18"), id="bare version"),
        pytest.param({"name": "3.9.*"}, bare("3.9.1", name="shown"), id="version directory"),
        pytest.param({"manager": "pyenv", "python": "<3.8"}, bare("3.6.15"), id="two keys"),
    ],
)
def test_a_pattern_matches(keys: dict[str, object], subject: Environment) -> None:
    """Each key means what the settings page says."""
    assert not judged(subject, exclude=(pattern(**keys),)).included


@pytest.mark.parametrize(
    ("keys", "subject"),
    [
        pytest.param({"name": "App"}, environment(), id="case counts"),
        pytest.param({"name": "src"}, environment(), id="part of the path is no name"),
        pytest.param({"manager": "pyenv", "name": "app"}, environment(), id="all keys must hold"),
        pytest.param({"python": "<3.8"}, environment(interpreter=None), id="no interpreter"),
        pytest.param({"path": f"{HOME}/.virtualenvs/ap"}, environment(), id="begin of a path"),
        pytest.param({"name": "3.9.*"}, environment(f"{HOME}/x/3.9.1", name="n"), id="not bare"),
    ],
)
def test_a_pattern_does_not_match(keys: dict[str, object], subject: Environment) -> None:
    """Each key must hold, and exactly."""
    assert judged(subject, exclude=(pattern(**keys),)).included


TOOLS = [
    (f"{HOME}/.cache/uv/archive-v0/x", "built-in:uv-cache"),
    (f"{HOME}/.cache/uv/environments-v2/app-cp3.12", "built-in:uv-cache"),
    ("/big/uv/builds-v0/x", "built-in:uv-cache"),
    (f"{HOME}/.local/share/uv/tools/ruff", "built-in:uv-tools"),
    (f"{HOME}/.local/share/pipx/venvs/black", "built-in:pipx"),
    (f"{HOME}/.local/pipx/venvs/black", "built-in:pipx"),
    (f"{HOME}/.pixi/envs/tool", "built-in:pixi-global"),
    (f"{HOME}/.local/share/hatch/env/.internal/hatch-build", "built-in:hatch"),
    (f"{HOME}/.local/share/hatch/env/virtual/.scripts/x", "built-in:hatch"),
    (f"{HOME}/src/app/.tox/py312", "built-in:tox"),
    (f"{HOME}/src/app/.nox/tests", "built-in:nox"),
    (f"{HOME}/.cache/pre-commit/repo1/py_env-python3.12", "built-in:pre-commit"),
    (f"{HOME}/.rye/self/venv", "built-in:rye-tools"),
    (f"{HOME}/.rye/tools/ruff", "built-in:rye-tools"),
    (f"{HOME}/.local/share/pypoetry/venv", "built-in:poetry-itself"),
    (f"{HOME}/conda-bld/x/_h_env_placehold_placehold", "built-in:conda-internal"),
    (f"{HOME}/conda-bld/x/_build_env", "built-in:conda-internal"),
    (f"{HOME}/.virtualenvs/app.bak", "built-in:backup"),
    (f"{HOME}/.virtualenvs/.old", "built-in:hidden"),
]


@pytest.mark.parametrize(("prefix", "rule"), TOOLS)
def test_environments_of_tools_are_left_out(prefix: str, rule: str) -> None:
    """The built-in rule is named, without a line."""
    verdict = judged(environment(prefix))
    assert (verdict.included, verdict.rule) == (False, Rule(text=rule))


@pytest.mark.parametrize(("prefix", "rule"), TOOLS)
def test_an_include_rule_that_names_it_wins(prefix: str, rule: str) -> None:
    """A path in the settings is explicit."""
    del rule
    assert judged(environment(prefix), include=(pattern(path=f"{prefix}/**"),)).included


@pytest.mark.parametrize(
    "keys", [{"name": "*"}, {"path": "/**"}, {"manager": "venv*"}, {"python": ">=3"}]
)
def test_an_include_rule_for_a_kind_does_not_bring_tools_back(keys: dict[str, object]) -> None:
    """All of uv does not mean uv's cache."""
    assert not judged(
        environment(f"{HOME}/src/a/.tox/py", manager=VENV), include=(pattern(**keys),)
    ).included


def test_what_was_asked_for_needs_no_include_and_passes_built_in_rules() -> None:
    """A ROOT on the command line is explicit."""
    subject = environment("/tmp/ci/app/.tox/py", requested=True, root="/home/ada/ci")  # noqa: S108 - a path in a value
    assert judged(subject, include=(pattern(name="other"),)).included


def test_what_was_asked_for_is_still_excluded_by_the_user() -> None:
    """Exclude is the last word."""
    assert not judged(environment(requested=True), exclude=(pattern(name="app"),)).included


@pytest.mark.parametrize(
    ("prefix", "root", "included"),
    [
        ("/tmp/x/.venv", f"{HOME}/src", False),  # noqa: S108 - a path in a value
        ("/var/tmp/x", f"{HOME}/src", False),  # noqa: S108 - a path in a value
        ("/tmp/home/src/x/.venv", "/tmp/home/src", True),  # noqa: S108 - a path in a value
        ("/tmpx/x", "/tmpx", True),  # noqa: S108 - a path in a value
    ],
)
def test_temporary_environments(prefix: str, root: str, included: bool) -> None:  # noqa: FBT001 - a column
    """They count only where their root is temporary as well."""
    assert judged(environment(prefix, root=root)).included is included


@pytest.mark.parametrize(
    "subject",
    [
        in_project(f"{HOME}/src/app"),
        in_project(f"{HOME}/src/app", real=f"{HOME}/.cache/uv/environments-v2/app-cp3.12-a"),
        environment(f"{HOME}/.cache/pypoetry/virtualenvs/app-AbCdEf12-py3.12", manager=POETRY),
        environment(f"{HOME}/src/pkgs/app/.venv", manager=VENV),
        environment(f"{HOME}/src/app/.pixi/envs/default", manager=CONDA),
        environment(f"{HOME}/h/env/virtual/hatch-x/AbCdEf12/hatch-x", manager=HATCH),
        environment(f"{HOME}/h/env/virtual/app/AbCdEf12/docs", manager=HATCH),
        environment(f"{HOME}/.local/share/uv/python/cpython-3.12.1", manager=PYENV),
        environment(f"{HOME}/.virtualenvs/toxic"),
        environment(f"{HOME}/.virtualenvs/venv"),
    ],
    ids=lambda subject: subject.candidate.prefix,
)
def test_environments_of_people_are_kept(subject: Environment) -> None:
    """Names that only resemble those of tools' environments do not matter."""
    assert judged(subject).included


@pytest.mark.parametrize(
    "subject",
    [
        environment(f"{HOME}/h/env/virtual/app/AbCdEf12/hatch-test", manager=HATCH),
        environment(f"{HOME}/h/env/virtual/app/AbCdEf12/app-build", manager=HATCH),
        environment("/opt/conda/pkgs/python-3.12", manager=CONDA),
        environment("/opt/conda/envs/skeleton_x", manager=CONDA),
    ],
    ids=lambda subject: subject.candidate.prefix,
)
def test_managers_keep_environments_for_themselves(subject: Environment) -> None:
    """Rules on names that mean something for one manager only."""
    assert not judged(subject).included
