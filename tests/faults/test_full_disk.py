"""A disk that is really full, of bytes or of inodes: nothing is lost, and all is told."""

from __future__ import annotations

import contextlib
import os
import shutil

import pytest

from support import controls
from support.invariants import Invariants
from support.trees import make_base, make_venv, write
from support.watching_faults import MOUNTS, in_child, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.outcome import PassResult

_SIZES = ("size=512k,nr_inodes=400", "size=4m,nr_inodes=60")


def _codes(result: PassResult) -> list[str]:
    return sorted({problem.code for problem in result.problems})


def _fill(directory: str) -> None:
    """Take what is left of bytes and inodes."""
    with contextlib.suppress(OSError), open(f"{directory}/ballast", "wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            continue
    with contextlib.suppress(OSError):
        for number in range(10_000):
            os.mkdir(f"{directory}/empty-{number}")


def _on_a_full_disk(directory: str, options: str) -> dict[str, object]:
    home = f"{directory}/home"
    data = f"{home}/.local/share/jupyter"
    base = make_base(f"{directory}/python")
    os.makedirs(data)
    run("mount", "-t", "tmpfs", "-o", options, "none", data)
    for name in ("same", "changed", "doomed"):
        make_venv(f"{home}/.venvs/{name}", base=base)
    controls.pass_over("ours", home)
    invariants = Invariants(f"{data}/kernels", f"{home}/.venvs")
    make_venv(f"{home}/.venvs/fresh", base=base)
    write(f"{home}/.venvs/changed/share/jupyter/kernels/python3/logo-64x64.png", b"other")
    _fill(data)
    refused = controls.pass_over("ours", home)
    after = {"refused": _codes(refused), "wrong": invariants.violations()}
    shutil.rmtree(f"{home}/.venvs/fresh")
    shutil.rmtree(f"{home}/.venvs/changed")
    shutil.copytree(f"{home}/.venvs/same", f"{home}/.venvs/changed", symlinks=True)
    os.unlink(f"{data}/ballast")
    for entry in os.listdir(data):
        if entry.startswith("empty-"):
            os.rmdir(f"{data}/{entry}")
    shutil.rmtree(f"{home}/.venvs/doomed")
    healed = controls.pass_over("ours", home)
    return {**after, "healed": _codes(healed), "unsettled": invariants.unsettled()}


@pytest.mark.parametrize("options", _SIZES, ids=["bytes", "inodes"])
def test_a_full_disk_loses_nothing_and_is_told(tmp_path: Path, options: str) -> None:
    """Old kernelspecs stand as they were; with room again, all is as it should be."""
    found = in_child(_on_a_full_disk, MOUNTS, str(tmp_path), options)
    assert found["refused"], found
    assert found["wrong"] == []
    assert (found["healed"], found["unsettled"]) == ([], [])


def _remove_on_a_full_disk(directory: str, options: str) -> dict[str, object]:
    home = f"{directory}/home"
    data = f"{home}/.local/share/jupyter"
    base = make_base(f"{directory}/python")
    os.makedirs(data)
    run("mount", "-t", "tmpfs", "-o", options, "none", data)
    for name in ("same", "other", "doomed"):
        make_venv(f"{home}/.venvs/{name}", base=base)
    controls.pass_over("ours", home)
    invariants = Invariants(f"{data}/kernels", f"{home}/.venvs")
    shutil.rmtree(f"{home}/.venvs/doomed")
    _fill(data)
    refused = controls.pass_over("ours", home)
    found = {"refused": _codes(refused), "wrong": invariants.violations()}
    _free_a_little(data)
    result = controls.pass_over("ours", home)
    return {**found, "problems": _codes(result), "unsettled": invariants.unsettled()}


def _free_a_little(directory: str) -> None:
    """Give back what a directory and a note take, and no more."""
    size = os.path.getsize(f"{directory}/ballast")
    os.truncate(f"{directory}/ballast", max(size - 8192, 0))
    for entry in sorted(os.listdir(directory)):
        if entry in {"empty-0", "empty-1", "empty-2"}:
            os.rmdir(f"{directory}/{entry}")


@pytest.mark.parametrize("options", _SIZES, ids=["bytes", "inodes"])
def test_removing_needs_no_more_room_than_a_note(tmp_path: Path, options: str) -> None:
    """Without even that the kernelspec stays whole, and is said to have stayed."""
    found = in_child(_remove_on_a_full_disk, MOUNTS, str(tmp_path), options)
    told = {"refused": ["kernel-not-removed"], "wrong": []}
    assert found == {**told, "problems": [], "unsettled": []}
