"""A pip is found wherever kernelsync was installed, and the user's configuration holds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.fetch import Fetcher
from kernelsync.runtimes.pip_program import configured, find_pip, pip_environment
from support.fake_wheels import KEY, some

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

# Nothing listens on the port "discard" of this machine.
NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize("with_pip", [True, False], ids=["its own", "that of ensurepip"])
def test_a_pip_is_found_with_and_without_one_in_the_environment(
    tmp_path: Path, *, with_pip: bool
) -> None:
    """Neither pipx nor uv put one beside kernelsync."""
    program = sys.executable
    if not with_pip:
        subprocess.run([program, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
        program = str(tmp_path / "env/bin/python")
    code = (
        "import sys; from kernelsync.runtimes.pip_program import find_pip;"
        "print('\\n'.join(find_pip({})))"
    )
    environ = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("src"))}
    found = subprocess.run(
        [program, "-c", code], env=environ, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert found[0] == program
    version = subprocess.run([*found, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("pip ")


def test_variables_that_lead_pip_astray_are_taken_away() -> None:
    """What a shell has set for its own purposes; the rest is the user's."""
    environ = {"PIP_TARGET": "/x", "PIP_REQUIRE_VIRTUALENV": "1", "PIP_INDEX_URL": "https://i"}
    passed = pip_environment({**environ, "PIP_RETRIES": "7"})
    assert {"PIP_TARGET", "PIP_REQUIRE_VIRTUALENV"}.isdisjoint(passed)
    assert (passed["PIP_INDEX_URL"], passed["PIP_RETRIES"]) == ("https://i", "7")
    assert passed["PIP_NO_INPUT"] == "1"


def test_the_configuration_comes_from_files_and_variables(tmp_path: Path) -> None:
    """A variable wins over a file, what is for downloads over what is for all."""
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://all/simple\nproxy = http://file:1\nfind-links = /a\n"
        "[download]\nindex-url = https://download/simple\n[install]\nindex-url = https://no\n"
    )
    environ = {"PIP_CONFIG_FILE": str(file), "PIP_PROXY": "http://variable:2", "HOME": "/none"}
    settings = configured(find_pip({}), environ)
    assert settings["index-url"] == "https://download/simple"
    assert (settings["proxy"], settings["find-links"]) == ("http://variable:2", "/a")


@pytest.mark.parametrize(
    ("variables", "codes"),
    [
        pytest.param({"PIP_INDEX_URL": f"{NOWHERE}/simple"}, {"offline"}, id="no network"),
        pytest.param(
            {"PIP_INDEX_URL": "https://index.invalid/simple", "HTTPS_PROXY": NOWHERE},
            # pip 26.3 no longer tells a proxy that is not there from an index that is not.
            {"proxy", "offline"},
            id="no proxy",
        ),
    ],
)
def test_what_pip_really_says_is_understood(
    tmp_path: Path, variables: dict[str, str], codes: set[str]
) -> None:
    """This pip, with nobody at the other end."""
    pins = some(str(tmp_path / "elsewhere"))
    alone = {"HOME": "/none", "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull}
    environ = {**alone, "PIP_RETRIES": "0", **variables}
    fetcher = Fetcher(str(tmp_path / "cache"), environ, lambda _done, _total: None)
    with pytest.raises(BuildFailure) as failure:
        fetcher.fetch(KEY, pins)
    assert failure.value.problem.code in codes
    assert "HTTPS_PROXY" in (failure.value.problem.hint or "")
