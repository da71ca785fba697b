"""The proof that a run changed nothing."""

from __future__ import annotations

import os

from changes import differences, snapshot, started_programs, writing_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_differs_if_nothing_happened(tmp_path: Path) -> None:
    """Reading a file is not a change."""
    (tmp_path / "file").write_text("text")
    before = snapshot(str(tmp_path))
    (tmp_path / "file").read_text()

    assert differences(before, snapshot(str(tmp_path))) == []


def test_a_file_that_is_replaced_by_its_like_differs(tmp_path: Path) -> None:
    """Same name, size and time, but another inode: it was written."""
    file = tmp_path / "file"
    file.write_text("text")
    before = snapshot(str(tmp_path))
    facts = file.stat()
    (tmp_path / "new").write_text("text")
    os.utime(tmp_path / "new", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    (tmp_path / "new").rename(file)

    assert str(file) in differences(before, snapshot(str(tmp_path)))


def test_new_and_vanished_files_differ(tmp_path: Path) -> None:
    """Both are named, with the directory that they are in."""
    (tmp_path / "old").touch()
    before = snapshot(str(tmp_path))
    (tmp_path / "old").unlink()
    (tmp_path / "new").touch()

    assert {f"{tmp_path}/old", f"{tmp_path}/new"} <= set(
        differences(before, snapshot(str(tmp_path)))
    )


def test_only_calls_that_wrote_are_named() -> None:
    """Opening to read, failing, and /dev/null are no writes."""
    lines = [
        '12 openat(AT_FDCWD, "/home/a", O_RDONLY|O_CLOEXEC) = 3',
        '12 openat(AT_FDCWD, "/dev/null", O_RDWR) = 3',
        '12 mkdir("/home/b", 0777) = -1 EEXIST (File exists)',
        '12 openat(AT_FDCWD, "/home/c", O_WRONLY|O_CREAT, 0666) = 3',
        '12 rename("/home/d", "/home/e") = 0',
    ]

    assert writing_calls(lines) == lines[3:]


def test_the_measured_program_itself_is_not_counted() -> None:
    """The first execve is its own start; failed ones on the way through PATH started nothing."""
    lines = [
        '12 execve("/venv/bin/kernelsync", ["kernelsync", "once"], 0x7ffc /* 9 vars */) = 0',
        '13 execve("/bin/git", ["git"], 0x7ffc /* 9 vars */) = -1 ENOENT (No such file)',
        '13 execve("/usr/bin/git", ["git"], 0x7ffc /* 9 vars */) = 0',
    ]

    assert started_programs(lines) == lines[2:]
