"""Sources come from where pip would take them, and only the right ones."""

from __future__ import annotations

import functools
import http.server
import os
import threading

import pytest

from kernelsync.runtimes.failure import BuildFailure
from kernelsync.runtimes.sources import fetch_source
from support.fake_wheels import pin_of, zipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelsync.runtimes.pins import Pin

NAME = "thing-1.0.zip"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def pin(tmp_path: Path) -> Pin:
    """Return the pin of a source in `files`."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / NAME).write_bytes(zipped({"thing-1.0/thing.py": ""}))
    facts = {"name": "thing", "version": "1.0", "source": NAME}
    return pin_of(str(tmp_path / "files" / NAME), **facts)


@pytest.fixture
def index(tmp_path: Path, pin: Pin) -> Iterator[str]:
    """Return the address of an index with a page that leads to the file."""
    (tmp_path / "simple" / pin.name).mkdir(parents=True)
    page = tmp_path / "simple" / pin.name / "index.html"
    page.write_text(f'<a href="../../files/other.zip">x</a> <a\nhref="../../files/{NAME}#h">y</a>')
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> str:
    """Return an empty directory for downloads."""
    (tmp_path / "target").mkdir()
    return str(tmp_path / "target")


def test_an_index_is_asked(pin: Pin, index: str, target: str) -> None:
    """The one that pip is told to use."""
    fetch_source(pin, target, {"index-url": index}, {})
    assert os.listdir(target) == [NAME]


def test_another_index_is_asked_where_the_first_does_not_have_it(
    pin: Pin, index: str, target: str
) -> None:
    """Not Found is an answer."""
    settings = {"index-url": f"{index}/nothing", "extra-index-url": index}
    fetch_source(pin, target, settings, {})
    assert os.listdir(target) == [NAME]


def test_a_folder_will_do_without_any_index(pin: Pin, tmp_path: Path, target: str) -> None:
    """As for machines without a network."""
    fetch_source(pin, target, {"find-links": str(tmp_path / "files"), "no-index": "1"}, {})
    assert os.listdir(target) == [NAME]


def test_another_file_of_that_name_is_refused(
    pin: Pin, index: str, tmp_path: Path, target: str
) -> None:
    """Only the hash counts; nothing of it stays."""
    (tmp_path / "files" / NAME).write_bytes(b"evil")
    with pytest.raises(BuildFailure) as failure:
        fetch_source(pin, target, {"index-url": index}, {})
    assert failure.value.problem.code == "hash-mismatch"
    assert os.listdir(target) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"index-url": "http://127.0.0.1:9/simple"}, "offline"),
        ({"no-index": "true"}, "no-wheel"),
    ],
)
def test_where_nobody_has_it_that_is_said(
    pin: Pin, target: str, settings: dict[str, str], code: str
) -> None:
    """With the file's name, which a folder of one's own could have."""
    with pytest.raises(BuildFailure) as failure:
        fetch_source(pin, target, settings, {})
    assert failure.value.problem.code == code
    assert NAME in (failure.value.problem.hint or "")
