"""What is wrong with a runtime is seen, by names in every pass, and by all files on request."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from kernelsync.model.runtime import Risk
from kernelsync.runtimes.installed import current_build, installed_runtimes
from kernelsync.runtimes.removal import remove_runtimes
from kernelsync.runtimes.verifying import damage_of, examined
from support.fake_wheels import KEY
from support.small_runtimes import build_of, install_small, put_runtime, small_pins
from support.values import surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kernelsync.model.runtime import Runtimes


class Place:
    """A user's home with one runtime."""

    def __init__(self, home: Path) -> None:
        self.surroundings = surroundings(home=str(home), environ={}, uid=os.geteuid())
        self.directory = f"{home}/.local/share/kernelsync/runtimes"
        self.runtime = put_runtime(self.directory)
        self.build = build_of(self.runtime)
        self.pins = small_pins(self.directory)

    def seen(self) -> Runtimes:
        """Return what a pass sees."""
        return installed_runtimes(self.surroundings)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a home with a whole runtime."""
    return Place(tmp_path)


def _truncate(path: str) -> None:
    os.truncate(path, os.path.getsize(path) // 2)


def _empty(path: str) -> None:
    os.truncate(path, 0)


def _as_fifo(path: str) -> None:
    os.unlink(path)
    os.mkfifo(path)


def _as_nonsense(path: str) -> None:
    with open(path, "wb") as file:
        file.write(b"\xff\x00 nonsense\n")


def _of_the_future(path: str) -> None:
    with open(path, "r+", encoding="utf-8") as file:
        document = json.load(file)
        file.seek(0)
        file.truncate()
        json.dump({**document, "schema": 99}, file)


# What is spoilt below the build, how, and whether a pass sees it already.
DAMAGES: list[tuple[str, Callable[[str], None], bool]] = [
    ("site", shutil.rmtree, True),
    ("site/ipykernel-6.29.5.dist-info", shutil.rmtree, True),
    ("site/zmq", shutil.rmtree, True),
    ("site/ipykernel_launcher.py", os.unlink, True),
    ("names", os.unlink, True),
    ("names", _truncate, True),
    ("names", _empty, True),
    ("names", _as_fifo, True),
    ("names", _as_nonsense, True),
    ("manifest.json", os.unlink, True),
    ("manifest.json", _empty, False),
    ("manifest.json", _truncate, False),
    ("manifest.json", _as_nonsense, False),
    ("manifest.json", _of_the_future, False),
    ("manifest.json", _as_fifo, False),
    ("files", os.unlink, False),
    ("files", _truncate, False),
    ("files", _empty, False),
    ("files", _as_fifo, False),
    ("files", _as_nonsense, False),
    ("in-use", os.unlink, False),
    ("site/zmq/utils", shutil.rmtree, False),
    ("site/zmq/utils/jsonapi.py", os.unlink, False),
    ("site/zmq/utils/jsonapi.py", _truncate, False),
    ("site/zmq/utils/jsonapi.py", _as_fifo, False),
]
EACH = pytest.mark.parametrize(
    ("path", "spoil", "at_a_glance"),
    DAMAGES,
    ids=[f"{path}-{spoil.__name__}" for path, spoil, _ in DAMAGES],
)


@EACH
def test_damage_is_seen_and_mended(
    place: Place, path: str, spoil: Callable[[str], None], *, at_a_glance: bool
) -> None:
    """By a pass, or else by a closer look; and another build replaces it, of the same list."""
    assert damage_of(place.build) is None
    spoil(f"{place.build}/{path}")
    assert damage_of(place.build) is not None
    assert bool(place.seen().ailing) == at_a_glance
    looked_at = examined(place.seen())
    [ailing] = looked_at.ailing
    assert (looked_at.installed, ailing.key, ailing.risk) == ((), KEY, Risk.NONE)
    assert install_small(place.directory, place.pins) is True
    mended = examined(place.seen())
    assert ([each.key for each in mended.installed], mended.ailing) == ([KEY], ())
    assert install_small(place.directory, place.pins) is False


@EACH
def test_what_is_damaged_can_be_removed(
    place: Place,
    path: str,
    spoil: Callable[[str], None],
    *,
    at_a_glance: bool,  # noqa: ARG001 - one table
) -> None:
    """Nothing of it stays."""
    spoil(f"{place.build}/{path}")
    assert remove_runtimes(place.directory, [KEY]) == ([KEY], [])
    assert not os.path.lexists(place.runtime)
    assert (place.seen().ailing, place.seen().removed) == ((), ())


def _as_file(runtime: str) -> None:
    shutil.rmtree(runtime)
    with open(runtime, "wb"):
        pass


def _without_current(runtime: str) -> None:
    os.unlink(f"{runtime}/current")


def _with_a_directory(runtime: str) -> None:
    build = build_of(runtime)
    os.unlink(f"{runtime}/current")
    shutil.copytree(build, f"{runtime}/current")


def _without_builds(runtime: str) -> None:
    shutil.rmtree(f"{runtime}/builds")


def _with_a_file_for_builds(runtime: str) -> None:
    _without_builds(runtime)
    with open(f"{runtime}/builds", "wb"):
        pass


@pytest.mark.parametrize(
    "spoil",
    [_as_file, _without_current, _with_a_directory, _without_builds, _with_a_file_for_builds],
)
def test_what_has_only_the_name_of_a_runtime_is_mended_or_removed(
    place: Place, spoil: Callable[[str], None]
) -> None:
    """A copy that followed links, a half of a removal: it is listed, and never in the way."""
    spoil(place.runtime)
    assert [each.key for each in place.seen().ailing] == [KEY]
    assert install_small(place.directory, place.pins) is True
    assert examined(place.seen()).ailing == ()
    spoil(place.runtime)
    assert remove_runtimes(place.directory, [KEY]) == ([KEY], [])
    assert not os.path.lexists(place.runtime)


def test_a_damaged_build_stays_for_the_kernels_that_use_it(place: Place) -> None:
    """They import what is left of it at any time; the new build is beside it."""
    import fcntl  # noqa: PLC0415 - this test alone locks

    os.unlink(f"{place.build}/site/zmq/utils/jsonapi.py")
    with open(f"{place.build}/in-use", "rb") as kernel:
        fcntl.flock(kernel, fcntl.LOCK_SH)
        assert install_small(place.directory, place.pins) is True
        assert os.path.isfile(f"{place.build}/site/zmq/__init__.py")
        new = current_build(place.runtime)
        assert new is not None
        assert new != place.build
    assert install_small(place.directory, place.pins) is False
    assert os.listdir(f"{place.runtime}/builds") == [os.path.basename(new)]


def test_byte_code_that_was_swept_away_is_no_damage(place: Place) -> None:
    """Python makes it again; what it adds is none either."""
    for at, directories, _ in os.walk(f"{place.build}/site"):
        if "__pycache__" in directories:
            shutil.rmtree(f"{at}/__pycache__")
    os.makedirs(f"{place.build}/site/__pycache__")
    assert damage_of(place.build) is None
    assert place.seen().ailing == ()


def test_installing_takes_back_the_note_of_a_removal(place: Place) -> None:
    """From then on the runtime is missed when it is gone."""
    remove_runtimes(place.directory, [KEY], [KEY])
    assert place.seen().removed == (KEY,)
    install_small(place.directory, place.pins)
    assert place.seen().removed == ()
