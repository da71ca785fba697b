"""What comes back, takes shape slowly or leads elsewhere is noticed without a rescan."""

from __future__ import annotations

import os
import shutil

import pytest

from support.service import Household
from support.trees import make_venv
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from support.service import Service

_ONLY_ONE_LOOK = "service: {rescan: 30m, grace: 1s}\n"


@pytest.fixture
def household(tmp_path: Path) -> Household:
    """Return a home with a Python, whose service looks at everything only once."""
    (tmp_path / "home").mkdir()
    household = Household(str(tmp_path / "home"))
    household.settings(_ONLY_ONE_LOOK)
    return household


def test_a_base_that_was_moved_away_and_back(household: Household, tmp_path: Path) -> None:
    """It lies where nobody looks for environments."""
    base = shutil.copytree(household.base, tmp_path / "opt" / "python", symlinks=True)
    make_venv(household.path(".venvs/thesis"), base=str(base), ipykernel="6.29.5")
    with household.service() as service:
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)
        os.rename(base, f"{base}.away")
        wait_until(lambda: "thesis" not in household.kernels(), what=service.told)
        service.wait_still()
        os.rename(f"{base}.away", base)
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_programs_that_were_removed_and_made_again(household: Household) -> None:
    """The service has come to rest when the interpreter comes into the new directory."""
    prefix = household.environment("thesis")
    os.utime(f"{prefix}/pyvenv.cfg", (1e9, 1e9))
    with household.service() as service:
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)
        shutil.rmtree(f"{prefix}/bin")
        wait_until(lambda: "thesis" not in household.kernels(), what=service.told)
        os.mkdir(f"{prefix}/bin")
        service.wait_still()
        os.symlink(f"{household.base}/bin/python", f"{prefix}/bin/python")
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_environments_of_a_release_that_another_link_chooses(
    household: Household, tmp_path: Path
) -> None:
    """`~/.virtualenvs` leads to `current/venvs`, and `current` to the release."""
    apps = str(tmp_path / "apps")
    for release in ("one", "two"):
        make_venv(f"{apps}/{release}/venvs/{release}", base=household.base, ipykernel="6.29.5")
    os.symlink("one", f"{apps}/current")
    os.symlink(f"{apps}/current/venvs", household.path(".virtualenvs"))
    with household.service() as service:
        wait_until(lambda: "one" in household.kernels(), what=service.told)
        service.wait_still()
        os.symlink("two", f"{apps}/next")
        os.rename(f"{apps}/next", f"{apps}/current")
        wait_until(lambda: "two" in household.kernels(), what=service.told)


def test_settings_behind_a_link_to_a_link(household: Household, tmp_path: Path) -> None:
    """As tools for dot files make them."""
    household.environment("thesis")
    for release, excluded in (("one", ""), ("two", "exclude: [thesis]\n")):
        (tmp_path / "dotfiles" / release).mkdir(parents=True)
        file = tmp_path / "dotfiles" / release / "config.yaml"
        file.write_text(_ONLY_ONE_LOOK + excluded)
    os.symlink("one", tmp_path / "dotfiles" / "current")
    path = household.settings("")
    os.remove(path)
    os.symlink(tmp_path / "dotfiles" / "current" / "config.yaml", path)
    with household.service() as service:
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)
        service.wait_still()
        os.symlink("two", tmp_path / "dotfiles" / "next")
        os.rename(tmp_path / "dotfiles" / "next", tmp_path / "dotfiles" / "current")
        wait_until(lambda: "thesis" not in household.kernels(), what=service.told)


def test_a_file_in_place_of_the_data_directory(household: Household) -> None:
    """That nothing can be read is a problem of the pass, and no bug of ours."""
    household.environment("thesis")
    os.makedirs(household.path(".local/share"))
    with open(household.path(".local/share/jupyter"), "w", encoding="ascii"):
        pass
    with household.service() as service:
        wait_until(lambda: "problems: 1" in service.status, what=service.told)
        assert "Not a directory" in service.log
        assert "bug" not in service.log


def _spare(household: Household, service: Service) -> str:
    """Make an environment where nobody looks for any."""
    source = household.environment("source")
    wait_until(lambda: "source" in household.kernels(), what=service.told)
    return shutil.copytree(source, household.path("away", "spare"), symlinks=True)


@pytest.mark.parametrize("place", [".venvs", "venvs", ".pyenv/versions/3.12.1/envs"])
def test_a_directory_that_was_made_before_its_environment(household: Household, place: str) -> None:
    """`mkdir -p thesis`, and a while later `python -m venv thesis`."""
    with household.service() as service:
        spare, prefix = _spare(household, service), household.path(place, "thesis")
        os.makedirs(prefix)
        service.wait_still()
        for name in ("lib", "bin", "pyvenv.cfg"):
            os.rename(f"{spare}/{name}", f"{prefix}/{name}")
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_an_environment_that_takes_shape_slowly(household: Household) -> None:
    """The service comes to rest between any two steps."""
    with household.service() as service:
        spare, prefix = _spare(household, service), household.path(".venvs/thesis")
        os.mkdir(prefix)
        for name in ("bin", "lib", "pyvenv.cfg"):
            service.wait_still()
            os.rename(f"{spare}/{name}", f"{prefix}/{name}")
        wait_until(lambda: "thesis" in household.kernels(), what=service.told)


def test_an_environment_that_is_made_anew_where_nobody_looks_for_any(household: Household) -> None:
    """A project's, which was asked for once; its kernel stays meanwhile, as `.venv` is there."""
    prefix = household.path("src", "thesis", ".venv")
    make_venv(prefix, base=household.base, ipykernel="6.29.5")
    household.kernelsync("once", prefix).expect(0)
    with household.service() as service:
        spare = shutil.copytree(prefix, household.path("away", "spare"), symlinks=True)
        shutil.rmtree(prefix)
        os.mkdir(prefix)
        wait_until(lambda: "held removals: 1" in service.status, what=service.told)
        service.wait_still()
        for name in ("lib", "bin", "pyvenv.cfg"):
            os.rename(f"{spare}/{name}", f"{prefix}/{name}")
        wait_until(lambda: "held" not in service.status, what=service.told)
    assert household.kernels() == {"thesis"}
