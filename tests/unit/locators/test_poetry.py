"""poetry: where its environments are, and the projects in their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernelsync.locators.poetry import PoetryLocator, project_name
from kernelsync.model.environment import RootState
from support.trees import link, make_base, make_poetry_env, make_venv, write

if TYPE_CHECKING:
    from unit.locators.conftest import Place

CACHE = ".cache/pypoetry/virtualenvs"


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("billing-service-xOjr0InS-py3.11", "billing-service"),
        ("non-package-mode-1XOZX9-B-py3.12", "non-package-mode"),
        ("a-b-cdefghi-py3.12", None),
        ("app-_-_-_-_a-py3.9", "app"),
        ("app-py-abcdefgh-py3.12", "app-py"),
        ("プロジェクト-abcdefgh-py3.12", "プロジェクト"),
        ("app-abcdefgh-py3", None),
        ("app-abcdefgh-py3.x", None),
        ("app-abcdefgh", None),
        ("app-abcdef!h-py3.12", None),
        ("-abcdefgh-py3.12", None),
        ("abcdefgh-py3.12", None),
        ("-py3.12", None),
        ("", None),
    ],
)
def test_the_project_is_what_precedes_hash_and_version(directory: str, name: str | None) -> None:
    """The hash has 8 characters, of which some may be hyphens."""
    assert project_name(directory) == name


def test_an_environment_is_called_as_its_project(place: Place) -> None:
    """The hash is taken off, and the probe is told the distribution's name."""
    base = make_base(f"{place.path}/base")
    root = f"{place.home}/{CACHE}"
    prefix = make_poetry_env(root, "billing-service", f"{place.path}/src", base=base)
    found = place.find(PoetryLocator)
    assert found.names == ["billing-service"]
    candidate = found.one("billing-service")
    assert candidate.distribution == "billing-service"
    assert (candidate.prefix, candidate.real, candidate.root) == (prefix, prefix, root)


def test_another_name_is_kept(place: Place) -> None:
    """Somebody may have made an environment there by hand."""
    make_venv(f"{place.home}/{CACHE}/by-hand", base="/usr")
    candidate = place.find(PoetryLocator).one("by-hand")
    assert candidate.distribution is None


def test_the_index_beside_the_environments_is_ignored(place: Place) -> None:
    """envs.toml is a file, and a directory without pyvenv.cfg is no environment."""
    write(f"{place.home}/{CACHE}/envs.toml", "[x]\n")
    write(f"{place.home}/{CACHE}/leftover-abcdefgh-py3.12/bin/python")
    assert place.find(PoetryLocator).names == []


@pytest.mark.parametrize(
    ("environ", "root"),
    [
        ({"POETRY_VIRTUALENVS_PATH": "{tmp}/envs"}, "{tmp}/envs"),
        ({"POETRY_CACHE_DIR": "{tmp}/cache"}, "{tmp}/cache/virtualenvs"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg"}, "{tmp}/xdg/pypoetry/virtualenvs"),
        (
            {"POETRY_CACHE_DIR": "{tmp}/c", "POETRY_VIRTUALENVS_PATH": "{{cache-dir}}/v"},
            "{tmp}/c/v",
        ),
    ],
)
def test_variables_name_the_directory(place: Place, environ: dict[str, str], root: str) -> None:
    """As poetry reads them."""
    expected = root.format(tmp=place.path)
    make_venv(f"{expected}/app-abcdefgh-py3.12", base="/usr")
    values = {name: value.format(tmp=place.path) for name, value in environ.items()}
    found = place.find(PoetryLocator, place.context(values))
    assert found.one("app").root == expected


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ('[virtualenvs]\npath = "~/envs"\n', "envs"),
        ('cache-dir = "~/c"\n', "c/virtualenvs"),
        ('cache-dir = "~/c"\n[virtualenvs]\npath = "{cache-dir}/v"\n', "c/v"),
    ],
)
def test_the_configuration_names_the_directory(place: Place, text: str, root: str) -> None:
    """config.toml is what `poetry config` writes."""
    write(f"{place.home}/.config/pypoetry/config.toml", text)
    make_venv(f"{place.home}/{root}/app-abcdefgh-py3.12", base="/usr")
    assert place.find(PoetryLocator).one("app").root == f"{place.home}/{root}"


def test_the_configuration_may_be_elsewhere(place: Place) -> None:
    """POETRY_CONFIG_DIR says where, and a symlink to it is the user's own."""
    write(f"{place.path}/dotfiles/poetry.toml", f'cache-dir = "{place.path}/c"\n')
    link(f"{place.path}/config/config.toml", f"{place.path}/dotfiles/poetry.toml")
    make_venv(f"{place.path}/c/virtualenvs/app-abcdefgh-py3.12", base="/usr")
    context = place.context({"POETRY_CONFIG_DIR": f"{place.path}/config"})
    assert place.find(PoetryLocator, context).names == ["app"]


def test_on_macos_both_directories_are_in_the_library(place: Place) -> None:
    """There, poetry follows the platform."""
    library = f"{place.home}/Library"
    write(f"{library}/Application Support/pypoetry/config.toml", f'cache-dir = "{place.path}/c"\n')
    make_venv(f"{place.path}/c/virtualenvs/one-abcdefgh-py3.12", base="/usr")
    make_venv(f"{library}/Caches/pypoetry/virtualenvs/two-abcdefgh-py3.12", base="/usr")
    found = place.find(PoetryLocator, place.context(platform="darwin"))
    assert found.names == ["one", "two"]


@pytest.mark.parametrize(
    "content",
    [b"not toml", b"\xff", b"[" * 60_000, b'x = "' + b"y" * 70_000 + b'"', b"virtualenvs = 1\n["],
)
def test_a_configuration_that_cannot_be_read_is_a_problem(place: Place, content: bytes) -> None:
    """The default is searched all the same."""
    path = write(f"{place.home}/.config/pypoetry/config.toml", content)
    make_venv(f"{place.home}/{CACHE}/app-abcdefgh-py3.12", base="/usr")
    found = place.find(PoetryLocator)
    assert found.names == ["app"]
    assert [(problem.code, problem.path) for problem in found.problems] == [
        ("tool-settings-unreadable", path)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "cache-dir = 5\n",
        "virtualenvs = true\n",
        '[virtualenvs]\npath = ["a"]\n',
        '[virtualenvs]\npath = "relative"\n',
        '[virtualenvs]\npath = "/nul\\u0000"\n',
        '[virtualenvs]\npath = "{project-dir}/envs"\n',
        '[virtualenvs]\npath = "/x/{project-dir}/envs"\n',
    ],
)
def test_a_configuration_without_a_usable_path_leaves_the_default(place: Place, text: str) -> None:
    """Values of other types and paths that depend on a project say nothing."""
    write(f"{place.home}/.config/pypoetry/config.toml", text)
    found = place.find(PoetryLocator)
    assert set(found.roots) == {f"{place.home}/{CACHE}"}
    assert found.problems == []


def test_a_path_in_the_settings_is_the_only_one(place: Place) -> None:
    """Then poetry's own configuration is not even read."""
    write(f"{place.home}/.config/pypoetry/config.toml", "not toml")
    make_venv(f"{place.home}/{CACHE}/app-abcdefgh-py3.12", base="/usr")
    make_venv(f"{place.path}/mine/other-abcdefgh-py3.12", base="/usr")
    found = place.find(PoetryLocator, place.context(path=f"{place.path}/mine"))
    assert found.names == ["other"]
    assert found.problems == []


def test_a_missing_directory_is_absent(place: Place) -> None:
    """Nobody has to have poetry."""
    found = place.find(PoetryLocator)
    assert found.roots[f"{place.home}/{CACHE}"].state is RootState.ABSENT
    assert found.problems == []


def test_watch_points_lead_to_the_nearest_directory(place: Place) -> None:
    """The first `poetry install` is noticed too."""
    assert PoetryLocator(place.context()).watch_points() == (place.home,)
    write(f"{place.home}/{CACHE}/envs.toml")
    assert PoetryLocator(place.context()).watch_points() == (f"{place.home}/{CACHE}",)
