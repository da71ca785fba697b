"""What is left of a missing environment tells whether it is certain that it is gone."""

from __future__ import annotations

import os

from kernelsync.model.environment import Absence, Trace
from kernelsync.probe.trace import look_for
from support.probe_trees import link, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def test_a_gone_environment_beside_others_is_gone(tmp_path: Path) -> None:
    """Its container is there, with other things in it."""
    write(f"{tmp_path}/envs/other/pyvenv.cfg")
    assert look_for(f"{tmp_path}/envs/env") == Trace(
        prefix=f"{tmp_path}/envs/env",
        absence=Absence.GONE,
        ancestor=f"{tmp_path}/envs",
        ancestor_inode=os.stat(f"{tmp_path}/envs").st_ino,
        missing=1,
    )


def test_an_empty_directory_above_may_be_a_mount_point(tmp_path: Path) -> None:
    """The nearest directory that still exists has no entry."""
    os.makedirs(f"{tmp_path}/mnt")
    trace = look_for(f"{tmp_path}/mnt/disk/envs/env")
    assert trace.absence is Absence.GONE
    assert (trace.ancestor, trace.ancestor_empty) == (f"{tmp_path}/mnt", True)


def test_a_link_is_followed_to_where_its_disk_was(tmp_path: Path) -> None:
    """~/.virtualenvs -> /mnt/disk/envs, and the disk is not mounted."""
    os.makedirs(f"{tmp_path}/mnt")
    link(f"{tmp_path}/mnt/disk/envs", f"{tmp_path}/home/.virtualenvs")
    trace = look_for(f"{tmp_path}/home/.virtualenvs/env")
    assert (trace.prefix, trace.ancestor) == (
        f"{tmp_path}/home/.virtualenvs/env",
        f"{tmp_path}/mnt",
    )
    assert trace.ancestor_empty


def test_a_directory_that_is_there_is_present(tmp_path: Path) -> None:
    """Also when it is no environment any more."""
    os.makedirs(f"{tmp_path}/env")
    assert look_for(f"{tmp_path}/env").absence is Absence.PRESENT


def test_a_file_in_its_place_is_no_environment(tmp_path: Path) -> None:
    """The environment is gone."""
    write(f"{tmp_path}/env")
    trace = look_for(f"{tmp_path}/env")
    assert (trace.absence, trace.ancestor) == (Absence.GONE, str(tmp_path))


def test_a_file_above_means_gone(tmp_path: Path) -> None:
    """Something else took the container's name."""
    write(f"{tmp_path}/envs")
    trace = look_for(f"{tmp_path}/envs/env")
    assert (trace.absence, trace.ancestor) == (Absence.GONE, str(tmp_path))


def test_a_loop_gives_no_answer(tmp_path: Path) -> None:
    """Nothing may be removed for it."""
    link(f"{tmp_path}/loop", f"{tmp_path}/loop")
    assert look_for(f"{tmp_path}/loop/env").absence is Absence.UNREADABLE


def test_a_name_that_is_too_long_gives_no_answer(tmp_path: Path) -> None:
    """An error that is not absence."""
    assert look_for(f"{tmp_path}/{'x' * 300}").absence is Absence.UNREADABLE


def test_an_impossible_path_gives_no_answer() -> None:
    """A mark may say anything."""
    assert look_for("/a\0b").absence is Absence.UNREADABLE
