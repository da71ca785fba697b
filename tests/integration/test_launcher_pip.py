"""`%pip` in a kernel that borrows, where the environment has no pip: what `!pip` does."""

from __future__ import annotations

import os

import pytest

from support.borrowed_kernel import running
from support.other_pythons import OTHERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.borrowed_kernel import Kernel
    from support.lab import Lab

pytestmark = pytest.mark.real_tools

_NO_MODULE = "No module named pip"


def _told(kernel: Kernel, line: str) -> str:
    return kernel.run(f"import os; before = dict(os.environ)\n{line}\nassert os.environ == before")


@pytest.mark.parametrize("options", [(), ("--no-activate",)], ids=["active", "inactive"])
@pytest.mark.parametrize("minor", ["3.8", "3.13", *OTHERS])
def test_it_installs_by_uv(minor: str, options: Sequence[str], lab: Lab, tmp_path: Path) -> None:
    """Into this environment, active or not; and into no other one that is."""
    prefix = lab.make(str(tmp_path / "an environment"), minor)
    environ = {**lab.environ(str(tmp_path / "home")), **lab.tools.network}
    environ["PATH"] = f"{environ['PATH']}:{lab.tools.bin}"
    with running(lab.argv(prefix, minor, *options), environ, cwd=environ["HOME"]) as kernel:
        assert _NO_MODULE not in _told(kernel, "%pip install --quiet iniconfig")
        assert kernel.run("import iniconfig; print(iniconfig.__file__)").startswith(prefix)
        assert "iniconfig" in _told(kernel, "%pip list")


@pytest.mark.parametrize("minor", ["3.6", "3.8", "3.13", *OTHERS])
def test_without_uv_it_says_how_to_get_pip(minor: str, lab: Lab, tmp_path: Path) -> None:
    """With the environment's own path, instead of a missing module's name."""
    prefix = lab.bare(minor)
    with lab.kernel(prefix, minor, lab.environ(str(tmp_path))) as kernel:
        said = _told(kernel, "%pip install six")
    assert f"{prefix}/bin/python -m ensurepip" in said
    assert _NO_MODULE not in said


def test_a_pip_of_the_environment_is_used(lab: Lab, tmp_path: Path) -> None:
    """Also one that came only after the kernel had started."""
    prefix = lab.make(str(tmp_path / "environment"), "3.13")
    with lab.kernel(prefix, "3.13", lab.environ(str(tmp_path / "home"))) as kernel:
        assert "has no pip" in _told(kernel, "%pip --version")
        kernel.run("!python -m ensurepip")
        assert os.path.join(lab.site(prefix), "pip") in _told(kernel, "%pip --version")


def test_python_2_goes_without(lab: Lab, tmp_path: Path) -> None:
    """IPython had no `%pip` then; `!pip` is led to the same place."""
    with lab.kernel(lab.bare("2.7"), "2.7", lab.environ(str(tmp_path))) as kernel:
        found = kernel.run("print(get_ipython().find_line_magic('pip'))")
        assert found == "None\n"
        assert "python -m ensurepip" in kernel.run("!pip install six")
