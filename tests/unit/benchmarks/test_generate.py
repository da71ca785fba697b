"""The generator of synthetic environments, kernelspecs and project trees."""

from __future__ import annotations

import json
import os

import pytest
from environments import DISTRIBUTIONS, LOGOS, make_environments, make_kernelspecs
from generate import main
from trees import make_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

EVERY = 10


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A home directory with ten environments."""
    make_environments(f"{tmp_path}/home", EVERY)
    return f"{tmp_path}/home"


def _packages(environment: str) -> list[str]:
    return sorted(os.listdir(f"{environment}/lib/python3.11/site-packages"))


def test_an_environment_has_what_venv_makes(home: str) -> None:
    """The files by which environments are recognised are there, as venv writes them."""
    environment = f"{home}/workon/project-00000"
    with open(f"{environment}/pyvenv.cfg", encoding="utf-8") as file:
        keys = [line.split(" = ")[0] for line in file]

    assert keys == ["home", "include-system-site-packages", "version", "executable", "command"]
    assert os.readlink(f"{environment}/bin/python") == f"{home}/base/3.11.7/bin/python3.11"
    assert os.path.isfile(f"{environment}/bin/activate")


def test_the_base_has_an_executable_and_its_landmarks(home: str) -> None:
    """The interpreter is a real program, with the files that tell its version."""
    base = f"{home}/base/3.11.7"
    with open(f"{base}/include/python3.11/patchlevel.h", encoding="utf-8") as file:
        header = file.read()

    assert os.access(f"{base}/bin/python3.11", os.X_OK)
    assert os.path.isfile(f"{base}/lib/python3.11/os.py")
    assert '"3.11.7"' in header


def test_nine_of_ten_environments_have_ipykernel(home: str) -> None:
    """The tenth has neither its packages nor its kernelspec."""
    environments = [f"{home}/workon/{name}" for name in sorted(os.listdir(f"{home}/workon"))]
    able = [path for path in environments if "ipykernel_launcher.py" in _packages(path)]

    assert len(environments) == EVERY
    assert able == environments[:9]
    assert not os.path.exists(f"{environments[9]}/share")


def test_an_environment_has_as_many_distributions_as_a_real_one(home: str) -> None:
    """Each of the 31 has the files that installers write."""
    environment = f"{home}/workon/project-00000"
    found = [name for name in _packages(environment) if name.endswith(".dist-info")]

    assert len(found) == len(DISTRIBUTIONS) == 31
    for name in found:
        files = os.listdir(f"{environment}/lib/python3.11/site-packages/{name}")
        assert sorted(files) == ["INSTALLER", "METADATA", "RECORD"]


def test_the_kernelspec_is_that_of_ipykernels_wheel(home: str) -> None:
    """Its argv starts with a bare "python", and three logos are beside it."""
    directory = f"{home}/workon/project-00000/share/jupyter/kernels/python3"
    with open(f"{directory}/kernel.json", encoding="utf-8") as file:
        document = json.load(file)

    assert document["argv"][0] == "python"
    assert {name: os.path.getsize(f"{directory}/{name}") for name in LOGOS} == LOGOS


def test_environments_can_be_spread_over_managers(tmp_path: Path) -> None:
    """A third each is in WORKON_HOME, in a container of venvs and in poetry's directory."""
    prefixes = make_environments(f"{tmp_path}/home", 3, mixed=True)

    assert [os.path.relpath(prefix, f"{tmp_path}/home") for prefix in prefixes] == [
        "workon/project-00000",
        "venvs/project-00001",
        ".cache/pypoetry/virtualenvs/project-00002-00000002-py3.11",
    ]


def test_static_kernelspecs_start_an_absolute_interpreter(tmp_path: Path) -> None:
    """They are what any tool installs: kernel.json and three logos each."""
    make_kernelspecs(f"{tmp_path}/kernels", 2)
    with open(f"{tmp_path}/kernels/project-00001/kernel.json", encoding="utf-8") as file:
        document = json.load(file)

    assert sorted(os.listdir(f"{tmp_path}/kernels")) == ["project-00000", "project-00001"]
    assert os.path.isabs(document["argv"][0])
    assert len(os.listdir(f"{tmp_path}/kernels/project-00001")) == 4


def test_a_tree_has_the_files_that_were_asked_for(tmp_path: Path) -> None:
    """Sources, .git and node_modules together hold them; every fourth has a .venv."""
    environments = make_tree(f"{tmp_path}/tree", 5, 40)
    files = sum(
        len(names)
        for place, _, names in os.walk(f"{tmp_path}/tree/projects")
        if "/.venv" not in place
    )

    assert files == 5 * (40 + len(["pyproject.toml"]))
    assert len(environments) == 2


def test_the_script_refuses_a_directory_that_exists(tmp_path: Path) -> None:
    """Nothing that is there is mixed with what is generated."""
    assert main(["environments", str(tmp_path), "--count", "1"]) == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("kind", ["environments", "kernelspecs", "tree"])
def test_the_script_makes_each_kind(tmp_path: Path, kind: str) -> None:
    """Each of its three commands makes the directory that it is given."""
    size = ["--repositories", "1", "--files", "8"] if kind == "tree" else ["--count", "1"]

    assert main([kind, f"{tmp_path}/new", *size]) == 0
    assert os.listdir(f"{tmp_path}/new")
