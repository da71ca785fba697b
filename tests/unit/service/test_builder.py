"""The process that starts another for a service which can start none."""

from __future__ import annotations

import os
import sys

import pytest

from kernelsync.service.builder import Builder
from support.service import SOURCE
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_ENVIRON = {**os.environ, "PYTHONPATH": SOURCE}


def test_it_builds_each_time_that_it_is_asked(tmp_path: Path) -> None:
    """And says when it is done."""
    made = tmp_path / "made"
    program = f"open({str(made)!r}, 'a').write('x')"
    builder = Builder((sys.executable, "-c", program), _ENVIRON)
    assert not builder.is_building
    for count in (1, 2):
        builder.build()
        wait_until(lambda: not builder.is_building)
        assert made.read_text() == "x" * count
    builder.close()


def test_closing_it_ends_what_it_has_started(tmp_path: Path) -> None:
    """As the end of the service does: nobody else would."""
    begun = tmp_path / "begun"
    program = (
        f"import os, time; open({str(begun)!r} + '.new', 'w').write(str(os.getpid()));"
        f"os.rename({str(begun)!r} + '.new', {str(begun)!r}); time.sleep(60)"
    )
    builder = Builder((sys.executable, "-c", program), _ENVIRON)
    builder.build()
    wait_until(begun.exists)
    assert builder.is_building
    process = int(begun.read_text())
    builder.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_without_the_process_it_says_so(tmp_path: Path) -> None:
    """Somebody has ended it: an error of the system, which the service logs."""
    missing = str(tmp_path / "missing")
    builder = Builder((missing,), _ENVIRON)
    builder.build()
    wait_until(lambda: not builder.is_building)
    with pytest.raises(BrokenPipeError):
        builder.build()
    builder.close()
