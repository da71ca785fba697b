"""`kernelsync runtime`: what it is asked for, what it says, and that it leaves things alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from kernelsync.cli.arguments import parse
from kernelsync.cli.commands import runtime
from kernelsync.cli.main import main
from kernelsync.cli.progress import Progress
from kernelsync.errors import UsageError
from support.fake_wheels import offline, some
from support.probe_trees import make_base, make_venv, permit
from support.small_runtimes import build_of, put_runtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


@pytest.fixture(autouse=True)
def _no_other_pyenv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test makes is found: pyenv is also looked for on PATH."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    "words",
    [
        ["install"],
        ["list", "--missing"],
        ["list", "3.12"],
        ["remove", "--upgrade"],
        ["install", "--missing", "--requested"],
        ["improve"],
        [],
    ],
    ids=" ".join,
)
def test_what_does_not_fit_together_is_a_usage_error(words: list[str]) -> None:
    """Before anything is looked at."""
    with pytest.raises(UsageError):
        runtime.asked_for(parse(["runtime", *words]))


def test_what_is_asked_for_comes_from_the_command_line() -> None:
    """Any number of Pythons, anywhere among the options."""
    wish = runtime.asked_for(parse(["runtime", "install", "3.12", "2.7", "--upgrade", "-q"]))
    assert (wish.topic, wish.pythons, wish.upgrade, wish.quiet) == (
        "install",
        ("3.12", "2.7"),
        True,
        True,
    )


def call(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Run the program with --json in this process' own home, and return the object."""
    assert main(["runtime", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def environment(home: str) -> str:
    """Make an environment without ipykernel, and return its prefix."""
    base = make_base(os.path.join(home, "python"))
    prefix = os.path.join(home, ".virtualenvs", "bare")
    make_venv(prefix, base)
    return prefix


def test_what_environments_lack_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """With its key, its Python, and whom it would help."""
    prefix = environment(os.environ["HOME"])
    shown = call(capsys, "list")
    assert shown["data"]["runtimes"] == []
    [missing] = shown["data"]["missing"]
    assert (missing["python"], missing["environments"]) == ("3.12", [prefix])
    assert missing["key"].startswith("cp312-")


def test_settings_that_want_no_runtimes_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    """With `missing_ipykernel: skip` nothing is missing, and --missing does nothing."""
    home = os.environ["HOME"]
    environment(home)
    settings = os.path.join(home, "settings.yaml")
    with open(settings, "w", encoding="utf-8") as file:
        file.write("kernels:\n  missing_ipykernel: skip\n")
    assert call(capsys, "list", "--config", settings)["data"]["missing"] == []
    done = call(capsys, "install", "--missing", "--config", settings)
    assert (done["data"]["installed"], done["problems"]) == ([], [])


def test_an_offline_install_says_so_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Exit code 1, the reason and the way out; there is no runtime afterwards."""
    some(str(tmp_path))
    for name, value in offline(str(tmp_path)).items():
        if name.startswith("PIP_"):
            monkeypatch.setenv(name, value)
    environment(os.environ["HOME"])
    done = call(capsys, "install", "--missing", code=1)
    [problem] = done["problems"]
    assert problem["code"] == "no-wheel"
    assert problem["hint"]
    assert (done["data"]["installed"], done["data"]["runtimes"]) == ([], [])


@pytest.mark.parametrize("python", ["3.5", "3.99"])
def test_a_python_without_a_runtime_is_a_problem(
    capsys: pytest.CaptureFixture[str], python: str
) -> None:
    """The message names those that there are."""
    [problem] = call(capsys, "install", python, code=1)["problems"]
    assert problem["code"] == "runtime-unsupported"
    assert "3.14" in problem["message"]


@pytest.mark.parametrize("words", [("install", "three"), ("install", "3.12.1"), ("remove", "3.12")])
def test_what_is_no_python_or_not_there_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Nothing was done."""
    assert call(capsys, *words, code=2)["problems"][0]["hint"]


def runtimes() -> str:
    """Return the directory of runtimes in this process' home."""
    return os.path.join(os.environ["XDG_DATA_HOME"], "kernelsync", "runtimes")


def test_remove_takes_what_nothing_uses(capsys: pytest.CaptureFixture[str]) -> None:
    """A runtime that an environment borrows from stays, unless it is named."""
    environment(os.environ["HOME"])
    used = call(capsys, "list")["data"]["missing"][0]["key"]
    put_runtime(runtimes(), used)
    unused = put_runtime(runtimes(), "cp39-linux-x86_64")
    assert call(capsys, "remove")["data"]["removed"] == ["cp39-linux-x86_64"]
    assert not os.path.exists(unused)
    [left] = call(capsys, "list")["data"]["runtimes"]
    assert (left["key"], left["outdated"], len(left["environments"])) == (used, True, 1)
    assert call(capsys, "remove", "3.12")["data"]["removed"] == [used]


def once(code: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Run a pass in a process of its own, which confines itself; return what it says."""
    path = os.pathsep.join(each for each in sys.path if each)
    done = subprocess.run(
        [sys.executable, "-m", "kernelsync", "once", "--json"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def damage(runtime: str, path: str = "site/zmq/utils/jsonapi.py") -> None:
    """Take one file away."""
    os.unlink(os.path.join(build_of(runtime), path))


def test_a_damaged_runtime_is_listed_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """With the file and the command; it is not missing, and it can be removed by its name."""
    environment(os.environ["HOME"])
    used = call(capsys, "list")["data"]["missing"][0]["key"]
    damage(put_runtime(runtimes(), used))
    shown = call(capsys, "list", code=1)
    assert (shown["data"]["runtimes"], shown["data"]["missing"]) == ([], [])
    [damaged] = shown["data"]["damaged"]
    assert (damaged["key"], damaged["state"], len(damaged["environments"])) == (used, "damaged", 1)
    assert "jsonapi.py" in damaged["reason"]
    [problem] = shown["problems"]
    assert problem["code"] == "runtime-damaged"
    assert "kernelsync runtime install 3.12" in problem["hint"]
    assert main(["runtime", "list"]) == 1
    assert "damaged" in capsys.readouterr().out
    assert call(capsys, "remove", "3.12")["data"]["removed"] == [used]
    assert call(capsys, "list")["data"]["damaged"] == []


@pytest.mark.parametrize("words", [("3.12",), ("--upgrade",), ("--missing",)])
def test_every_way_to_install_repairs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """None says that there is nothing to do: here each finds that it cannot be downloaded."""
    for name, value in offline(os.environ["HOME"]).items():
        if name.startswith("PIP_"):
            monkeypatch.setenv(name, value)
    environment(os.environ["HOME"])
    used = call(capsys, "list")["data"]["missing"][0]["key"]
    damage(put_runtime(runtimes(), used))
    [problem] = call(capsys, "install", *words, code=1)["problems"]
    assert problem["code"] == "no-wheel"


def test_a_directory_that_others_may_write_to_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By `install`, with the command that changes it; `list` says the same of what is there."""
    put_runtime(runtimes())
    os.unlink(os.path.join(runtimes(), "launch.py"))
    permit(runtimes(), 0o777)
    for words in (("list",), ("install", "3.12")):
        [problem] = call(capsys, *words, code=1)["problems"]
        assert problem["code"] == "runtime-unsafe"
        assert f"chmod go-w {runtimes()}" in problem["hint"]
    assert not os.path.exists(os.path.join(runtimes(), "launch.py"))


def test_a_removal_tells_how_many_kernels_it_takes_along(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next pass takes them; nothing builds the runtime again unasked."""
    environment(os.environ["HOME"])
    used = call(capsys, "list")["data"]["missing"][0]["key"]
    put_runtime(runtimes(), used)
    once()
    assert main(["runtime", "remove", "3.12"]) == 0
    assert "1 environment loses its kernel" in capsys.readouterr().out
    assert once()["data"]["removed"] == ["bare"]


def test_a_runtime_that_is_away_costs_no_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    """Deleted by hand, it is missed in every pass, until it is back or removed."""
    environment(os.environ["HOME"])
    used = call(capsys, "list")["data"]["missing"][0]["key"]
    runtime = put_runtime(runtimes(), used)
    once()
    shutil.rmtree(runtime)
    for _ in range(2):
        said = once(code=1)
        assert (said["data"]["removed"], said["data"]["unchanged"]) == ([], ["bare"])
        [problem] = said["problems"]
        assert problem["code"] == "runtime-missing"
    put_runtime(runtimes(), used)
    assert once()["data"]["unchanged"] == ["bare"]


def test_the_table_says_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    """The one command that changes what is missing."""
    environment(os.environ["HOME"])
    assert main(["runtime", "list"]) == 0
    shown = capsys.readouterr().out
    assert "No runtimes." in shown
    assert "kernelsync runtime install --missing" in shown


def test_progress_is_a_bar_on_a_terminal() -> None:
    """One line that is written again and again, and goes away."""
    stream = Terminal()
    progress = Progress(stream)
    progress.show("3.12", 15, 30)
    progress.end()
    assert "[###############...............] 15/30" in stream.getvalue()
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_progress_is_plain_lines_elsewhere() -> None:
    """The same line comes once; with --quiet none."""
    stream = io.StringIO()
    progress = Progress(stream)
    progress.show("3.12", 0, 30)
    progress.show("3.12", 0, 30)
    progress.show("3.12", 30, 30)
    progress.end()
    assert stream.getvalue().splitlines() == [
        "3.12: 0 of 30 files are there",
        "3.12: 30 of 30 files are there",
    ]
    quiet = io.StringIO()
    Progress(quiet, quiet=True).show("3.12", 0, 30)
    assert quiet.getvalue() == ""
