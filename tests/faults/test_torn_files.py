"""Files cut off at every byte, or of a later version: no crash, and nobody's kernel goes."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from kernelsync import memory_file
from kernelsync.kernelspecs.layout import KEPT_SECONDS
from kernelsync.kernelspecs.note import NOTE
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.plan import Remove, Update
from kernelsync.runtimes.request import read_request, request_path, take_request, write_request
from kernelsync.service.state import State, StateFile, read_state
from support import controls, values
from support.kernels import HOST, NOW, DiskShelf, make_spec, put
from support.kernels import contents_of as files_of
from support.snapshots import contents, identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_YEAR = 365 * 24 * 3600.0


def _cut(path: str, content: bytes, length: int) -> None:
    with open(path, "wb") as file:
        file.write(content[:length])


def test_a_kernelspec_cut_off_anywhere_is_not_ours_to_change(tmp_path: Path) -> None:
    """Neither an update nor a removal touches it; with only white space missing it is whole."""
    shelf = DiskShelf(str(tmp_path))
    spec = make_spec("torn")
    content = files_of(spec)["kernel.json"]
    put(f"{shelf.kernels}/torn", files_of(spec))
    [whole] = shelf.store().read()[0]
    path = f"{shelf.kernels}/torn/kernel.json"
    cuts = [length for length in range(len(content)) if content[:length].strip() != content.strip()]
    assert len(cuts) > 500
    wanted = make_spec("torn", display_name="another")
    with shelf.store().prepare(NOW) as writer:
        for length in cuts:
            _cut(path, content, length)
            before = identities(f"{shelf.kernels}/torn")
            found, _ = shelf.store().read()
            assert all(
                shelf.store().verify(one).ownership is not Ownership.OURS for one in found
            ), length
            for action in (
                Update(spec=wanted, installed=whole, reason="changed"),
                Remove(installed=whole, reason="gone"),
            ):
                writer.apply(action)
            assert identities(f"{shelf.kernels}/torn") == before, length


def _document(home: str, name: str) -> str:
    kernels = f"{home}/.local/share/jupyter/kernels"
    [found] = [each for each in os.listdir(kernels) if each.startswith(name)]
    return f"{kernels}/{found}/kernel.json"


@pytest.mark.parametrize("gone", [False, True], ids=["living", "gone"])
def test_passes_leave_a_torn_kernelspec_as_it_is(home: str, *, gone: bool) -> None:
    """Whole passes, at some of the bytes; the others are kept true meanwhile."""
    path = _document(home, "one")
    with open(path, "rb") as file:
        content = file.read()
    if gone:
        shutil.rmtree(f"{home}/.venvs/one")
    for length in range(0, len(content) - 2, 97):
        _cut(path, content, length)
        before = identities(os.path.dirname(path))
        controls.pass_over("ours", home)
        assert identities(os.path.dirname(path)) == before, length
    assert os.path.exists(_document(home, "two"))


@pytest.mark.parametrize("version", [2, 99, 2**70])
def test_a_mark_of_a_later_version_is_left_alone(home: str, version: int) -> None:
    """Even when its environment goes: a later kernelsync knows what it means."""
    path = _document(home, "one")
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    document["metadata"]["kernelsync"]["version"] = version
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)
    before = identities(os.path.dirname(path))
    controls.pass_over("ours", home)
    shutil.rmtree(f"{home}/.venvs/one")
    controls.pass_over("ours", home)
    assert identities(os.path.dirname(path)) == before


def _removed(shelf: DiskShelf) -> tuple[str, bytes]:
    """Remove a kernelspec; return the path of the note in its place in the trash, and its bytes."""
    put(f"{shelf.kernels}/gone", files_of(make_spec("gone")))
    [kernel] = shelf.store().read()[0]
    with shelf.store().prepare(NOW) as writer:
        assert writer.apply(Remove(installed=kernel, reason="gone")).problem is None
    [entry] = shelf.store(HOST).trash()
    path = f"{shelf.data}/.kernelsync/trash/{entry.identifier}/{NOTE}"
    with open(path, "rb") as file:
        return path, file.read()


def _kept(shelf: DiskShelf) -> list[dict[str, bytes]]:
    """Return the kernelspecs in the trash, whether a note says so or not."""
    walked = os.walk(f"{shelf.data}/.kernelsync/trash")
    return [contents(where) for where, _, files in walked if "kernel.json" in files]


def test_a_note_in_the_trash_cut_off_anywhere_loses_nothing(tmp_path: Path) -> None:
    """Undo does not know of it then; it stays until it is due."""
    shelf = DiskShelf(str(tmp_path))
    path, content = _removed(shelf)
    for length in range(len(content.rstrip())):
        _cut(path, content, length)
        assert shelf.store(HOST).trash() == ()
        assert shelf.store(HOST).undo(NOW + 1) == ()
        assert shelf.store(HOST).sweep(NOW + 1) == ()
        assert _kept(shelf) == [files_of(make_spec("gone"))]
        assert shelf.contents() == {}
    _cut(path, content, len(content))
    [restored] = shelf.store(HOST).undo(NOW + 1)
    assert restored.problem is None
    assert shelf.contents() == {"gone": files_of(make_spec("gone"))}


def test_a_kernelspec_in_the_trash_cut_off_anywhere_is_not_brought_back(tmp_path: Path) -> None:
    """Jupyter would be shown a broken one; the problem names what is damaged."""
    shelf = DiskShelf(str(tmp_path))
    note, _ = _removed(shelf)
    path = f"{os.path.dirname(note)}/gone/kernel.json"
    with open(path, "rb") as file:
        content = file.read()
    for length in range(len(content.rstrip())):
        _cut(path, content, length)
        [restored] = shelf.store(HOST).undo(NOW + 1)
        assert restored.problem is not None
        assert os.path.dirname(note) in restored.problem.message
        assert shelf.contents() == {}
    _cut(path, content, len(content))
    [restored] = shelf.store(HOST).undo(NOW + 1)
    assert restored.problem is None


def test_a_note_in_staging_cut_off_anywhere_loses_nothing(tmp_path: Path) -> None:
    """What it was about is kept in the trash: it may have come out of the kernels."""
    shelf = DiskShelf(str(tmp_path))
    path, content = _removed(shelf)
    entry = os.path.dirname(path)
    for length in range(len(content.rstrip())):
        _cut(path, content, length)
        os.rename(entry, f"{shelf.data}/.kernelsync/staging/{os.path.basename(entry)}")
        assert shelf.store(HOST).sweep(NOW + 1) == ()
        assert _kept(shelf) == [files_of(make_spec("gone"))]
        assert os.listdir(f"{shelf.data}/.kernelsync/staging") == []
        [left] = os.listdir(f"{shelf.data}/.kernelsync/trash")
        entry = f"{shelf.data}/.kernelsync/trash/{left}"
        path = f"{entry}/{NOTE}"


def test_a_request_cut_off_anywhere_is_no_request(tmp_path: Path) -> None:
    """It is taken back all the same, and can be made anew."""
    outside = values.surroundings(home=str(tmp_path), environ={})
    path = request_path(outside)
    assert write_request(outside, ["cp312-linux_x86_64"])
    with open(path, "rb") as file:
        content = file.read()
    for length in range(len(content.rstrip())):
        _cut(path, content, length)
        assert read_request(outside) == []
        assert take_request(outside) == []
        assert not os.path.exists(path)
    assert write_request(outside, ["cp312-linux_x86_64"])


def test_a_memory_cut_off_anywhere_is_no_memory(tmp_path: Path) -> None:
    """And the next pass makes it anew."""
    path, header = str(tmp_path / "memory.bin"), {"format": 1}
    assert memory_file.save(path, header, {"known": {"a": [1, 2, 3], "b": "text" * 50}})
    assert memory_file.load(path, header, os.getuid()) != {}
    with open(path, "rb") as file:
        content = file.read()
    for length in range(len(content)):
        _cut(path, content, length)
        assert memory_file.load(path, header, os.getuid()) == {}, length
    for place in range(len(content)):
        _cut(path, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :], 1 << 20)
        assert memory_file.load(path, header, os.getuid()) == {}, place


def test_a_state_cut_off_anywhere_is_no_state(tmp_path: Path) -> None:
    """`status` says that there is none; the service writes it anew."""
    path = str(tmp_path / "state.json")
    state = State(pid=1, started=2.0, release="1", settings=None, kernels_directory="/k")
    StateFile(path).write(state)
    assert read_state(path) == state
    with open(path, "rb") as file:
        content = file.read()
    for length in range(len(content.rstrip())):
        _cut(path, content, length)
        assert read_state(path) is None, length
    _cut(path, content.replace(b'"version": 1', b'"version": 2'), len(content))
    assert read_state(path) is None
    StateFile(path).write(state)
    assert read_state(path) == state


def test_a_clock_that_jumps_purges_nothing_early(tmp_path: Path) -> None:
    """A year back and forth: what was removed stays. Purging takes thirty days, no less."""
    shelf = DiskShelf(str(tmp_path))
    put(f"{shelf.kernels}/gone", files_of(make_spec("gone")))
    [kernel] = shelf.store().read()[0]
    with shelf.store().prepare(NOW) as writer:
        assert writer.apply(Remove(installed=kernel, reason="gone")).problem is None
    [entry] = shelf.store(HOST).trash()
    assert NOW + _YEAR - entry.when > KEPT_SECONDS  # so says whoever believes the clock
    for now in (NOW - _YEAR, NOW, NOW + _YEAR, NOW, NOW + KEPT_SECONDS):
        assert shelf.store().sweep(now) == ()
        assert [entry.name for entry in shelf.store(HOST).trash()] == ["gone"]
    shelf.store().sweep(NOW + KEPT_SECONDS + 1)
    assert not shelf.store(HOST).trash()
