"""The survey: all sources together, every environment once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernelsync.locators import MANAGERS
from kernelsync.locators.requested import find_requested
from kernelsync.locators.survey import context_of, survey
from kernelsync.model.environment import Root, RootState
from kernelsync.model.kernelspec import Mark
from kernelsync.model.problem import Problem
from kernelsync.model.settings import Source
from support.trees import (
    link,
    make_base,
    make_poetry_env,
    make_pyenv,
    make_pyenv_virtualenv,
    make_repositories,
    make_venv,
    make_workon_home,
    write,
)

if TYPE_CHECKING:
    from kernelsync.locators.base import Finding
    from kernelsync.locators.survey import Survey
    from kernelsync.model.environment import Candidate
    from unit.locators.conftest import Place


def look(place: Place, **sources: Source) -> Survey:
    """Return the survey with these sources."""
    return survey(place.settings(**sources), place.surroundings())


def one(found: Survey) -> Candidate:
    """Return the only candidate."""
    (candidate,) = found.candidates
    return candidate


def ask(place: Place, root: str) -> tuple[Finding, ...]:
    """Return what is found for a ROOT on the command line."""
    context = context_of("venv", place.settings(), place.surroundings())
    return tuple(find_requested([root], context))


def mark(manager: str, root: str, *, requested: bool = False) -> Mark:
    """Return the mark of a kernel from a root."""
    return Mark(
        version=1,
        environment=f"{root}/x",
        prefix=f"{root}/x",
        manager=manager,
        root=root,
        root_inode=None,
        host="h",
        stem="x",
        requested=requested,
    )


def test_all_managers_are_asked(place: Place) -> None:
    """Each environment belongs to the tool that made it."""
    root = make_pyenv(f"{place.home}/.pyenv")
    make_pyenv_virtualenv(root, "thesis")
    base = f"{root}/versions/3.12.1"
    make_venv(f"{make_workon_home(f'{place.home}/.virtualenvs')}/analysis", base=base)
    cache = f"{place.home}/.cache/pypoetry/virtualenvs"
    make_poetry_env(cache, "billing", f"{place.path}/billing", base=base)
    make_venv(f"{place.home}/venvs/scratch", base=base)
    found = look(place)
    assert {(each.manager.name, each.name) for each in found.candidates} == {
        ("pyenv", "3.12.1"),
        ("pyenv", "thesis"),
        ("virtualenvwrapper", "analysis"),
        ("poetry", "billing"),
        ("venv", "scratch"),
    }
    assert found.problems == ()


def test_a_disabled_source_is_not_asked(place: Place) -> None:
    """Not even its roots are mentioned: they are out of the settings."""
    make_pyenv(f"{place.home}/.pyenv")
    found = look(place, pyenv=Source(enabled=False, explicit=True, options={}))
    assert found.candidates == ()
    assert all(root.manager != "pyenv" for root in found.roots)


def test_the_most_specific_manager_has_an_environment(place: Place) -> None:
    """The same directory, searched by two sources, counts once."""
    home = make_workon_home(f"{place.home}/.virtualenvs")
    prefix = make_venv(f"{home}/analysis", base="/usr")
    found = look(place, venv=Source(options={"containers": (home,)}))
    assert one(found).manager.name == "virtualenvwrapper"
    assert one(found).prefix == prefix
    assert one(found).aliases == ()


def test_another_path_to_an_environment_is_an_alias(place: Place) -> None:
    """The first one to find it gives the prefix."""
    home = make_workon_home(f"{place.home}/.virtualenvs")
    real = make_venv(f"{place.home}/venvs/scratch", base="/usr")
    prefix = link(f"{home}/scratch", real)
    assert one(look(place)).prefix == prefix
    assert one(look(place)).aliases == (real,)


def test_what_was_requested_is_added(place: Place) -> None:
    """Its root is one of this pass."""
    prefix = make_venv(f"{place.path}/app/.venv", base="/usr")
    requested = ask(place, f"{place.path}/app")
    found = survey(place.settings(), place.surroundings(), requested)
    assert one(found).prefix == prefix
    assert one(found).requested
    assert f"{place.path}/app" in {root.path for root in found.roots}


def test_a_found_environment_that_was_also_requested_is_requested(place: Place) -> None:
    """It stays then, even if its source is taken out of the settings."""
    prefix = make_venv(f"{place.home}/.virtualenvs/analysis", base="/usr")
    found = survey(place.settings(), place.surroundings(), ask(place, prefix))
    assert one(found).requested
    assert one(found).manager.name == "virtualenvwrapper"


def test_a_project_known_to_a_later_source_is_kept(place: Place) -> None:
    """The link in WORKON_HOME does not know it, the tree does."""
    home = make_workon_home(f"{place.home}/.virtualenvs")
    link(f"{home}/app", make_venv(f"{place.path}/src/app/.venv", base="/usr"))
    found = look(place, venv=Source(options={"projects": (f"{place.path}/src",)}))
    assert one(found).project == f"{place.path}/src/app"


def test_a_problem_below_a_root_makes_it_unreadable(place: Place) -> None:
    """Nothing can be said about absence there."""
    root = make_pyenv(f"{place.home}/.pyenv")
    write(f"{root}/versions/3.12.1/envs")
    found = look(place)
    assert len(found.candidates) == 1
    states = {each.path: (each.state, each.inode) for each in found.roots}
    assert states[f"{root}/versions"] == (RootState.UNREADABLE, None)


def test_an_absent_root_stays_absent(place: Place) -> None:
    """A problem adds nothing to absence."""
    root = Root(path="/gone", manager="venv", state=RootState.ABSENT)
    problem = Problem(code="root-unreadable", message="no", root="/gone")
    found = survey(place.settings(), place.surroundings(), [root, problem])
    assert root in found.roots


def test_each_root_and_problem_is_there_once(place: Place) -> None:
    """However often it was met."""
    root = Root(path="/gone", manager="venv", state=RootState.ABSENT)
    problem = Problem(code="root-missing", message="/gone does not exist")
    found = survey(place.settings(), place.surroundings(), [root, problem, root, problem])
    assert found.roots.count(root) == 1
    assert found.problems == (problem,)


def test_a_name_that_is_not_utf8_is_a_problem_and_the_rest_goes_on(place: Place) -> None:
    """Its message can be printed everywhere."""
    home = f"{place.home}/.virtualenvs"
    make_venv(f"{home}/caf\udce9", base="/usr")
    make_venv(f"{home}/プロジェクト", base="/usr")
    found = look(place)
    assert one(found).name == "プロジェクト"
    (problem,) = found.problems
    assert problem.code == "unusable-name"
    assert "caf\\udce9" in problem.message.encode().decode()
    assert problem.root is None


def test_a_target_that_is_not_utf8_is_a_problem(place: Place) -> None:
    """The mark in kernel.json would have to hold it."""
    real = make_venv(f"{place.path}/caf\udce9", base="/usr")
    link(f"{place.home}/.virtualenvs/cafe", real)
    found = look(place)
    assert found.candidates == ()
    assert [problem.code for problem in found.problems] == ["unusable-name"]


@pytest.mark.parametrize(
    "name", ["{prefix}", "a{connection_file}b", "two\nlines", "esc\x1b[31m", "c1\x85", "a:b"]
)
def test_a_path_that_a_kernel_cannot_start_from_is_a_problem(place: Place, name: str) -> None:
    """Jupyter would replace a placeholder, and PATH would be split at a colon."""
    make_venv(f"{place.home}/venvs/{name}", base="/usr")
    make_venv(f"{place.home}/venvs/good", base="/usr")
    found = look(place)
    assert one(found).name == "good"
    assert [problem.code for problem in found.problems] == ["unusable-path"]


@pytest.mark.parametrize("name", ["{", "{}", "{a b}", "100%", "$HOME", "a b", "ü", "it's", "-rf"])
def test_other_characters_are_fine(place: Place, name: str) -> None:
    """Spaces, dollars and quotes can be written so that they mean themselves."""
    make_venv(f"{place.home}/venvs/{name}", base="/usr")
    found = look(place)
    assert one(found).name == name
    assert found.problems == ()


def test_an_alias_that_is_not_text_is_left_out(place: Place) -> None:
    """The environment itself is fine."""
    root = make_pyenv(f"{place.home}/.pyenv")
    link(f"{root}/versions/caf\udce9", "3.12.1")
    assert one(look(place)).aliases == ()


def test_a_project_that_is_not_text_is_left_out(place: Place) -> None:
    """Nor is the file in it that leads to the environment an alias."""
    real = make_venv(f"{place.path}/good", base="/usr")
    write(f"{place.path}/src/caf\udce9/app/.venv", real)
    found = one(look(place, venv=Source(options={"projects": (f"{place.path}/src",)})))
    assert (found.name, found.prefix) == ("app", real)
    assert (found.project, found.aliases) == (None, ())


def test_roots_of_earlier_kernels_are_searched_too(place: Place) -> None:
    """A service without the shell's WORKON_HOME keeps the shell's kernels."""
    pool = f"{place.path}/pool"
    make_venv(f"{pool}/mine", base="/usr")
    marks = [mark("virtualenvwrapper", pool)]
    found = survey(place.settings(), place.surroundings(), marks=marks)
    assert one(found).root == pool


def test_roots_that_are_out_of_the_settings_are_not_searched(place: Place) -> None:
    """Containers are named by the settings alone, and a ROOT was for one pass."""
    pool = f"{place.path}/pool"
    make_venv(f"{pool}/mine", base="/usr")
    marks = [mark("venv", pool), mark("virtualenvwrapper", pool, requested=True)]
    assert survey(place.settings(), place.surroundings(), marks=marks).candidates == ()


@pytest.mark.parametrize("root", ["", "relative", "/nul\0", "/\ud800"])
def test_odd_roots_in_marks_are_ignored(place: Place, root: str) -> None:
    """Anybody can edit a kernel.json."""
    marks = [mark("poetry", root)]
    found = survey(place.settings(), place.surroundings(), marks=marks)
    assert found == survey(place.settings(), place.surroundings())


def test_two_surveys_are_equal(place: Place) -> None:
    """The order does not depend on the file system or on chance."""
    base = make_base(f"{place.path}/base")
    make_repositories(f"{place.path}/src", 8, 4, base=base)
    source = Source(options={"projects": (f"{place.path}/src",)})
    assert look(place, venv=source) == look(place, venv=source)
    assert len(look(place, venv=source).candidates) == 4


def test_every_manager_can_be_told_apart() -> None:
    """Names, words and colours are unique, and the colours are readable under white text."""
    assert [manager.name for manager in MANAGERS] == [
        "pyenv",
        "poetry",
        "virtualenvwrapper",
        "venv",
    ]
    assert len({manager.word for manager in MANAGERS}) == len(MANAGERS)
    assert len({manager.colour for manager in MANAGERS}) == len(MANAGERS)
    for manager in MANAGERS:
        assert 1.05 / (_luminance(manager.colour) + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_an_environment_knows_whether_the_settings_named_its_root(place: Place) -> None:
    """A root that the settings name, and no longer, is another thing than a lost variable."""
    base = make_base(f"{place.home}/opt/python")
    make_venv(f"{place.home}/named/app", base=base)
    make_venv(f"{place.home}/.virtualenvs/other", base=base)
    found = look(place, virtualenvwrapper=Source(options={"home": f"{place.home}/named"}))
    assert one(found).configured
    assert not one(look(place)).configured


def test_a_root_that_only_the_settings_named_is_not_remembered(place: Place) -> None:
    """What a mark says of a configured root does not bring it back."""
    home = f"{place.home}/named"
    make_venv(f"{home}/app", base=make_base(f"{place.home}/opt/python"))
    facts = {
        "version": 1,
        "environment": f"{home}/app",
        "prefix": f"{home}/app",
        "manager": "virtualenvwrapper",
        "root": home,
        "root_inode": None,
        "host": "here",
        "stem": "app",
    }
    for configured, count in ((False, 1), (True, 0)):
        marks = [Mark(**facts, configured=configured)]
        found = survey(place.settings(), place.surroundings(), marks=marks)
        assert len(found.candidates) == count


def test_the_path_in_use_goes_before_a_more_specific_one(place: Place) -> None:
    """A link by which another tool finds the environment too must not rename its kernel."""
    prefix = make_venv(f"{place.home}/.venvs/app", base=make_base(f"{place.home}/opt/python"))
    link(f"{place.home}/.virtualenvs/zz", prefix)
    assert one(look(place)).name == "zz"
    mark = Mark(
        version=1,
        environment=prefix,
        prefix=prefix,
        manager="venv",
        root=f"{place.home}/.venvs",
        root_inode=None,
        host="here",
        stem="app",
    )
    found = one(survey(place.settings(), place.surroundings(), marks=[mark]))
    assert (found.name, found.prefix) == ("app", prefix)
    assert found.aliases == (f"{place.home}/.virtualenvs/zz",)
