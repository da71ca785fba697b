"""The request by which the service, which has no network, gets runtimes."""

from __future__ import annotations

import os

import pytest

from kernelsync.places import state_directory
from kernelsync.runtimes.request import forget_request, read_request, request_path, write_request
from support.values import surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.surroundings import Surroundings

KEYS = ["cp312-linux-x86_64", "cp39-linux-x86_64"]


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    """Return a user without any request."""
    return surroundings(home=str(tmp_path), environ={})


def test_what_is_asked_for_can_be_read(here: Surroundings) -> None:
    """In the state directory, sorted, each once."""
    assert write_request(here, [*reversed(KEYS), KEYS[0]]) is True
    assert read_request(here) == KEYS
    assert os.path.dirname(request_path(here)) == state_directory(here)
    assert os.listdir(state_directory(here)) == ["runtime-request.json"]


def test_the_same_request_is_not_written_again(here: Surroundings) -> None:
    """Each write would start the unit."""
    write_request(here, KEYS)
    before = os.stat(request_path(here))
    assert write_request(here, KEYS) is False
    assert os.path.samestat(before, os.stat(request_path(here)))


def test_a_request_may_be_for_no_runtime(here: Surroundings) -> None:
    """Serving it renews what kernels need beside them; no request is another thing."""
    assert write_request(here, ()) is True
    assert write_request(here, ()) is False
    assert read_request(here) == []
    assert os.path.exists(request_path(here))


def test_a_request_can_be_taken_back(here: Surroundings) -> None:
    """Also if there is none."""
    write_request(here, KEYS)
    forget_request(here)
    forget_request(here)
    assert read_request(here) == []


@pytest.mark.parametrize(
    "contents",
    ["", "[]", "{", '{"schema": 2, "runtimes": ["cp312-linux-x86_64"]}', '{"schema": 1}', "\0" * 9],
)
def test_what_cannot_be_understood_asks_for_nothing(here: Surroundings, contents: str) -> None:
    """A newer version's, or a damaged one."""
    os.makedirs(state_directory(here))
    with open(request_path(here), "w", encoding="utf-8") as file:
        file.write(contents)
    assert read_request(here) == []


def test_only_keys_count(here: Surroundings) -> None:
    """No path, no option, no other thing."""
    os.makedirs(state_directory(here))
    with open(request_path(here), "w", encoding="utf-8") as file:
        file.write('{"schema": 1, "runtimes": ["../x", 3, "--upgrade", "cp312-linux-x86_64"]}')
    assert read_request(here) == ["cp312-linux-x86_64"]


@pytest.mark.parametrize("kind", ["fifo", "link", "directory"])
def test_what_is_no_file_is_not_read(here: Surroundings, kind: str) -> None:
    """Nothing waits for a writer, and no link is followed."""
    os.makedirs(state_directory(here))
    path = request_path(here)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        os.symlink("/etc/passwd", path)
    else:
        os.mkdir(path)
    assert read_request(here) == []
