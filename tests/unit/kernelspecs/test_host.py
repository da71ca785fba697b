"""The id that keeps hosts with one home directory apart."""

from __future__ import annotations

import pytest

from kernelsync.kernelspecs.host import host_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

ID = "0123456789abcdef0123456789abcdef"


def _id_file(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [str(path)]


def test_the_id_is_16_digits_and_stays(tmp_path: Path) -> None:
    """A change of this value would make every kernelspec another host's."""
    files = _id_file(tmp_path / "machine-id", ID + "\n")
    assert host_id(files) == "f7544c0587b52304"


def test_the_id_does_not_show_the_machine_id(tmp_path: Path) -> None:
    """machine-id(5) calls that confidential."""
    found = host_id(_id_file(tmp_path / "machine-id", ID))
    assert found not in ID
    assert ID[:8] not in found


def test_machines_differ(tmp_path: Path) -> None:
    """Even by one digit."""
    first = host_id(_id_file(tmp_path / "a", ID))
    second = host_id(_id_file(tmp_path / "b", ID[:-1] + "e"))
    assert first != second


def test_the_name_does_not_matter_where_there_is_an_id(tmp_path: Path) -> None:
    """A container gets a new name each time."""
    files = _id_file(tmp_path / "machine-id", ID)
    assert host_id(files, name="a") == host_id(files, name="b")


@pytest.mark.parametrize("text", ["", "uninitialized\n", "z" * 32, ID[:-1]])
def test_without_an_id_the_name_counts(tmp_path: Path, text: str) -> None:
    """As for a file that is not there."""
    files = _id_file(tmp_path / "machine-id", text)
    assert host_id(files, name="a") == host_id([str(tmp_path / "missing")], name="a")
    assert host_id(files, name="a") != host_id(files, name="b")


def test_the_second_file_counts_if_there_is_no_first(tmp_path: Path) -> None:
    """D-Bus had the id before systemd."""
    files = _id_file(tmp_path / "dbus", ID)
    assert host_id([str(tmp_path / "missing"), *files]) == host_id(files)


def test_this_machine_has_an_id() -> None:
    """Whatever it is that it has."""
    assert len(host_id()) == 16
    assert host_id() == host_id()
