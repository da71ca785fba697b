"""Prove that a run changed nothing: files compared before and after, and system calls read."""

from __future__ import annotations

import os

WRITING_CALLS = (
    "openat", "open", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "truncate", "ftruncate",
    "chmod", "fchmod", "fchmodat", "utimensat", "fsync", "fdatasync",
)  # fmt: skip
OPENING_CALLS = ("openat", "open")
WRITING_FLAGS = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")

Snapshot = dict[str, tuple[int, int, int, int]]
"""Path to inode, size, time of the last change of contents and of the last change at all."""


def snapshot(*tops: str) -> Snapshot:
    """Describe everything below these directories, and the directories themselves."""
    found: Snapshot = {}
    stack = [top for top in tops if os.path.lexists(top)]
    while stack:
        path = stack.pop()
        facts = os.lstat(path)
        found[path] = (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        if os.path.isdir(path) and not os.path.islink(path):
            stack.extend(f"{path}/{name}" for name in os.listdir(path))
    return found


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the paths that are new, gone or changed."""
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )


def writing_calls(lines: list[str]) -> list[str]:
    """Return those lines of strace that tell of a write that succeeded.

    A call that failed wrote nothing; opening a file for reading neither, nor opening
    /dev/null or a terminal.
    """
    return [line for line in lines if _writes(line)]


def _writes(line: str) -> bool:
    _, _, call = line.partition(" ")  # strace -f starts each line with the process id
    name, _, rest = call.strip().partition("(")
    if name not in WRITING_CALLS or " = -1 " in rest or '"/dev/' in rest:
        return False
    if name in OPENING_CALLS:
        return any(flag in rest for flag in WRITING_FLAGS)
    return True


def started_programs(lines: list[str]) -> list[str]:
    """Return the lines of strace that tell of a program that was started, the first excepted."""
    started = [line for line in lines if "execve(" in line and line.rstrip().endswith("= 0")]
    return started[1:]
