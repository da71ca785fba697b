"""The problems that a search reports."""

from __future__ import annotations

from kernelsync.model.problem import Problem


def shown(path: str) -> str:
    """Return a path that every output can encode: undecodable bytes become escapes."""
    if path.isascii():
        return path
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def unreadable(path: str, error: OSError, root: str) -> Problem:
    """Say that something below `root` could not be seen, so that nothing there may go."""
    why = error.strerror or type(error).__name__
    return Problem(
        code="root-unreadable",
        message=f"{shown(path)} cannot be read: {why}",
        path=shown(path),
        hint="No kernel from there is removed until it can be read; check its permissions.",
        root=root,
    )


def missing(path: str) -> Problem:
    """Say that a directory that was asked for is not there."""
    return Problem(
        code="root-missing",
        message=f"{shown(path)} does not exist",
        path=shown(path),
        hint="Check the spelling; a relative path counts from the working directory.",
    )


def unusable_name(path: str) -> Problem:
    """Say that a path has bytes which are not text, and so cannot stand in kernel.json."""
    return Problem(
        code="unusable-name",
        message=f"{shown(path)} has a name that is not UTF-8, and cannot become a kernel",
        path=shown(path),
        hint="Rename the directory, or make the environment again under another name.",
    )


def unusable_path(path: str, why: str) -> Problem:
    """Say that a path has characters by which a kernel could not start."""
    return Problem(
        code="unusable-path",
        message=f"{shown(path)} cannot become a kernel: its path contains {why}",
        path=shown(path),
        hint="Rename the directory, or make the environment again under another name.",
    )


def bad_tool_settings(path: str, why: str) -> Problem:
    """Say that a tool's own settings, which may name a root, could not be understood."""
    return Problem(
        code="tool-settings-unreadable",
        message=f"{shown(path)} cannot be understood: {why}",
        path=shown(path),
        hint="Correct it, or name the directory under `sources` in kernelsync's settings.",
    )
