"""A bug in kernelsync: save the traceback, and say where."""

from __future__ import annotations

import os
import sys
import time

from kernelsync import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def report_bug(given: Sequence[str], exit_code: int) -> int:
    """Save the exception being handled to a file whose path is printed; return the exit code."""
    import traceback  # noqa: PLC0415 - only for a bug

    text = (
        f"kernelsync {__version__}, Python {sys.version}, {sys.platform}\n"
        f"arguments: {list(given)!r}\n\n{traceback.format_exc()}"
    )
    last = text.rstrip().rsplit("\n", 1)[-1]
    place = _save(text)
    where = f"the details are in {place}" if place else f"the details:\n{text}"
    message = f"kernelsync met a bug of its own ({last})"
    if "--json" in given:
        from kernelsync.cli.errors_shown import error_envelope  # noqa: PLC0415 - as above
        from kernelsync.errors import KernelsyncError  # noqa: PLC0415 - as above

        error = KernelsyncError(message, path=place, hint="please report it, with that file")
        error.code = "bug"
        sys.stdout.write(error_envelope(error, given) + "\n")
    sys.stderr.write(f"error: {message}; {where}\n  help: please report it, with that file\n")
    return exit_code


def _save(text: str) -> str | None:
    """Write the report where state belongs, else to the temporary directory."""
    import tempfile  # noqa: PLC0415 - only for a bug

    for directory in (_state_directory(), None):
        try:
            if directory is not None:
                os.makedirs(directory, mode=0o700, exist_ok=True)
            stamp = time.strftime("%Y%m%d-%H%M%S")
            descriptor, path = tempfile.mkstemp(f"-{stamp}.txt", "kernelsync-bug-", directory)
        except OSError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        return path
    return None


def _state_directory() -> str | None:
    from kernelsync.cli.surroundings import read_surroundings  # noqa: PLC0415 - as above
    from kernelsync.errors import KernelsyncError  # noqa: PLC0415 - as above
    from kernelsync.places import state_directory  # noqa: PLC0415 - as above

    try:
        return state_directory(read_surroundings())
    except (KernelsyncError, OSError):
        return None
