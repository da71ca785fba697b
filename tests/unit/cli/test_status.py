"""`kernelsync status` says how things stand, why the rest are no kernels, and what to type."""

from __future__ import annotations

import os

import pytest

from kernelsync.cli.commands.starting import BuiltBy, Start, built_by, start_of
from kernelsync.cli.commands.status import StatusResult
from kernelsync.cli.render import status
from kernelsync.cli.render.look import Look
from kernelsync.cli.render.table import width_of
from kernelsync.model.outcome import Standing, State
from kernelsync.model.problem import Problem
from kernelsync.model.runtime import Runtime
from kernelsync.service.runtime_units import NAMES
from kernelsync.service.state import Held, Watching
from kernelsync.service.state import State as ServiceState
from support.values import environment, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.surroundings import Surroundings

_INSTALL = "kernelsync service install"
_ENABLE = "systemctl --user enable --now kernelsync"
_BUILD = "kernelsync runtime install --missing"
_OF_STANDINGS = {
    State.NO_IPYKERNEL: "1 has no ipykernel",
    State.NOT_READY: "1 is not ready",
    State.BROKEN: "1 is broken",
    State.EXCLUDED: "1 is left out",
    State.FOREIGN: "1 has a kernel that is not ours",
}


def standing(state: State, offer: str | None = None, key: str | None = None) -> Standing:
    """Return an environment that stands so, to which a runtime is offered, or is lent."""
    lent = None if key is None else Runtime(key=key, directory="/r", build="/r/b", ipykernel="6.29")
    return Standing(environment=environment(), state=state, reason="", offer=offer, runtime=lent)


def service(**facts: object) -> ServiceState:
    """Return what a running service has said of itself."""
    usual = {
        "pid": 4321,
        "started": 1.8e9,
        "release": "0.1",
        "settings": None,
        "kernels_directory": "/k",
        "landlock": 4,
    }
    return ServiceState(**{**usual, **facts})


def result(*standings: Standing, **facts: object) -> StatusResult:
    """Return a status with these environments."""
    usual: dict[str, object] = {
        "state": None,
        "memory": None,
        "last_pass": None,
        "standings": standings,
        "held": (),
        "running": (),
        "problems": (),
        "start": Start(commands=(_INSTALL, _ENABLE)),
    }
    return StatusResult(**{**usual, **facts})


def shown(of: StatusResult, **look: object) -> str:
    """Return what a person reads."""
    return "\n".join(status.lines(of, Look(**look)))


def test_it_says_who_borrows_and_who_would() -> None:
    """From which runtimes, for how many one is missing, and the command that changes it."""
    keys = ("cp312-linux-x86_64", "cp38-linux-x86_64", "cp312-linux-x86_64")
    lent = [standing(State.KERNEL, key=key) for key in keys]
    waiting = [standing(State.NO_IPYKERNEL, offer) for offer in ("3.10", "3.9", "3.9")]
    seen = result(*lent, *waiting)
    said = shown(seen)
    assert "kernels    3 of 6 environments (virtualenvwrapper 3)" in said
    assert "runtimes   3 kernels borrow ipykernel (Python 3.8, 3.12)" in said
    assert "no kernel  3 wait for a runtime to borrow ipykernel from (Python 3.9, 3.10)" in said
    assert f"           help: {_BUILD}\n" in said
    data = status.data(seen)
    assert list(data["runtimes"]["borrowing"].items()) == [
        ("cp38-linux-x86_64", 1),
        ("cp312-linux-x86_64", 2),
    ]
    assert list(data["runtimes"]["missing"].items()) == [("3.9", 2), ("3.10", 1)]
    assert (data["runtimes"]["way_out"], data["runtimes"]["built_by"]) == (_BUILD, None)
    assert data["states"] == {"kernel": 3, "no-ipykernel": 3}


@pytest.mark.parametrize("state", list(_OF_STANDINGS), ids=str)
def test_it_says_why_the_others_are_no_kernels(state: State) -> None:
    """With the command that shows which they are."""
    said = shown(result(standing(State.KERNEL), standing(state)))
    assert f"no kernel  {_OF_STANDINGS[state]} ('kernelsync list --all')" in said
    assert "runtime" not in said


def test_no_state_is_left_without_words() -> None:
    """Whatever keeps an environment from being a kernel is said."""
    assert set(_OF_STANDINGS) == set(State) - {State.KERNEL}


def test_it_is_silent_of_a_rest_that_is_not_there() -> None:
    """All are kernels."""
    said = shown(result(standing(State.KERNEL)))
    assert "no kernel" not in said
    assert "runtime" not in said


def test_where_nobody_builds_both_ways_are_named() -> None:
    """Neither a unit nor the service would ever do it."""
    waiting = standing(State.NO_IPYKERNEL, "3.9")
    for state in (None, service()):
        said = shown(result(waiting, state=state))
        assert f"help: {_BUILD}\n" in said
        assert "'kernelsync service install' adds a systemd unit" in said
        assert "'kernelsync run --build-runtimes'" in said


@pytest.mark.parametrize("builder", list(BuiltBy))
def test_where_somebody_builds_it_says_that_it_is_asked_for(builder: BuiltBy) -> None:
    """The command is there for those who do not want to wait."""
    waiting = standing(State.NO_IPYKERNEL, "3.9")
    seen = result(waiting, state=service(), built_by=builder)
    said = shown(seen)
    assert f"help: the service has asked for them; or now: '{_BUILD}'" in said
    assert "--build-runtimes" not in said
    assert status.data(seen)["runtimes"]["built_by"] == builder.value


_UNSEEN = "the settings cannot be read"


def test_where_nobody_could_look_it_has_the_figures_of_the_service() -> None:
    """It goes on by its last good settings; what it does not tell is not known."""
    seen = result(state=service(environments=4, kernels={"venv": 3}), unseen=_UNSEEN)
    said = shown(seen)
    assert "kernels    3 of 4 environments (venv 3), as the service has seen them" in said
    data = status.data(seen)
    assert (data["environments"], data["kernels"]) == (4, {"venv": 3})
    assert (data["states"], data["running"], data["left"]) == (None, None, None)
    assert (data["runtimes"]["borrowing"], data["runtimes"]["missing"]) == (None, None)


def test_where_nobody_has_looked_it_has_no_figures() -> None:
    """No service runs either; zero would be a lie."""
    seen = result(unseen=_UNSEEN)
    assert f"kernels    not counted: {_UNSEEN}" in shown(seen)
    assert "0" not in shown(seen)
    data = status.data(seen)
    assert (data["environments"], data["kernels"]) == (None, None)
    assert set(data) == set(status.data(result()))
    assert set(data["runtimes"]) == set(status.data(result())["runtimes"])


def test_without_a_service_nothing_has_asked() -> None:
    """The unit that builds is there, but nobody starts it."""
    said = shown(result(standing(State.NO_IPYKERNEL, "3.9"), built_by=BuiltBy.UNIT))
    assert f"           help: {_BUILD}\n" in f"{said}\n"
    assert "asked" not in said


def test_every_command_that_starts_the_service_has_a_line() -> None:
    """They are copied from there."""
    lines = shown(result()).splitlines()
    assert lines[:3] == [
        "service    not running",
        f"           help: {_INSTALL}",
        f"                 {_ENABLE}",
    ]


def test_all_of_it_reads_well_in_80_columns() -> None:
    """Of a service that is neither confined nor sees everything; a command is not torn apart."""
    home = f"/home/{'a' * 30}"
    state = service(
        landlock=None,
        unconfined="the Landlock calls are forbidden here (by a filter of system calls)",
        failure=f"OSError: [Errno 28] No space left on device: '{home}/.cache/kernelsync/memory'",
        watching=Watching(
            watches=5, polled=6, limit=8192, problems=(Problem(code="x", message=""),)
        ),
    )
    held = Held(
        name="thesis",
        reason=f"its folder {home}/.virtualenvs is empty, as an unmounted disk would be",
        way_out="mount it, or 'kernelsync once --confirm-removals' removes the kernel",
    )
    waiting = [standing(State.NO_IPYKERNEL, f"3.{minor}") for minor in range(6, 15)]
    said = shown(result(*waiting, state=state, held=(held,)), home=home, folds=True)
    assert max(map(width_of, said.splitlines())) <= 80, said
    assert home not in said
    assert "confined   no: the Landlock calls are forbidden here" in said
    assert "watching   5 of 8192 watches, 6 directories polled (degraded)" in said
    for command in ("'kernelsync run --build-runtimes'", "'kernelsync once --confirm-removals'"):
        assert command in said


def here(home: Path, platform: str = "linux") -> Surroundings:
    """Return a user whose runtime directory is in that home."""
    environ = {"XDG_RUNTIME_DIR": str(home / "run")}
    return surroundings(home=str(home), environ=environ, platform=platform)


def put(path: Path) -> Path:
    """Make a file that is not empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[Unit]\n")
    return path


@pytest.mark.parametrize(
    "folder", [".config/systemd/user", ".local/share/systemd/user", "run/systemd/user"]
)
def test_a_unit_that_is_there_needs_no_installing(tmp_path: Path, folder: str) -> None:
    """Written by `service install`, or brought along by `pip install --user`."""
    put(tmp_path / "run/systemd/private")
    assert start_of(here(tmp_path)).commands == (_INSTALL, _ENABLE)
    put(tmp_path / folder / "kernelsync.service")
    assert start_of(here(tmp_path)).commands == (_ENABLE,)


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_without_systemd_no_systemctl_is_suggested(tmp_path: Path, platform: str) -> None:
    """In a container, and on other systems."""
    if platform == "darwin":
        put(tmp_path / "run/systemd/private")
    start = start_of(here(tmp_path, platform))
    assert start.commands == ("kernelsync run",)
    assert "docs/service.md" in (start.remark or "")


def test_who_builds_is_seen_by_the_unit_and_told_by_the_service(tmp_path: Path) -> None:
    """A masked unit builds nothing, also where another of its name lies further down."""
    user = here(tmp_path)
    assert built_by(service(), user) is None
    assert built_by(service(builds=True), user) is BuiltBy.SERVICE
    put(tmp_path / ".local/share/systemd/user" / NAMES[0])
    assert built_by(None, user) is BuiltBy.UNIT
    mask = tmp_path / ".config/systemd/user" / NAMES[0]
    mask.parent.mkdir(parents=True)
    os.symlink("/dev/null", mask)
    assert built_by(service(), user) is None
