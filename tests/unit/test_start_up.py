"""What a pass that finds nothing to do imports: each module costs, all of them decide."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from support.probe_trees import make_base, make_ready, provide_kernel
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
before = set(sys.modules)
from kernelsync.cli.main import main
code = main(["once", "--quiet"])
modules = sorted(set(sys.modules) - before)
import json
print(json.dumps([code, modules]))
"""
MOST_MODULES = 70
"""Ours that such a pass imports; each costs about one hundredth of a start of Python."""

DEAR = frozenset(
    {
        *("argparse", "ast", "ctypes", "dataclasses", "hashlib", "inspect", "logging", "pathlib"),
        *("collections", "enum", "functools", "json", "re"),
        *("platformdirs", "psutil", "shutil", "subprocess", "tempfile", "typing", "urllib"),
        *("watchdog", "yaml"),
    }
)
"""Modules of which each costs between a quarter of a start of Python and several."""


def run(tmp_path: Path) -> tuple[int, frozenset[str]]:
    """Run `once` in a home of its own; return its exit code and the modules it imported."""
    home = f"{tmp_path}/home"
    os.makedirs(f"{tmp_path}/run", mode=0o700, exist_ok=True)
    environ = {
        "HOME": home,
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.path.abspath(f"{__file__}/../../../src"),
        "PYENV_ROOT": f"{tmp_path}/pyenv",
        "XDG_RUNTIME_DIR": f"{tmp_path}/run",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environ, capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, frozenset(modules)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Return what a pass imports when everything is as the pass before left it."""
    tmp_path = tmp_path_factory.mktemp("start-up")
    base = make_base(f"{tmp_path}/python")
    for name in ("one", "two"):
        prefix = f"{tmp_path}/home/.virtualenvs/{name}"
        make_ready(prefix, base)
        provide_kernel(prefix)
    made = time.time()
    # What has just changed is not remembered: the clocks of file systems are coarse.
    wait_until(lambda: time.time() > made + 2.1)
    assert run(tmp_path)[0] == 0
    code, modules = run(tmp_path)
    assert code == 0
    return modules


def test_a_pass_without_changes_imports_few_modules(imported: frozenset[str]) -> None:
    """Nothing is imported that only writing, probing, rules or mistakes need."""
    ours = sorted(name for name in imported if name.startswith("kernelsync"))
    assert len(ours) <= MOST_MODULES, f"{len(ours)} modules: {' '.join(ours)}"


def test_a_pass_without_changes_imports_nothing_dear(imported: frozenset[str]) -> None:
    """One of these alone would cost more than the whole pass should."""
    assert not DEAR & {name.partition(".")[0] for name in imported}


@pytest.mark.parametrize(
    "module",
    [
        "cli.parser",
        "config.parsing",
        "kernelspecs.files",
        "kernelspecs.writer",
        "locators.problems",
        "locators.requested",
        "locators.tree",
        "locators.watching",
        "planning.absence",
        "planning.globs",
        "planning.guard",
        "planning.specifiers",
        "probe.condense",
        "probe.probe",
        "probe.trace",
    ],
)
def test_a_part_that_is_not_needed_is_not_imported(imported: frozenset[str], module: str) -> None:
    """The module exists, and a pass without changes does without it."""
    assert find_spec(f"kernelsync.{module}") is not None
    assert f"kernelsync.{module}" not in imported
