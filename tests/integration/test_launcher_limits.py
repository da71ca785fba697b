"""What is lent is found by who needs it, and seen by nobody else; and what if it is not there."""

from __future__ import annotations

import fcntl
import json
import os
import shutil

import pytest

from kernelsync.runtimes.pins import pins_for
from support.borrowed_kernel import launch_argv, running
from support.conflicts import environment
from support.lab import key_of
from support.other_pythons import CPYTHONS, OTHERS
from support.processes import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.lab import Lab

pytestmark = pytest.mark.real_tools

_METADATA = """
import importlib.metadata as metadata, json
listed = {each.metadata["Name"].lower() for each in metadata.distributions()}
entries = metadata.entry_points()
group = entries.select(group="pygments.lexers") if hasattr(entries, "select") else (
    entries["pygments.lexers"])
print(json.dumps({
    "version": metadata.version("ipykernel"),
    "other_spelling": metadata.version("Jupyter.Client"),
    "listed": sorted(listed & {"ipykernel", "traitlets", "ipython"}),
    "entries": sorted(each.name for each in group),
    "own_path": [str(each) for each in metadata.distributions(name="ipykernel", path=[])],
}))
"""


@pytest.mark.parametrize("minor", ["3.8", "3.10", "3.13", *OTHERS])
def test_metadata_are_found_by_name_and_not_listed(minor: str, lab: Lab, tmp_path: Path) -> None:
    """Versions and entry points can be looked up; what is installed is the environment's."""
    with lab.kernel(lab.bare(minor), minor, lab.environ(str(tmp_path))) as kernel:
        seen = json.loads(kernel.run(_METADATA))
    pins = {pin.name: pin.version for pin in pins_for(key_of(minor)).pins}
    assert seen["version"] == pins["ipykernel"]
    assert seen["other_spelling"] == pins["jupyter-client"]
    assert seen["listed"] == []
    assert "ipython3" in seen["entries"]
    assert seen["own_path"] == []


_PKG_RESOURCES = """
import warnings
warnings.simplefilter("ignore")
import sys
before = list(sys.path)
import pkg_resources
print(pkg_resources.get_distribution("ipykernel").version)
print(pkg_resources.require("jupyter_client")[0].project_name)
print([str(each) for each in pkg_resources.working_set if each.key == "ipykernel"])
print(sys.path == before)
"""


@pytest.mark.parametrize("minor", ["2.7", "3.7"])
def test_pkg_resources_finds_by_name_as_well(minor: str, lab: Lab, tmp_path: Path) -> None:
    """It keeps a list of its own; nor does `pip list` show what is lent."""
    prefix = lab.make(str(tmp_path / "environment"), minor, pip=True)
    with lab.kernel(prefix, minor, lab.environ(str(tmp_path / "home"))) as kernel:
        version, name, listed, is_same_path = kernel.run(_PKG_RESOURCES).splitlines()
        shown = kernel.run("!pip list --disable-pip-version-check 2>/dev/null")
        where = kernel.run("!pip --version 2>/dev/null")
    assert version.split(".")[0] in {"4", "6"}
    assert name.lower().replace("_", "-") == "jupyter-client"
    assert (listed, is_same_path) == ("[]", "True")
    assert "ipykernel" not in shown
    assert "setuptools" in shown
    assert prefix in where


def test_the_user_can_install_what_is_lent(lab: Lab, tmp_path: Path) -> None:
    """`%pip install decorator` installs into the environment, and is used from the next start."""
    prefix = lab.make(str(tmp_path / "environment"), "3.9", pip=True)
    environ = lab.environ(str(tmp_path / "home"), **lab.tools.network)
    where = "import decorator; print(decorator.__file__)"
    with lab.kernel(prefix, "3.9", environ) as kernel:
        assert not kernel.run(where).startswith(prefix)
        kernel.run("%pip install --quiet --disable-pip-version-check decorator")
    with lab.kernel(prefix, "3.9", environ) as kernel:
        assert kernel.run(where).startswith(prefix)


_PLOT = """
import os
import matplotlib.pyplot as plt
figure = plt.plot([1, 2])
plt.show()
print(plt.get_backend(), os.environ.get("MPLBACKEND"))
!python -c "import matplotlib.pyplot as plt; print('child', plt.get_backend())"
"""


@pytest.mark.parametrize("minor", ["3.11", *CPYTHONS])
def test_plots_are_inline_and_scripts_keep_their_backend(
    minor: str, lab: Lab, tmp_path: Path
) -> None:
    """MPLBACKEND, which names a module of the runtime, is not inherited."""
    prefix = lab.make(str(tmp_path / "environment"), minor)
    lab.install(prefix, minor, "--only-binary", ":all:", "matplotlib")
    with lab.kernel(prefix, minor, lab.environ(str(tmp_path / "home"))) as kernel:
        shown = kernel.run(_PLOT)
        own = kernel.run("import numpy; print(numpy.__file__)")
    assert "image/png" in shown
    assert "inline" in shown.split("child")[0]
    assert shown.split("child")[0].strip().endswith("None")
    assert "agg" in shown.split("child")[1].lower()
    assert own.startswith(prefix)


def _with_own_kernel(lab: Lab, prefix: str) -> str:
    lab.make(prefix, "3.10")
    lab.install(prefix, "3.10", "ipykernel==6.28.0")
    return os.path.realpath(prefix)


def test_an_ipykernel_of_its_own_is_used_unless_it_is_broken(lab: Lab, tmp_path: Path) -> None:
    """Installed by now: native, path and all. Broken: borrowed, with its traceback on stderr."""
    prefix = _with_own_kernel(lab, str(tmp_path / "environment"))
    environ = lab.environ(str(tmp_path / "home"))
    code = "import ipykernel, os, sys; print(ipykernel.__file__, os.environ.get('MPLBACKEND'))"
    path = "import json, sys; print(json.dumps(sys.path))"
    native = [f"{prefix}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    with running(native, environ, cwd=environ["HOME"]) as kernel:
        plain = kernel.run(code), kernel.run(path)
    with lab.kernel(prefix, "3.10", environ) as kernel:
        assert (kernel.run(code), kernel.run(path)) == plain
    shutil.rmtree(f"{lab.site(prefix)}/tornado")
    with open(tmp_path / "log", "w+", encoding="utf-8") as log:
        with lab.kernel(prefix, "3.10", environ, stderr=log.fileno()) as kernel:
            assert kernel.run("import ipykernel; print(ipykernel.__version__)").strip() == "6.29.5"
            shown = kernel.interrupted("import time; print('begun'); time.sleep(60)", "begun")
            assert "KeyboardInterrupt" in shown
        log.seek(0)
        said = log.read()
    assert "No module named 'tornado'" in said
    assert f"kernelsync: The ipykernel of {prefix} does not start" in said


def test_without_a_runtime_it_says_what_to_do(lab: Lab, tmp_path: Path) -> None:
    """Not only is there no kernel: the message names the environment and the command."""
    lab.runtime("3.12")
    python = f"{lab.bare('3.12')}/bin/python"
    argv = launch_argv(python, f"{lab.runtimes}/cp312-none")
    done = run(argv, environ=lab.environ(str(tmp_path))).expect(1)
    assert lab.bare("3.12") in done.stderr
    assert "kernelsync runtime install 3.12" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("minor", ["2.7", "3.12"])
def test_a_damaged_runtime_is_named_with_its_repair(minor: str, lab: Lab, tmp_path: Path) -> None:
    """What is left of it does not start: the last lines on stderr say what to do."""
    key = str(tmp_path / "runtimes" / "key")
    build = os.path.realpath(f"{lab.runtime(minor)}/current")
    shutil.copytree(build, f"{key}/builds/one", symlinks=True)
    os.symlink("builds/one", f"{key}/current")
    shutil.copy(f"{lab.runtimes}/launch.py", str(tmp_path / "runtimes"))
    shutil.rmtree(f"{key}/builds/one/site/zmq/backend")
    argv = launch_argv(f"{lab.bare(minor)}/bin/python", key)
    done = run(argv, environ=lab.environ(str(tmp_path / "home"))).expect(1)
    *_, blamed, way_out = done.stderr.splitlines()
    assert key in blamed
    assert f"`kernelsync runtime install {minor}`" in way_out


def test_a_running_kernel_keeps_its_build(lab: Lab, tmp_path: Path) -> None:
    """It shares a lock on it, which children do not inherit; a new build changes nothing."""
    key = str(tmp_path / "runtimes" / "key")
    build = os.path.realpath(f"{lab.runtime('3.12')}/current")
    shutil.copytree(build, f"{key}/builds/one", symlinks=True)
    os.symlink("builds/one", f"{key}/current")
    shutil.copy(f"{lab.runtimes}/launch.py", str(tmp_path / "runtimes"))
    argv = launch_argv(f"{lab.bare('3.12')}/bin/python", key)
    environ = lab.environ(str(tmp_path / "home"))
    with open(f"{key}/builds/one/in-use", encoding="utf-8") as in_use:
        with running(argv, environ, cwd=environ["HOME"]) as kernel:
            kernel.run("import subprocess; child = subprocess.Popen(['sleep', '300'])")
            os.symlink("builds/two", f"{key}/new")
            os.rename(f"{key}/new", f"{key}/current")
            assert kernel.run("import debugpy; print('found')").strip() == "found"
            with pytest.raises(BlockingIOError):
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            child = int(kernel.run("print(child.pid)"))
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.kill(child, 9)


_CITIZEN = """
import importlib, importlib.util, pkgutil, sys, textwrap
assert importlib.util.find_spec("no_such_module_anywhere") is None
assert importlib.util.find_spec("json") is not None
assert "traitlets" not in {each.name for each in pkgutil.iter_modules()}
import traitlets, pickle, inspect
assert "class HasTraits" in inspect.getsource(traitlets.HasTraits)
assert pickle.loads(pickle.dumps(traitlets.TraitError)) is traitlets.TraitError
assert importlib.reload(sys.modules["traitlets"]) is traitlets
importlib.invalidate_caches()
import pytest
print("ended with", int(pytest.main(["-q", "-p", "no:cacheprovider", "test_one.py"])), ".")
"""


def test_import_hooks_of_others_work_beside_ours(lab: Lab, tmp_path: Path) -> None:
    """Pytest rewrites assertions by a finder of its own, from inside the kernel."""
    prefix = str(tmp_path / "environment")
    environment(lab.tools.pyenv.python("3.12"), "pytest", prefix, lab.tools.network, whole=True)
    environ = lab.environ(str(tmp_path / "home"))
    with open(f"{environ['HOME']}/test_one.py", "w", encoding="utf-8") as file:
        file.write("def test_one():\n    assert [1] == [1]\n")
    with lab.kernel(prefix, "3.12", environ) as kernel:
        assert "ended with 0 ." in kernel.run(_CITIZEN)
