"""A new settings file, written only where there is none."""

from __future__ import annotations

import os

from kernelsync.errors import UsageError


def write_example(path: str, text: str) -> None:
    """Write a settings file that appears at once and whole, and replaces nothing.

    Only the user may read it, because variables for kernels may be secrets.

    Raises:
        UsageError: If there is something at the path already, or it cannot be written.
    """
    try:
        _write_new(path, text.encode())
    except FileExistsError as error:
        message = f"{path} is there already, and stays as it is"
        raise UsageError(message, path=path, hint="edit it, or remove it first") from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise UsageError(message, path=path, hint="name another file with --config") from error


def _write_new(path: str, content: bytes) -> None:
    directory = os.path.dirname(path) or "."
    if not os.path.lexists(directory):
        os.makedirs(directory, mode=0o700)
    staged = os.path.join(directory, f".{os.path.basename(path)}.{os.getpid()}.new")
    # One may be left of a process that was killed, and whose id this one has now.
    _discard(staged)
    try:
        _write(staged, content)
        _publish(staged, path)
    finally:
        _discard(staged)


def _discard(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _write(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)


def _publish(staged: str, path: str) -> None:
    """Give a file its name, unless something has that name: `os.rename` would replace it."""
    try:
        os.link(staged, path)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has hard links; then the name is taken first.
        with open(staged, "rb") as source:
            _write(path, source.read())
