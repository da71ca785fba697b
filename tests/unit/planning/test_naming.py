"""Kernel names: stems, clashes, and who keeps which."""

from __future__ import annotations

import hashlib
import re

import pytest

from kernelsync.model.kernelspec import KernelName
from kernelsync.planning.desired import desire
from kernelsync.planning.stems import is_reserved, legal_name, stem_of, stem_of_other
from support.values import (
    CONDA,
    HOME,
    POETRY,
    STORE,
    bare,
    environment,
    foreign,
    in_project,
    installed,
    on_other_host,
    provided,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec

HASHED = "u" + hashlib.sha256("プ".encode()).hexdigest()[:6]


def specs_of(
    *environments: Environment, existing: tuple[InstalledKernel, ...] = (), name: str = "{name}"
) -> dict[str, KernelSpec]:
    """Return the wanted kernelspecs by the prefix of their environment."""
    desired = desire(environments, settings(name=name), surroundings(), existing)
    return {spec.mark.prefix: spec for spec in desired.specs}


def names_of(
    *environments: Environment, existing: tuple[InstalledKernel, ...] = (), name: str = "{name}"
) -> list[str]:
    """Return the kernel names, in the order of the environments."""
    specs = specs_of(*environments, existing=existing, name=name)
    return [specs[each.candidate.prefix].name for each in environments]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("app", "app"),
        ("Data Science", "data-science"),
        ("data_science.v2", "data_science.v2"),
        ("App (old)", "app-old"),
        ("--app..", "app"),
        (".hidden", "hidden"),
        ("Café Größe", "cafe-groe"),
        ("ﬁle", "file"),
        ("a/b\\c", "a-b-c"),
        ("<b>app</b>", "b-app-b"),
        ("a\nb\x1b[31m", "a-b-31m"),
        ("\u202eapp\u200b", "app"),
        ("{prefix}", "prefix"),
        ("${HOME}", "home"),
        ("'app'; rm -rf", "app-rm--rf"),
        ("%s", "s"),
        ("python", "workon-python"),
        ("python3", "workon-python3"),
        ("Python3.12", "workon-python3.12"),
        ("python-3", "workon-python-3"),
        ("pythonic", "pythonic"),
        ("python-data", "python-data"),
        ("a" * 255, "a" * 16),
        ("x" * 255, "x" * 64),
        ("app-" + "0123456789abcdef" * 2, "app-01234567"),
    ],
)
def test_stems(name: str, stem: str) -> None:
    """A name becomes lower-case ASCII; reserved ones get the manager's word before them."""
    assert stem_of(environment(name=name), "{name}") == stem


@pytest.mark.parametrize("name", ["プロジェクト", "!!!", "...", "_", "\u202e", "my-jvsc74a57bd0"])
def test_a_name_without_anything_left_is_hashed(name: str) -> None:
    """It comes out the same on every machine: the hash is the name's, not the path's."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    assert stem_of(environment(name=name), "{name}") == f"workon-u{digest}"


def test_composed_and_decomposed_names_hash_alike() -> None:
    """Some file systems hand out the decomposed form."""
    composed, decomposed = "\u30d7", "\u30d5\u309a"
    assert legal_name(composed, "venv") == legal_name(decomposed, "venv")


@pytest.mark.parametrize(
    ("version", "name", "stem"),
    [
        ("3.12.1", "3.12.1", "pyenv-3.12.1"),
        ("3.10.14", "pypy3.10-7.3.15", "pyenv-pypy3.10-7.3.15"),
        ("3.12.1", "データ", "pyenv-u" + hashlib.sha256("データ".encode()).hexdigest()[:6]),
    ],
)
def test_bare_interpreters_are_named_by_manager_and_version(
    version: str, name: str, stem: str
) -> None:
    """`pyenv-3.12.1` says what it is on every machine."""
    assert stem_of(bare(version, name=name), "{name}") == stem


@pytest.mark.parametrize(
    ("template", "subject", "stem"),
    [
        ("{manager}-{name}", environment(), "workon-app"),
        ("{manager}-{name}", bare(), "pyenv-3.12.1"),
        ("{name}-{python}", environment(), "app-3.12.1"),
        ("{name}-{minor}", environment(), "app-3.12"),
        ("{project}", in_project(f"{HOME}/src/My Shop"), "my-shop"),
        ("{project}", environment(), "app"),
        ("py{minor}", environment(interpreter=None), "py"),
        ("{manager}-{name}", environment(name="プ"), f"workon-{HASHED}"),
    ],
)
def test_templates(template: str, subject: Environment, stem: str) -> None:
    """Every field of the settings page works; a name that has no ASCII keeps its hash."""
    assert stem_of(subject, template) == stem


@pytest.mark.parametrize(
    "name", ["python", "python2", "python3", "python3.12", "python311", "pythonx"]
)
def test_reserved_names(name: str) -> None:
    """What Jupyter or VS Code take for the default Python."""
    assert is_reserved(name)


def test_names_of_other_kernels_follow_the_main_one() -> None:
    """`<name>-<kernel>`."""
    assert stem_of_other("stats", "ir", "conda") == "stats-ir"


def test_two_minors_are_told_apart_by_version() -> None:
    """The newcomer gets -pyX.Y."""
    cache = f"{HOME}/.cache/pypoetry/virtualenvs"
    older = environment(
        f"{cache}/shop-AbCdEf12-py3.11", version="3.11.4", name="shop", manager=POETRY
    )
    newer = environment(
        f"{cache}/shop-AbCdEf12-py3.12", version="3.12.1", name="shop", manager=POETRY
    )
    assert names_of(older, newer) == ["shop", "shop-py3.12"]


def test_the_same_minor_is_told_apart_by_folder() -> None:
    """The folder of the project, not of the environment."""
    first, second = in_project(f"{HOME}/src/app"), in_project(f"{HOME}/work/app")
    assert names_of(first, second) == ["app", "app-work"]


def test_the_home_directory_is_not_named() -> None:
    """Its name is the user's."""
    first, second = environment("/data/app"), in_project(f"{HOME}/app")
    assert names_of(first, second) == ["app", "app-home"]


def test_the_same_folder_name_is_told_apart_by_the_path() -> None:
    """Eight hexadecimal digits of the real path's hash."""
    paths = [f"/data/{letter}/x/app" for letter in "abc"]
    digest = hashlib.sha256(f"{paths[2]}/.venv".encode()).hexdigest()[:8]
    names = names_of(*(in_project(path) for path in paths))
    assert names == ["app", "app-x", f"app-{digest}"]


def test_names_that_differ_in_case_clash() -> None:
    """Jupyter lists names in lower case."""
    lower, upper = environment(f"{HOME}/a/app"), environment(f"{HOME}/b/App")
    assert names_of(lower, upper) == ["app", "app-b"]


@pytest.mark.parametrize("name", ["app", "App"])
def test_a_kernelspec_of_somebody_else_keeps_its_name(name: str) -> None:
    """Anywhere on Jupyter's path, in the store or not."""
    subject = in_project(f"{HOME}/src/app")
    assert names_of(subject, existing=(foreign(name),)) == ["app-src"]
    assert names_of(subject, existing=(foreign(name, STORE),)) == ["app-src"]


def test_a_kernelspec_of_another_host_keeps_its_name() -> None:
    """Two machines with one home publish side by side."""
    theirs = on_other_host(
        installed(specs_of(in_project("/elsewhere/app"))["/elsewhere/app/.venv"])
    )
    assert names_of(in_project(f"{HOME}/src/app"), existing=(theirs,)) == ["app-src"]


def test_who_has_a_name_keeps_it_when_an_earlier_path_comes() -> None:
    """The order of paths decides between newcomers only."""
    old, new = in_project(f"{HOME}/work/app"), in_project(f"{HOME}/src/app")
    existing = tuple(installed(spec) for spec in specs_of(old).values())
    assert names_of(new, old, existing=existing) == ["app-src", "app"]


def test_a_suffix_stays_when_the_reason_for_it_is_gone() -> None:
    """Notebooks store the name."""
    first, second = in_project(f"{HOME}/src/app"), in_project(f"{HOME}/work/app")
    specs = specs_of(first, second)
    existing = (installed(specs[second.candidate.prefix]),)
    assert names_of(second, existing=existing) == ["app-work"]


def test_another_template_renames() -> None:
    """Its stem is not that of the mark any more."""
    subject = environment()
    existing = tuple(installed(spec) for spec in specs_of(subject).values())
    assert names_of(subject, existing=existing, name="{manager}-{name}") == ["workon-app"]


def test_names_stay_short_with_any_suffix() -> None:
    """The suffix is whole, and the stem is cut."""
    long = "n" * 100
    names = names_of(
        environment(f"/a/{long}"),
        environment(f"/{'folder' * 20}/{long}"),
        environment(f"/c/{long}"),
    )
    assert [len(name) for name in names] == [64, 64, 64]
    assert len(set(names)) == 3
    assert names[2].endswith("-c")


def test_a_folder_that_vs_code_would_take_away_is_passed_over() -> None:
    """VS Code moves kernelspecs with its own mark in the name."""
    subject = in_project("/jvsc74a57bd0/app")
    (name,) = names_of(subject, existing=(foreign("app"),))
    assert re.fullmatch(r"app-[0-9a-f]{8}", name)


def test_squatters_on_every_choice_do_not_stop_it() -> None:
    """Somebody may have taken all names that would come next."""
    subject = in_project("/x/app")
    digest = hashlib.sha256(b"/x/app/.venv").hexdigest()[:8]
    taken = [foreign(name) for name in ("app", "app-x", f"app-{digest}", f"app-{digest}-2")]
    assert names_of(subject, existing=tuple(taken)) == [f"app-{digest}-3"]


def test_an_unknown_version_behind_a_name_does_not_count_as_another() -> None:
    """Nobody knows which Python a foreign kernelspec of that name starts."""
    assert names_of(in_project("/x/app"), existing=(foreign("app"),)) == ["app-x"]


def test_the_version_behind_our_own_kernels_is_known() -> None:
    """An environment that is left out still holds its name in this pass."""
    old = in_project("/x/app", version="3.9.1")
    existing = (installed(specs_of(old)[old.candidate.prefix]),)
    assert names_of(in_project("/y/app"), existing=existing) == ["app-py3.12"]


def test_other_kernels_of_an_environment_get_names_of_their_own() -> None:
    """They follow the main one, and clash like all."""
    prefix = "/opt/conda/envs/stats"
    r = provided(prefix, "ir", argv=[f"{prefix}/bin/R", "--args", "{connection_file}"])
    subject = environment(prefix, manager=CONDA, provided=(provided(prefix), r))
    desired = desire((subject,), settings(), surroundings(), (foreign("stats-ir"),))
    assert [spec.name for spec in desired.specs] == [KernelName("stats"), "stats-ir-envs"]
