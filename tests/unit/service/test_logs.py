"""How log lines look."""

from __future__ import annotations

import io
import logging
import os

import pytest

from kernelsync.service.logs import set_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_logger = logging.getLogger("kernelsync.service.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave the loggers as they were."""
    root = logging.getLogger("kernelsync")
    before = root.handlers, root.propagate, root.level
    yield
    root.handlers, root.propagate = before[0], before[1]
    root.setLevel(before[2])


def _to_people(*, verbose: bool = False, quiet: bool = False) -> io.StringIO:
    stream = io.StringIO()
    set_up(stream, {}, verbose=verbose, quiet=quiet)
    return stream


def test_people_get_the_time_and_the_level_of_what_is_no_mere_news() -> None:
    """A change is just told; a problem says that it is one."""
    stream = _to_people()
    _logger.info("created %s", "thesis")
    _logger.warning("cannot look")
    first, second = stream.getvalue().splitlines()
    assert first[4] == "-"
    assert first.endswith(" created thesis")
    assert second.endswith(" warning: cannot look")


def test_the_journal_gets_priorities_and_no_time(tmp_path: Path) -> None:
    """The journal knows the time; sd-daemon(3) wants the number in front of each line."""
    path = tmp_path / "journal"
    with path.open("w") as stream:
        status = os.fstat(stream.fileno())
        journal = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        set_up(stream, journal, verbose=True, quiet=False)
        _logger.debug("a")
        _logger.info("b")
        _logger.warning("c")
        _logger.error("d")
    assert path.read_text().splitlines() == ["<7>a", "<6>b", "<4>c", "<3>d"]


def test_another_stream_than_the_journals_is_for_people(tmp_path: Path) -> None:
    """`kernelsync run 2>file` inside a unit inherits the variable."""
    path = tmp_path / "file"
    with path.open("w") as stream:
        set_up(stream, {"JOURNAL_STREAM": "1:1"}, verbose=False, quiet=False)
        _logger.warning("c")
    assert not path.read_text().startswith("<")


def test_control_characters_cannot_reach_the_terminal() -> None:
    """Names of directories come from anybody; one message stays one line."""
    stream = _to_people()
    _logger.info("created %s", "a\n<3>b\x1b[2J\u202e\udcff")
    (line,) = stream.getvalue().splitlines()
    assert line.endswith("created a\\n<3>b\\x1b[2J\\u202e\\udcff")


def test_a_traceback_keeps_its_lines(tmp_path: Path) -> None:
    """Each has its priority in the journal."""
    path = tmp_path / "journal"
    with path.open("w") as stream:
        status = os.fstat(stream.fileno())
        journal = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        set_up(stream, journal, verbose=False, quiet=False)
        try:
            raise LookupError("x\ny")  # noqa: EM101, TRY003, TRY301 - what a bug looks like
        except LookupError:
            _logger.exception("a pass failed")
    lines = path.read_text().splitlines()
    assert lines[0] == "<3>a pass failed"
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, 2), ({"verbose": True}, 3), ({"quiet": True}, 1)],
)
def test_how_much_is_said(options: dict[str, bool], expected: int) -> None:
    """Changes and problems; everything with -v; problems alone with -q."""
    stream = _to_people(**options)
    _logger.debug("a")
    _logger.info("b")
    _logger.warning("c")
    assert len(stream.getvalue().splitlines()) == expected
