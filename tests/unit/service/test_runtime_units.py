"""The units that build runtimes: this program, this user's places, and nobody's secrets."""

from __future__ import annotations

import os

import pytest

from kernelsync.errors import UsageError
from kernelsync.service.runtime_units import install, runtime_units, uninstall
from support.values import surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.surroundings import Surroundings

PROGRAM = ("/opt/bin/kernelsync",)


def here(home: Path | str, **environ: str) -> Surroundings:
    """Return a user with these variables."""
    return surroundings(home=str(home), environ=environ)


def test_the_path_unit_waits_for_the_request_of_this_user() -> None:
    """Wherever the state directory is; a percent sign would be a specifier."""
    text = runtime_units(here("/home/me", XDG_STATE_HOME="/st/100%"), PROGRAM)[
        "kernelsync-runtime.path"
    ]
    assert "PathExists=/st/100%%/kernelsync/runtime-request.json" in text.splitlines()


def test_the_service_runs_this_program() -> None:
    """With its global options, and with what leads pip to the index."""
    units = runtime_units(
        here("/home/me", HTTPS_PROXY="http://proxy:3128", PIP_CERT="/etc/our.pem"),
        (*PROGRAM, "--config", "/c.yaml"),
    )
    lines = units["kernelsync-runtime.service"].splitlines()
    command = "/opt/bin/kernelsync --config /c.yaml runtime install --requested --quiet"
    assert f"ExecStart={command}" in lines
    assert "Environment=HTTPS_PROXY=http://proxy:3128" in lines
    assert "Environment=PIP_CERT=/etc/our.pem" in lines
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK" in lines


def test_passwords_stay_out_of_it() -> None:
    """Whoever may see the units of a user sees all that is in them."""
    secrets = {
        "PIP_INDEX_URL": "https://me:secret@packages.example/simple",
        "HTTPS_PROXY": "http://me:secret@proxy:3128",
        "PIP_TOKEN": "secret",
    }
    units = runtime_units(here("/home/me", **secrets), PROGRAM)
    assert "secret" not in "".join(units.values())


def test_the_service_brings_the_path_unit_along() -> None:
    """So there is nothing more to enable; the service itself stays without a network."""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "..", "systemd")
    with open(os.path.join(folder, "kernelsync.service"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert "Wants=kernelsync-runtime.path" in lines
    assert "RestrictAddressFamilies=AF_UNIX" in lines


def test_both_are_installed_and_removed(tmp_path: Path) -> None:
    """The second time there is nothing to do."""
    user = here(tmp_path)
    folder = tmp_path / ".config/systemd/user"
    names = ("kernelsync-runtime.path", "kernelsync-runtime.service")
    files = tuple(str(folder / name) for name in names)
    assert (install(user, PROGRAM), install(user, PROGRAM)) == (files, ())
    assert sorted(os.listdir(folder)) == sorted(names)
    assert (uninstall(str(tmp_path)), uninstall(str(tmp_path))) == (files, ())
    assert os.listdir(folder) == []


def test_a_masked_unit_stays_masked(tmp_path: Path) -> None:
    """Whoever has masked it wants no runtimes built; neither command fails for that."""
    folder = tmp_path / ".config/systemd/user"
    folder.mkdir(parents=True)
    (folder / "kernelsync-runtime.path").symlink_to("/dev/null")
    other = (str(folder / "kernelsync-runtime.service"),)
    assert install(here(tmp_path), PROGRAM) == other
    assert uninstall(str(tmp_path)) == other
    assert os.readlink(folder / "kernelsync-runtime.path") == "/dev/null"


def test_somebody_elses_unit_is_left_alone(tmp_path: Path) -> None:
    """Neither replaced nor removed."""
    folder = tmp_path / ".config/systemd/user"
    folder.mkdir(parents=True)
    (folder / "kernelsync-runtime.path").write_text("[Path]\n")
    with pytest.raises(UsageError, match="was not written by kernelsync"):
        install(here(tmp_path), PROGRAM)
    assert uninstall(str(tmp_path)) == ()
