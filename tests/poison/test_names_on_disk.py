"""Names that were made to hurt, as directories: found, published, shown, and started by Jupyter."""

from __future__ import annotations

import os
import string
import subprocess
import tempfile

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from kernelsync.cli.render.escape import escape
from support.poison import NAMES, shown
from support.poisoned import COMMANDS, Poisoned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


_WIDTH = 80

every_name = pytest.mark.parametrize("name", NAMES, ids=shown)
every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@pytest.fixture(scope="module")
def user() -> Iterator[Poisoned]:
    """Return a user with all of them."""
    with tempfile.TemporaryDirectory(prefix="kernelsync-poison-") as home:
        yield Poisoned(home)


@every_name
def test_it_is_a_kernel_or_there_is_a_problem(user: Poisoned, name: str) -> None:
    """Nothing is passed over in silence."""
    prefix = user.prefix(name)
    told = [each for each in user.problems if _is_about(each["path"], prefix)]
    if prefix in user.kernels_of:
        assert not told
        assert user.states[prefix] == "kernel"
    else:
        # What is hidden among environments is what tools keep there for themselves.
        assert told or name.startswith(".") or user.states[prefix] == "excluded"


@every_name
def test_jupyter_starts_what_we_mean(user: Poisoned, name: str) -> None:
    """Its own interpreter, with its own PATH, whatever Jupyter replaces on the way."""
    prefix = user.prefix(name)
    kernel = user.kernels_of.get(prefix)
    if kernel is None:
        # Nobody starts it: the test above says why.
        assert not any(prefix in each["argv"][0] for each in user.documents().values())
        return
    user.let_pythons_tell()
    manager = KernelManager(
        kernel_name=kernel,
        connection_file="/run/connection.json",
        kernel_spec_manager=KernelSpecManager(
            kernel_dirs=[user.path(".local/share/jupyter/kernels")], ensure_native_kernel=False
        ),
    )
    assert manager.kernel_spec is not None
    command = manager.format_kernel_cmd()
    outside = {"PATH": "/usr/bin:/bin"}
    # As KernelProvisionerBase does it.
    environ = {
        key: string.Template(value).safe_substitute(outside)
        for key, value in manager.kernel_spec.env.items()
    }
    done = subprocess.run(command, env={**outside, **environ}, capture_output=True, check=True)
    told = [os.fsdecode(each) for each in done.stdout.split(b"\0")[:-1]]
    *argv, active, path = told
    assert argv[0] == f"{prefix}/bin/python"
    assert argv[-4:] == ["-m", "ipykernel_launcher", "-f", "/run/connection.json"]
    assert active == prefix
    # These have no pip: what stands in for it comes next.
    stand_ins = user.path(".local/share/kernelsync/runtimes/bin")
    assert path == f"{prefix}/bin:{stand_ins}:/usr/bin:/bin"


@every_command
def test_what_is_said_is_harmless(user: Poisoned, command: tuple[str, ...]) -> None:
    """No line holds anything that a terminal obeys, and none begins as another does."""
    said = user.said[command]
    lines = f"{said.stdout}{said.stderr}".split("\n")
    assert all(line.isprintable() for line in lines)
    assert not any(line.lstrip().startswith(("<3>", "READY=1", "2026-01-01")) for line in lines)


def test_the_table_has_one_row_for_each(user: Poisoned) -> None:
    """No wider than the terminal, and with the same columns in all."""
    head, *lines = user.said["list",].stdout.split("\n")
    at = head.index("PYTHON")
    rows = {line.split()[0]: line for line in lines if line[at : at + 7] == "3.12.1 "}
    assert rows.keys() >= set(user.kernels_of.values())
    assert all(len(row) <= _WIDTH for row in rows.values() if row.isascii())


@pytest.mark.parametrize("name", NAMES[::12], ids=shown)
def test_each_is_explained_by_its_path(user: Poisoned, name: str) -> None:
    """On a command line it is an argument like any other."""
    said = user.kernelsync("explain", user.prefix(name))
    assert said.code in (0, 1), said
    assert all(line.isprintable() for line in f"{said.stdout}{said.stderr}".split("\n"))


def test_removed_ones_are_shown_by_undo(user: Poisoned) -> None:
    """And come back to the byte."""
    before = user.documents()
    user.kernelsync("clean").expect(0)
    assert user.kernels() == set()
    listing = user.kernelsync("undo", "--list").expect(0).stdout
    assert all(line.isprintable() for line in listing.split("\n"))
    assert all(name in listing for name in before)
    user.kernelsync("undo").expect(0)
    assert user.documents() == before


def _is_about(path: str | None, prefix: str) -> bool:
    return path is not None and path in (prefix, escape(prefix), ascii(prefix)[1:-1])
