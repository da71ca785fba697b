"""Whose packages a kernel and its user get: what the environment has, in whatever form."""

from __future__ import annotations

import os
import random
import zipfile

import pytest

from support.conflicts import attempt, cases, environment
from support.made_once import made_once
from support.other_pythons import CPYTHONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.lab import Lab

pytestmark = pytest.mark.real_tools

_SEED = 20
_SAMPLE = 4


def _sample(minor: str) -> list[str]:
    """Return some of the conflicts, the same ones each time."""
    return sorted(random.Random(f"{_SEED} {minor}").sample(cases(minor), _SAMPLE))  # noqa: S311 - no secret


@pytest.mark.parametrize(
    ("minor", "requirement"),
    [(minor, each) for minor in ("3.8", "3.13", *CPYTHONS) for each in _sample(minor)],
)
def test_an_odd_package_does_not_keep_a_kernel_from_running(
    minor: str, requirement: str, lab: Lab, tmp_path: Path
) -> None:
    """Whatever version of what a kernel rests on the environment has (a seeded sample)."""
    prefix = str(tmp_path / "environment")
    environment(lab.tools.pyenv.python(minor), requirement, prefix, lab.tools.network)
    answer = attempt(prefix, requirement, lab.runtime(minor), lab.environ(str(tmp_path)))
    assert answer.runs, answer.why


@pytest.fixture
def with_old_traitlets(lab: Lab, shared_scratch: str) -> str:
    """Return an environment with traitlets 4.3, too old for the runtime, and all it needs."""

    def make(prefix: str) -> None:
        python = lab.tools.pyenv.python("3.8")
        environment(python, "traitlets==4.3.3", prefix, lab.tools.network, whole=True)

    return made_once(os.path.join(shared_scratch, "lab"), "old-traitlets", make)


@pytest.mark.parametrize(
    ("strategy", "runs"), [("finder", True), ("append", False), ("prepend", True)]
)
def test_appending_to_the_path_is_not_enough(
    strategy: str, *, runs: bool, with_old_traitlets: str, lab: Lab, tmp_path: Path
) -> None:
    """A package that is too old hides the one that the kernel needs."""
    environ = lab.environ(str(tmp_path))
    runtime = lab.runtime("3.8")
    answer = attempt(with_old_traitlets, "traitlets==4.3.3", runtime, environ, strategy)
    assert answer.runs == runs, answer.why


@pytest.mark.parametrize(
    ("strategy", "own"), [("finder", True), ("append", True), ("prepend", False)]
)
def test_prepending_to_the_path_is_too_much(
    strategy: str, *, own: bool, with_old_traitlets: str, lab: Lab, tmp_path: Path
) -> None:
    """The user's decorator would do for the kernel; the runtime's would hide it."""
    environ = lab.environ(str(tmp_path))
    runtime = lab.runtime("3.8")
    # With append, no kernel runs here at all: it is asked in an environment without traitlets.
    prefix = with_old_traitlets
    if strategy == "append":
        prefix = str(tmp_path / "decorator-only")
        environment(lab.tools.pyenv.python("3.8"), "decorator", prefix, lab.tools.network)
    answer = attempt(prefix, "decorator", runtime, environ, strategy)
    assert answer.runs, answer.why
    assert answer.own == own


_WHERE = "import {0}; print({0}.__file__)"


def _distribution(directory: str, name: str, version: str, info: str) -> None:
    """Write a package that does nothing, with metadata in a directory of that name."""
    os.makedirs(f"{directory}/{name}")
    os.makedirs(f"{directory}/{info}")
    file_name = "METADATA" if info.endswith(".dist-info") else "PKG-INFO"
    with open(f"{directory}/{name}/__init__.py", "w", encoding="utf-8") as file:
        file.write(f"__version__ = '{version}'\n")
    with open(f"{directory}/{info}/{file_name}", "w", encoding="utf-8") as file:
        file.write(f"Metadata-Version: 1.0\nName: {name}\nVersion: {version}\n")


def _pth(site: str, name: str, *lines: str) -> None:
    with open(f"{site}/{name}.pth", "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("minor", ["2.7", "3.9", *CPYTHONS])
def test_packages_are_seen_through_pth_files_eggs_and_sources(
    minor: str, lab: Lab, tmp_path: Path
) -> None:
    """Developed sources and eggs that fit are used, those that do not are passed over."""
    prefix = lab.make(str(tmp_path / "environment"), minor)
    site, source = lab.site(prefix), str(tmp_path / "source")
    os.makedirs(source)
    _distribution(source, "traitlets", "3.0", "traitlets.egg-info")
    _distribution(source, "own_project", "1.0", "own_project.egg-info")
    egg = f"{site}/decorator-4.4.2-py{minor}.egg"
    lab.install(prefix, minor, "decorator==4.4.2")
    with zipfile.ZipFile(egg, "w") as archive:
        archive.write(f"{site}/decorator.py", "decorator.py")
        archive.writestr("EGG-INFO/PKG-INFO", "Name: decorator\nVersion: 4.4.2\n")
    for left in os.listdir(site):
        if left.startswith("decorator.py"):
            os.unlink(f"{site}/{left}")
        elif left.startswith("decorator-") and left.endswith("-info"):
            os.rename(f"{site}/{left}", f"{site}/~{left[1:]}")
    _pth(site, "easy-install", source, egg)
    with lab.kernel(prefix, minor, lab.environ(str(tmp_path / "home"))) as kernel:
        assert kernel.run(_WHERE.format("own_project")).startswith(source)
        assert kernel.run(_WHERE.format("decorator")).startswith(egg)
        assert not kernel.run(_WHERE.format("traitlets")).startswith(source)


def test_a_module_of_another_project_with_a_borrowed_name(lab: Lab, tmp_path: Path) -> None:
    """Without metadata nothing tells that it is another one; the kernel starts all the same."""
    prefix = lab.make(str(tmp_path / "environment"), "3.11")
    os.makedirs(f"{lab.site(prefix)}/comm")
    with open(f"{lab.site(prefix)}/comm/__init__.py", "w", encoding="utf-8") as file:
        file.write("def talk():\n    return 'over'\n")
    with open(tmp_path / "log", "w+", encoding="utf-8") as log:
        environ = lab.environ(str(tmp_path / "home"))
        with lab.kernel(prefix, "3.11", environ, stderr=log.fileno()) as kernel:
            assert kernel.run("print(1 + 1)").strip() == "2"
        log.seek(0)
        said = log.read()
    assert "Traceback" in said
    assert f"kernelsync: A kernel with the packages of {prefix} does not start" in said


def test_system_and_user_packages_count_as_the_environments(lab: Lab, tmp_path: Path) -> None:
    """With system-site, so do those of the user: whatever is on the interpreter's own path."""
    prefix = str(tmp_path / "environment")
    python = lab.tools.pyenv.python("3.10")
    lab._run(python, "-m", "venv", "--without-pip", "--system-site-packages", prefix)  # noqa: SLF001
    environ = lab.environ(str(tmp_path / "home"))
    user = f"{environ['HOME']}/.local/lib/python3.10/site-packages"
    os.makedirs(user)
    _distribution(user, "wcwidth", "0.2.13", "wcwidth-0.2.13.dist-info")
    with open(f"{user}/wcwidth/__init__.py", "a", encoding="utf-8") as file:
        file.write("wcwidth = wcswidth = lambda *_: 1\n")
    with lab.kernel(prefix, "3.10", environ) as kernel:
        assert kernel.run(_WHERE.format("wcwidth")).startswith(user)


def test_parts_of_a_namespace_come_from_both(lab: Lab, tmp_path: Path) -> None:
    """The environment's `backports` keeps its parts, and the kernel finds its own."""
    prefix = lab.make(str(tmp_path / "environment"), "2.7")
    package = f"{lab.site(prefix)}/backports"
    os.makedirs(package)
    for name, text in {
        "__init__": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        "mine": "answer = 42\n",
    }.items():
        with open(f"{package}/{name}.py", "w", encoding="utf-8") as file:
            file.write(text)
    code = """
import backports.mine
from backports.shutil_get_terminal_size import get_terminal_size
print(backports.mine.answer)
"""
    with lab.kernel(prefix, "2.7", lab.environ(str(tmp_path / "home"))) as kernel:
        assert kernel.run(code).strip() == "42"
