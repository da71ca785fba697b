"""What cannot be read because the disk does not answer, and what is as good as not there."""

from __future__ import annotations

import errno
import os

import pytest

from kernelsync.probe.elf import program_at
from kernelsync.probe.files import read_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SILENT = "/proc/self/mem"
"""A regular file whose first bytes cannot be read: the system answers with EIO."""


@pytest.mark.parametrize("read", [program_at, lambda path: read_start(path, 16)])
def test_a_disk_that_does_not_answer_is_an_error(
    read: Callable[[str], object], tmp_path: Path
) -> None:
    """Nobody may take a program for broken, or a file for empty, that could not be read."""
    link = str(tmp_path / "python")
    os.symlink(_SILENT, link)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)) as caught:
        read(link)
    assert caught.value.filename == link


def test_what_is_not_there_is_no_program(tmp_path: Path) -> None:
    """Its absence is told elsewhere."""
    assert not program_at(str(tmp_path / "python")).is_elf
