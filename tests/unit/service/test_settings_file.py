"""Settings that are read again while the service runs."""

from __future__ import annotations

import os

import pytest

from kernelsync.cli.session import Session
from kernelsync.errors import SettingsError
from kernelsync.service.settings_file import SettingsFile
from support.values import surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


class _Home:
    """A home directory with a settings file."""

    def __init__(self, path: Path) -> None:
        (path / ".config" / "kernelsync").mkdir(parents=True)
        self.path = str(path / ".config" / "kernelsync" / "config.yaml")
        self._world = surroundings(home=str(path), environ={})

    def write(self, text: str) -> None:
        """Write the file as editors do: a new one in the place of the old."""
        with open(f"{self.path}~", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{self.path}~", self.path)

    def open(self) -> SettingsFile:
        """Read the settings for the first time."""
        return SettingsFile(lambda: Session(self._world, config=None, kernels_dir=None))


@pytest.fixture
def home(tmp_path: Path) -> _Home:
    """Return a home without settings."""
    return _Home(tmp_path)


def test_a_file_that_stays_is_not_read_again(home: _Home) -> None:
    """Most passes cost one look at it."""
    home.write("service: {grace: 1s}\n")
    file = home.open()
    basis = file.basis
    assert file.refresh() is False
    assert file.basis is basis


def test_other_settings_come_into_force(home: _Home) -> None:
    """Also when there was no file before, and when it is gone again."""
    file = home.open()
    home.write("service: {grace: 1s}\n")
    assert file.refresh() is True
    assert file.basis.settings.service.grace == 1.0
    os.unlink(home.path)
    assert file.refresh() is True
    assert file.basis.settings.service.grace == 5.0


def test_an_edit_that_says_the_same_changes_nothing(home: _Home) -> None:
    """A comment is no reason to look at everything."""
    home.write("service: {grace: 1s}\n")
    file = home.open()
    home.write("# quick\nservice: {grace: 1s}\n")
    assert file.refresh() is False


def test_a_mistake_leaves_the_settings_from_before(home: _Home) -> None:
    """Each mistake is told with its place, until the file is right again."""
    home.write("service: {grace: 1s}\n")
    file = home.open()
    home.write("service: {grace: soon}\nkernel: {}\n")
    assert file.refresh() is False
    assert file.basis.settings.service.grace == 1.0
    assert [each.message.partition(": ")[0] for each in file.mistakes] == [
        f"{home.path}:1:18",
        f"{home.path}:2:1",
    ]
    assert file.refresh() is False
    assert len(file.mistakes) == 2
    home.write("service: {grace: 2s}\n")
    assert file.refresh() is True
    assert (file.basis.settings.service.grace, file.mistakes) == (2.0, ())


def test_a_mistake_at_the_start_is_an_error(home: _Home) -> None:
    """There is nothing from before."""
    home.write("kernel: {}\n")
    with pytest.raises(SettingsError):
        home.open()


def test_the_directories_of_the_file_are_watched(home: _Home, tmp_path: Path) -> None:
    """Where its name is, and where it is."""
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "k.yaml").write_text("exclude: []\n")
    os.symlink(tmp_path / "dotfiles" / "k.yaml", home.path)
    places = home.open().watch_points()
    assert places == (os.path.dirname(home.path), str(tmp_path / "dotfiles"))


def test_each_directory_is_watched_that_a_chain_of_links_names(home: _Home, tmp_path: Path) -> None:
    """As stow and home-manager make them: the link in between is what they change."""
    for release in ("v1", "v2"):
        (tmp_path / "dotfiles" / release).mkdir(parents=True)
    (tmp_path / "dotfiles" / "v1" / "real.yaml").write_text("exclude: []\n")
    os.symlink("v1", tmp_path / "dotfiles" / "current")
    os.symlink("real.yaml", tmp_path / "dotfiles" / "v1" / "k.yaml")
    os.symlink("../../dotfiles/current/k.yaml", home.path)
    places = home.open().watch_points()
    assert places == (
        os.path.dirname(home.path),
        str(tmp_path / "dotfiles" / "current"),
        str(tmp_path / "dotfiles" / "v1"),
    )
