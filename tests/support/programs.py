"""Programs of the system that tests need."""

from __future__ import annotations

import shutil


class MissingToolError(AssertionError):
    """A tool that the tests need is not installed: a failure in CI, elsewhere a loud skip."""


def need(program: str) -> str:
    """Return the path of a program.

    Raises:
        MissingToolError: it is not installed.
    """
    found = shutil.which(program)
    if found is None:
        message = f"this test needs {program} (apt-get install {program})"
        raise MissingToolError(message)
    return found
