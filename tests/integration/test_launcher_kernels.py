"""Kernels of environments without ipykernel do what kernels do, on every Python."""

from __future__ import annotations

import json
import os

import pytest

from support.borrowed_kernel import CellError, running
from support.lab import ALL_MINORS
from support.other_pythons import OTHERS
from support.snapshots import contents, identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from support.borrowed_kernel import Kernel
    from support.lab import Lab

pytestmark = pytest.mark.real_tools

_FACTS = """
import json, os, subprocess, sys
code = "import json, os, sys; print(json.dumps([sys.prefix, sys.path, sorted(os.environ)]))"
child = json.loads(subprocess.check_output(["python", "-c", code]).decode())
lookup = subprocess.call(["python", "-c", "import traitlets"], stderr=open(os.devnull, "w"))
in_shell = !python -c "import sys; print(sys.prefix)"
print(json.dumps({
    "prefix": sys.prefix,
    "virtual_env": os.environ.get("VIRTUAL_ENV"),
    "first": os.environ["PATH"].split(":")[0],
    "path": sys.path,
    "argv": sys.argv,
    "child": child,
    "child_has_traitlets": lookup == 0,
    "in_shell": list(in_shell),
}))
"""


def facts(kernel: Kernel) -> dict[str, Any]:
    """Return what a cell sees of its environment, and what programs see that it starts."""
    found: dict[str, Any] = json.loads(kernel.run(_FACTS))
    return found


@pytest.mark.parametrize("minor", ALL_MINORS)
def test_a_bare_environment_has_a_kernel(minor: str, lab: Lab, tmp_path: Path) -> None:
    """It is in the environment, lends nothing to the programs it starts, and leaves no trace."""
    prefix = lab.bare(minor)
    before = contents(prefix), identities(prefix)
    with lab.kernel(prefix, minor, lab.environ(str(tmp_path))) as kernel:
        seen = facts(kernel)
    assert seen["prefix"] == prefix
    assert seen["virtual_env"] == prefix
    assert seen["first"] == f"{prefix}/bin"
    assert seen["in_shell"] == [prefix]
    assert os.path.basename(seen["argv"][0]) == "ipykernel_launcher.py"
    assert seen["argv"][1] == "-f"
    child_prefix, child_path, child_variables = seen["child"]
    assert child_prefix == prefix
    assert not seen["child_has_traitlets"]
    assert not any(lab.runtimes in each for each in child_path)
    assert not {"PYTHONPATH", "PYTHONHOME", "MPLBACKEND"} & set(child_variables)
    # What IPython adds itself, in every kernel.
    added = [each for each in seen["path"] if each not in child_path]
    extensions = os.path.join("IPython", "extensions")
    assert all(each.endswith((extensions, ".ipython")) for each in added)
    assert (contents(prefix), identities(prefix)) == before


def _asked(kernel: Kernel) -> None:
    kernel.run("import os\ndef add(one, other):\n    'Adds two things.'\n    return one + other")
    assert "getcwd" in str(kernel.ask("complete", "os.getcw", 8)["matches"])
    assert "Adds two things" in str(kernel.ask("inspect", "add", 3)["data"])
    assert kernel.ask("is_complete", "for each in x:")["status"] == "incomplete"
    is_old = kernel.run("import sys; print(sys.version_info[0])").strip() == "2"
    read = "raw_input" if is_old else "input"
    assert kernel.run(f"print({read}('name? ') * 2)", "ab").strip().endswith("abab")
    with pytest.raises(CellError, match="ZeroDivisionError"):
        kernel.run("def divide(by):\n    return 1 / by\ndivide(0)")
    slow = "import sys, time\nprint('begun'); sys.stdout.flush()\ntime.sleep(60)"
    assert "KeyboardInterrupt" in kernel.interrupted(slow, "begun")
    assert kernel.run("print(add(2, 3))").strip() == "5"


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.7", "3.9", "3.13", *OTHERS])
def test_it_answers_what_a_kernel_is_asked(minor: str, lab: Lab, tmp_path: Path) -> None:
    """Completion, inspection, input, a traceback, an interrupt, and it goes on."""
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        _asked(kernel)


_POOL = """
import importlib.util, json, multiprocessing, operator
context = multiprocessing.get_context({0!r})
with context.Pool(2) as pool:
    print(json.dumps(pool.map(operator.neg, [1, 2, 3])))
    print(pool.apply(importlib.util.find_spec, ["traitlets"]))
"""


@pytest.mark.parametrize("way", ["spawn", "forkserver"])
@pytest.mark.parametrize("minor", ["3.6", "3.8", "3.12", *OTHERS])
def test_processes_work_and_borrow_nothing(minor: str, way: str, lab: Lab, tmp_path: Path) -> None:
    """Whether spawned, or forked by the server that is the default since 3.14."""
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        assert kernel.run(_POOL.format(way)).split() == ["[-1,", "-2,", "-3]", "None"]


@pytest.mark.parametrize("minor", ["2.7", "3.11", *OTHERS])
def test_a_bare_interpreter_has_no_virtual_env(minor: str, lab: Lab, tmp_path: Path) -> None:
    """The server's VIRTUAL_ENV does not leak in; pyenv's shims agree with the kernel."""
    root = str(tmp_path / "pyenv")
    os.makedirs(f"{root}/shims")
    real = lab.tools.pyenv.prefix(minor)
    version = os.path.join(root, "versions", os.path.basename(real))
    os.makedirs(version)
    for name in ("bin", "include", "lib", "share"):
        os.symlink(os.path.join(real, name), os.path.join(version, name))
    with lab.kernel(version, minor, lab.environ(str(tmp_path / "home"))) as kernel:
        seen = facts(kernel)
        shown = kernel.run("print(os.environ.get('PYENV_VERSION'))").strip()
    assert seen["virtual_env"] is None
    assert seen["first"] == f"{version}/bin"
    if seen["prefix"] == version:  # with links, some Pythons find themselves where these lead
        assert shown == os.path.basename(version)


def test_activation_can_be_left_to_the_kernelspec(lab: Lab, tmp_path: Path) -> None:
    """With --no-activate, PATH and VIRTUAL_ENV stay as the kernelspec has them."""
    environ = lab.environ(str(tmp_path))
    argv = lab.argv(lab.bare("3.10"), "3.10", "--no-activate")
    with running(argv, environ, cwd=str(tmp_path)) as kernel:
        shown = kernel.run("import os; print(os.environ['PATH'], os.environ['VIRTUAL_ENV'])")
    assert shown.split() == [environ["PATH"], environ["VIRTUAL_ENV"]]


@pytest.mark.parametrize("minor", ["2.7", "3.8", *OTHERS])
def test_the_notebooks_directory_is_importable(minor: str, lab: Lab, tmp_path: Path) -> None:
    """Its modules can be imported, and those with names of a kernel's own do not break it."""
    (tmp_path / "helper.py").write_text("answer = 42\n")
    (tmp_path / "decorator.py").write_text("raise SystemExit('the wrong one')\n")
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        assert kernel.run("import helper; print(helper.answer)").strip() == "42"


def test_safe_path_keeps_the_environments_path(lab: Lab, tmp_path: Path) -> None:
    """With PYTHONSAFEPATH Python adds no directory of ours, and so none is taken away."""
    environ = lab.environ(str(tmp_path), PYTHONSAFEPATH="1")
    with lab.kernel(lab.bare("3.12"), "3.12", environ) as kernel:
        seen = facts(kernel)
    assert [each for each in seen["child"][1] if each not in seen["path"]] == []
