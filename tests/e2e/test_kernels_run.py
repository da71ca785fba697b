"""Jupyter itself runs a cell in every kernel, and the cell is in the environment."""

from __future__ import annotations

import os

import pytest

from support.inhabitants import INHABITANTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.inhabitants import Inhabitant
    from support.machine import Machine

pytestmark = pytest.mark.real_tools

_CELL = """\
import json, os, sys
python = !python -c "import sys; print(sys.prefix)"
pip = !pip --version
print(json.dumps({
    "prefix": sys.prefix,
    "version": sys.version.split()[0],
    "virtual_env": os.environ.get("VIRTUAL_ENV"),
    "python": python,
    "pip": pip,
}))
"""


@pytest.mark.parametrize("inhabitant", INHABITANTS, ids=lambda each: each.key)
def test_a_cell_runs_in_the_environment(inhabitant: Inhabitant, populated: Machine) -> None:
    """sys.prefix, VIRTUAL_ENV, `!python` and `!pip` are the environment's.

    The server runs with its own environment activated, so anything that leaks would show.
    """
    prefix = inhabitant.prefix(populated)
    ran = populated.run_cell(inhabitant.kernel_name(populated), _CELL).expect(0)
    answer = ran.json
    assert answer["prefix"] == prefix
    assert answer["version"] == populated.tools.pyenv.versions[inhabitant.minor]
    assert answer["python"] == [prefix]
    if inhabitant.bare:
        assert not answer["virtual_env"], "the server's VIRTUAL_ENV leaked in"
    else:
        assert answer["virtual_env"] == prefix
    if inhabitant.pip:
        assert _pip_location(answer["pip"]).startswith(os.path.realpath(prefix) + os.sep)


def _pip_location(said: list[str]) -> str:
    """Return the directory in "pip 24.0 from /x/site-packages/pip (python 3.12)"."""
    (line,) = said
    return os.path.realpath(line.partition(" from ")[2].rpartition(" (")[0])
