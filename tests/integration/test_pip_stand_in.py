"""`!pip` in an environment without pip: uv does it, or nobody; never another Python's pip."""

from __future__ import annotations

import os

import pytest

from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.lab import Lab
    from support.processes import Result

pytestmark = pytest.mark.real_tools


def pip(lab: Lab, prefix: str, home: Path, *arguments: str, rest: str = "") -> Result:
    """Run `pip` as a kernel of this environment does."""
    path = f"{prefix}/bin:{lab.runtimes}/bin:{rest}/usr/bin:/bin"
    environ = {**lab.tools.network, "HOME": str(home), "PATH": path, "LANG": "C.UTF-8"}
    command = ("/bin/sh", "-c", 'pip "$@"', "sh", *arguments)
    return run(command, environ=environ, cwd=str(home))


def test_uv_installs_into_the_environment(lab: Lab, tmp_path: Path) -> None:
    """Without VIRTUAL_ENV, so for bare interpreters too; and takes it out again."""
    prefix = lab.make(str(tmp_path / "an environment"), "3.12")
    rest = f"{lab.tools.bin}:"
    pip(lab, prefix, tmp_path, "install", "--quiet", "six", rest=rest).expect(0)
    assert os.path.exists(f"{lab.site(prefix)}/six.py")
    assert "six" in pip(lab, prefix, tmp_path, "list", rest=rest).expect(0).stdout
    pip(lab, prefix, tmp_path, "uninstall", "-y", "six", rest=rest).expect(0)
    assert not os.path.exists(f"{lab.site(prefix)}/six.py")


def test_without_uv_it_says_how_to_get_pip(lab: Lab, tmp_path: Path) -> None:
    """With the environment's own path, and exit code 1; another pip on PATH stays unused."""
    prefix = lab.bare("3.12")
    other = tmp_path / "other"
    other.mkdir()
    (other / "pip").write_text("#!/bin/sh\ntouch used\n")
    (other / "pip").chmod(0o755)
    done = pip(lab, prefix, tmp_path, "install", "six", rest=f"{other}:").expect(1)
    assert f"{prefix}/bin/python -m ensurepip" in done.stderr
    assert "https://docs.astral.sh/uv/" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "used").exists()


def test_without_an_environment_before_it_nothing_is_installed(lab: Lab, tmp_path: Path) -> None:
    """Found on a PATH that was rearranged, it refuses to take the next best Python."""
    empty = tmp_path / "empty"
    (empty / "bin").mkdir(parents=True)
    done = pip(lab, str(empty), tmp_path, "install", "six", rest=f"{lab.tools.bin}:").expect(1)
    assert "no Python environment" in done.stderr
