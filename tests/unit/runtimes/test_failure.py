"""What an error of the system comes to while a runtime is built or removed."""

from __future__ import annotations

import errno
import os

import pytest

from kernelsync.runtimes.failure import failure_of


@pytest.mark.parametrize(
    ("number", "code", "advice"),
    [
        (errno.ENOSPC, "disk-full", "free some space"),
        (errno.EDQUOT, "disk-full", "free some space"),
        (errno.EACCES, "runtime-not-written", "see to the permissions"),
        (errno.EROFS, "runtime-not-written", "see to the permissions"),
        (errno.EIO, "runtime-not-written", "see to the disk"),
        (errno.ESTALE, "runtime-not-written", "see to the disk"),
    ],
)
def test_the_hint_is_about_what_is_wrong(number: int, code: str, advice: str) -> None:
    """A disk that does not answer is no matter of permissions."""
    error = OSError(number, os.strerror(number), "/data/runtimes/key")
    problem = failure_of(error, "writing", "/data/runtimes").problem
    assert (problem.code, problem.path) == (code, "/data/runtimes/key")
    assert problem.hint is not None
    assert problem.hint.startswith(advice)
    assert os.strerror(number) in problem.message


def test_an_error_without_a_path_names_the_place_of_the_work() -> None:
    """Whoever reads it should know where to look."""
    problem = failure_of(OSError(errno.EIO, "no answer"), "removing", "/data/runtimes").problem
    assert problem.path == "/data/runtimes"
    assert problem.message == "no answer while removing /data/runtimes"
