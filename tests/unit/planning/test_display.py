"""Display names: what launchers show."""

from __future__ import annotations

import unicodedata

import pytest

from kernelsync.planning.desired import desire
from kernelsync.planning.display import clean
from support.values import (
    HOME,
    bare,
    environment,
    foreign,
    in_project,
    installed,
    interpreter,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel

DEFAULT = "{name} ({manager} {minor})"


def shown(
    *environments: Environment, existing: tuple[InstalledKernel, ...] = (), template: str = DEFAULT
) -> list[str]:
    """Return the display names, in the order of the environments."""
    desired = desire(environments, settings(display_name=template), surroundings(), existing)
    names = {each.environment.candidate.real: each.display_name for each in desired.standings}
    found = [names[each.candidate.real] for each in environments]
    return [name for name in found if name is not None]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (environment(), "app (workon 3.12)"),
        (in_project(f"{HOME}/src/My Shop"), "My Shop (venv 3.12)"),
        (
            environment(interpreter=interpreter("/x", "3.9.16", implementation="pypy")),
            "app (workon PyPy 3.9)",
        ),
        (bare("3.11.7"), "Python 3.11.7 (pyenv)"),
        (
            bare(
                "3.10.14",
                name="pypy3.10-7.3.15",
                interpreter=interpreter("/x", "3.10.14", implementation="pypy"),
            ),
            "pypy3.10-7.3.15 (pyenv)",
        ),
    ],
)
def test_the_default_names(subject: Environment, name: str) -> None:
    """The name comes first, then where it comes from, without a patch version."""
    assert shown(subject) == [name]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{manager}/{name} {python}", "workon/app 3.12.1"),
        ("{project}", "app"),
        ("   ", "app"),
        ("{name}\u202e\n{minor}", "app 3.12"),
    ],
)
def test_templates(template: str, name: str) -> None:
    """Whatever the template leaves, the name is not empty and cannot deceive."""
    assert shown(environment(), template=template) == [name]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("  two   words\n", "two words"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("abc\u202edef\u2066", "abcdef"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ue000private", "private"),
        ("cafe\u0301", "café"),
        ("a\u2028b\u00a0c", "a b c"),
        ("データ 🚀", "データ 🚀"),
        ("<b>&'\"", "<b>&'\""),
        ("\ud800lone", "lone"),
        ("tab\tstop", "tab stop"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    """Nothing that is invisible, reorders or breaks lines is left."""
    assert clean(text) == cleaned


def test_a_name_that_cannot_be_seen_shows_the_kernels_name() -> None:
    """An empty one would blank the launcher."""
    (name,) = shown(environment(name="\u202e\u200b"))
    assert name.startswith("workon-u")
    assert name.endswith(" (workon 3.12)")


def test_long_names_are_cut_before_the_manager() -> None:
    """Eighty characters, and what tells environments apart is still there."""
    (name,) = shown(environment(name="n" * 255))
    assert len(name) == 80
    assert name.endswith("n… (workon 3.12)")


def test_long_names_in_templates_are_cut() -> None:
    """The end of the name goes."""
    (name,) = shown(environment(name="n" * 255), template="{manager} {name} {minor}")
    assert len(name) == 80
    assert name.endswith("n… 3.12")


def test_a_clash_adds_the_folder() -> None:
    """The first keeps the plain name."""
    first, second = in_project(f"{HOME}/src/app"), in_project(f"{HOME}/work/app")
    assert shown(first, second) == ["app (venv 3.12)", "app (venv 3.12) - work"]


def test_a_clash_in_the_home_directory_shows_no_user() -> None:
    """Notebooks store display names, and git would see who the user is."""
    first, second = in_project("/data/app"), in_project(f"{HOME}/app")
    assert shown(first, second) == ["app (venv 3.12)", "app (venv 3.12) - ~"]


def test_a_clash_of_folders_adds_a_hash() -> None:
    """Three of the same name in folders of the same name."""
    names = shown(*(in_project(f"/data/{letter}/x/app") for letter in "abc"))
    assert names[:2] == ["app (venv 3.12)", "app (venv 3.12) - x"]
    assert len(set(names)) == 3


def test_display_names_of_others_are_not_used_again() -> None:
    """Whoever picks one must know which it is."""
    other = foreign("other", display_name="app (venv 3.12)")
    assert shown(in_project("/x/app"), existing=(other,)) == ["app (venv 3.12) - x"]


def test_who_has_a_display_name_keeps_it() -> None:
    """With and without a suffix, whatever comes or goes."""
    first, second = in_project(f"{HOME}/src/app"), in_project(f"{HOME}/work/app")
    specs = desire((first, second), settings(), surroundings(), ()).specs
    existing = tuple(installed(spec) for spec in specs)
    newcomer = in_project("/a/app")
    assert shown(second, existing=existing) == ["app (venv 3.12) - work"]
    assert shown(newcomer, first, existing=existing) == [
        "app (venv 3.12) - a",
        "app (venv 3.12)",
    ]


def test_unusual_display_names_are_normalised() -> None:
    """NFC, so that the same name is the same text everywhere."""
    (name,) = shown(environment(name="cafe\u0301"))
    assert unicodedata.is_normalized("NFC", name)
