"""A new settings file appears whole, or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from kernelsync.config.create import write_example
from kernelsync.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def contents(path: str) -> str:
    """Return the text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def test_writes_the_file_with_its_folders(tmp_path: Path) -> None:
    """Only the user can read it, and nothing else is left behind."""
    path = os.path.join(tmp_path, "a", "b", "config.yaml")
    write_example(path, "include: [é]\n")
    assert contents(path) == "include: [é]\n"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert os.listdir(os.path.dirname(path)) == ["config.yaml"]


def test_never_replaces_a_file(tmp_path: Path) -> None:
    """The user's settings are worth more than an example."""
    path = os.path.join(tmp_path, "config.yaml")
    write_example(path, "mine")
    with pytest.raises(UsageError) as caught:
        write_example(path, "other")
    assert caught.value.message == f"{path} is there already, and stays as it is"
    assert contents(path) == "mine"
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_does_not_write_through_a_dangling_link(tmp_path: Path) -> None:
    """A link is something that is there."""
    path = os.path.join(tmp_path, "config.yaml")
    os.symlink("elsewhere", path)
    with pytest.raises(UsageError):
        write_example(path, "text")
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_says_why_it_cannot_write(tmp_path: Path) -> None:
    """A folder that is a file is the user's to mend."""
    write_example(os.path.join(tmp_path, "file"), "")
    path = os.path.join(tmp_path, "file", "config.yaml")
    with pytest.raises(UsageError) as caught:
        write_example(path, "text")
    assert caught.value.message == f"{path} cannot be written: Not a directory"
