"""After one pass, Jupyter lists every environment of every tool, under the promised name."""

from __future__ import annotations

import os
import re

import pytest

from support.inhabitants import INHABITANTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from support.inhabitants import Inhabitant
    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_each = pytest.mark.parametrize("inhabitant", INHABITANTS, ids=lambda each: each.key)


@pytest.fixture(scope="module")
def kernelspecs(populated: Machine) -> dict[str, Any]:
    """Return what `jupyter kernelspec list --json` says on the populated machine."""
    return populated.kernelspecs()


@pytest.fixture(scope="module")
def listed(populated: Machine) -> dict[str, Any]:
    """Return what `kernelsync list --all --json` says there, by path."""
    listing = populated.kernelsync("list", "--all", "--json").expect(0).json
    return {each["path"]: each for each in listing["data"]["environments"]}


@_each
def test_jupyter_lists_it_by_name_and_display_name(
    inhabitant: Inhabitant, populated: Machine, kernelspecs: dict[str, Any]
) -> None:
    """The kernel has the contract's name and display name, and starts its own interpreter."""
    name = inhabitant.kernel_name(populated)
    assert name in kernelspecs, sorted(kernelspecs)
    spec = kernelspecs[name]["spec"]
    assert spec["display_name"] == inhabitant.shown(populated)
    assert spec["argv"][0] == os.path.join(inhabitant.prefix(populated), "bin", "python")
    assert spec["language"] == "python"


@_each
def test_list_tells_its_facts(
    inhabitant: Inhabitant, populated: Machine, listed: dict[str, Any]
) -> None:
    """`list --json` says which tool made it, on which exact Python, and which kernel it is."""
    facts = listed[inhabitant.prefix(populated)]
    assert facts["state"] == "kernel", facts
    assert facts["kernel"] == inhabitant.kernel_name(populated)
    assert facts["display_name"] == inhabitant.shown(populated)
    assert facts["manager"] == inhabitant.manager
    assert facts["python"] == populated.tools.pyenv.versions[inhabitant.minor]
    assert facts["implementation"] == "cpython"
    assert re.fullmatch(r"\d+\.\d+\.\d+", facts["ipykernel"])


@_each
def test_the_kernelspec_keeps_the_house_rules(
    inhabitant: Inhabitant, populated: Machine, kernelspecs: dict[str, Any]
) -> None:
    """No name that VS Code hides or takes for its own, and nothing that leaks into a notebook."""
    name = inhabitant.kernel_name(populated)
    spec = kernelspecs[name]["spec"]
    assert re.fullmatch(r"[a-z0-9._-]{1,64}", name)
    assert not re.search(r"[0-9a-f]{32}$", name)
    assert not re.fullmatch(r"python[\d.]*", name)
    assert "interpreter" not in spec["metadata"]
    assert populated.home not in spec["display_name"]
    assert all(isinstance(value, str) for value in spec["env"].values())


@_each
def test_debugger_metadata_is_what_its_ipykernel_wrote(
    inhabitant: Inhabitant, populated: Machine, kernelspecs: dict[str, Any]
) -> None:
    """The environment's own kernel.json is the source of the metadata of ours."""
    spec = kernelspecs[inhabitant.kernel_name(populated)]["spec"]
    assert spec["metadata"]["debugger"] is True
    assert spec["metadata"]["manager"] in spec["display_name"]
    assert spec["metadata"]["location"]


def test_nothing_else_is_listed(populated: Machine, kernelspecs: dict[str, Any]) -> None:
    """Besides the expected kernels there is only Jupyter's own python3."""
    expected = {each.kernel_name(populated) for each in INHABITANTS}
    assert set(kernelspecs) == expected | {"python3"}


def test_the_badge_is_small_and_says_the_tool(populated: Machine) -> None:
    """Each kernel has the SVG badge, and the PNG logos of ipykernel."""
    directory = populated.kernel_directory("thesis")
    with open(os.path.join(directory, "logo-svg.svg"), encoding="utf-8") as file:
        badge = file.read()
    assert "pyenv" in badge
    assert "3.10" in badge
    assert len(badge) < 1000
    assert {"logo-32x32.png", "logo-64x64.png"} <= set(os.listdir(directory))


def test_versions_without_ipykernel_are_told_apart(
    populated: Machine, listed: dict[str, Any]
) -> None:
    """A bare version and an environment without ipykernel are no kernels, and say why."""
    bare = populated.path(".pyenv", "versions", populated.tools.pyenv.versions["3.8"])
    for prefix in (bare, populated.path(".venvs", "plain")):
        assert listed[prefix]["state"] == "no-ipykernel"
        assert listed[prefix]["ipykernel"] is None
        assert listed[prefix]["kernel"] is None
        assert "ipykernel" in listed[prefix]["reason"]


def test_an_excluded_environment_is_left_out(populated: Machine, listed: dict[str, Any]) -> None:
    """The exclude rule of the settings keeps `scratch-1` out, although it has ipykernel."""
    facts = listed[populated.path(".virtualenvs", "scratch-1")]
    assert facts["state"] == "excluded"
    assert "scratch-*" in facts["reason"]
    assert facts["ipykernel"] is not None


def test_a_pyenv_virtualenv_appears_once(populated: Machine, listed: dict[str, Any]) -> None:
    """The real directory below the base is an alias of the short name, not a second entry."""
    base = populated.tools.pyenv.versions["3.10"]
    real = populated.path(".pyenv", "versions", base, "envs", "thesis")
    assert real not in listed
    assert real in listed[populated.path(".pyenv", "versions", "thesis")]["aliases"]


def test_projects_are_told(populated: Machine, listed: dict[str, Any]) -> None:
    """The `.project` of virtualenvwrapper, and the folder around a `.venv`, are the project."""
    mapping = listed[populated.path(".virtualenvs", "mapping")]
    assert mapping["project"] == populated.path("src", "mapping")
    app = listed[populated.path("src", "app", ".venv")]
    assert app["project"] == populated.path("src", "app")
