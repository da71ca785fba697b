"""The wheel, installed in each way that users install it, becomes a service that starts."""

from __future__ import annotations

import os
import shutil

import pytest

from support.real_tools import SOURCE
from support.systemd_user import SystemdUser
from support.trees import make_pyenv, make_venv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.processes import Result
    from support.real_tools import RealTools

pytestmark = pytest.mark.real_tools

_UNIT = "kernelsync.service"


class Installation:
    """A way to install the wheel for a user, and the program that is there then."""

    def __init__(self, user: SystemdUser, tools: RealTools, wheel: str) -> None:
        self.user = user
        self.uv = tools.uv
        self.wheel = wheel
        self.program = f"{user.home}/.local/bin/kernelsync"
        # How this machine reaches a package index; caches are the user's own.
        self._network = {
            name: value for name, value in tools.network.items() if not name.endswith("_DIR")
        }

    def run(self, *command: str) -> Result:
        """Run an installer as the user."""
        return self.user.run(*command, **self._network).expect(0)

    def pip_user(self) -> None:
        """Do `pip install --user`."""
        pip = (self.user.python, "-m", "pip", "install", "--quiet", "--user")
        # Distributions ask for this flag, where --user concerns nothing of theirs.
        self.run(*pip, "--break-system-packages", self.wheel)

    def pipx(self) -> None:
        """Do `pipx install`, with pipx in an environment of its own."""
        prefix = f"{self.user.home}/.pipx-itself"
        self.run(self.user.python, "-m", "venv", prefix)
        self.run(f"{prefix}/bin/pip", "install", "--quiet", "pipx>=1.7")
        self.run(f"{prefix}/bin/pipx", "install", "--quiet", self.wheel)

    def uv_tool(self) -> None:
        """Do `uv tool install`."""
        self.run(self.uv, "tool", "install", "--quiet", "--python", self.user.python, self.wheel)

    def venv(self) -> None:
        """Do `pip install` in an environment."""
        prefix = f"{self.user.home}/work/env"
        self.run(self.user.python, "-m", "venv", prefix)
        self.run(f"{prefix}/bin/pip", "install", "--quiet", self.wheel)
        self.program = f"{prefix}/bin/kernelsync"


_WAYS: dict[str, Callable[[Installation], None]] = {
    "pip install --user": Installation.pip_user,
    "pipx": Installation.pipx,
    "uv tool": Installation.uv_tool,
    "venv": Installation.venv,
}


@pytest.fixture(scope="module", params=_WAYS)
def installed(request: pytest.FixtureRequest, tools: RealTools) -> Iterator[Installation]:
    """Return an installation, made in one of these ways, with an environment to publish."""
    with SystemdUser(tools, installed=False) as user:
        shutil.copy(tools.uv, f"{user.home}/uv")
        # Not below root's own directory for tests, which is not for others.
        wheel = tools.build_wheel(f"{user.home}/wheel")
        user.own(os.path.dirname(wheel))
        made = Installation(user, tools, wheel)
        made.uv = f"{user.home}/uv"
        _WAYS[request.param](made)
        base = make_pyenv(f"{user.home}/.pyenv", ("3.12.1",)) + "/versions/3.12.1"
        make_venv(f"{user.home}/elsewhere/thesis", base=base)
        make_venv(f"{user.home}/.venvs/app", base=base)
        for path in (".pyenv", "elsewhere", ".venvs"):
            user.own(f"{user.home}/{path}")
        yield made


@pytest.fixture
def way(installed: Installation) -> Iterator[Installation]:
    """Return the installation as it is before anybody asks for the service."""
    yield installed
    installed.user.run(installed.program, "service", "uninstall")
    shutil.rmtree(f"{installed.user.home}/.local/share/jupyter", ignore_errors=True)


def _is_with_pip(way: Installation) -> bool:
    return os.path.exists(f"{way.user.home}/.local/share/systemd/user/{_UNIT}")


def _own_units(way: Installation) -> list[str]:
    units = f"{way.user.home}/.config/systemd"
    return [name for _, _, names in os.walk(units) for name in names]


def _kernels(way: Installation) -> set[str]:
    """Return all but what comes by a runtime, whenever that has been built."""
    return set(os.listdir(f"{way.user.home}/.local/share/jupyter/kernels")) - {"pyenv-3.12.1"}


def test_the_program_is_there(way: Installation) -> None:
    """Under both of its names; the second makes `jupyter kernelsync` work."""
    way.user.run(way.program, "--version").expect(0)
    jupyter = os.path.join(os.path.dirname(way.program), "jupyter-kernelsync")
    way.user.run(jupyter, "--version").expect(0)


def test_what_shells_complete_it_by_is_there(way: Installation) -> None:
    """The program prints it; pip and pipx put it where bash looks, too."""
    printed = way.user.run(way.program, "completion", "bash").expect(0).stdout
    assert "complete -o" in printed
    path = f"{way.user.home}/.local/share/bash-completion/completions/kernelsync"
    is_by_pipx = os.path.exists(f"{way.user.home}/.pipx-itself")
    assert os.path.exists(path) is (is_by_pipx or _is_with_pip(way))


def test_the_man_page_is_beside_the_program(way: Installation) -> None:
    """There man looks for it, as the program is on PATH; uv tool links programs alone."""
    page = os.path.abspath(f"{way.program}/../../share/man/man1/kernelsync.1")
    is_by_uv = os.path.exists(f"{way.user.home}/.local/share/uv/tools/kernelsync")
    assert os.path.exists(page) is not is_by_uv
    if not is_by_uv:
        with open(page, "rb") as theirs, open(f"{SOURCE}/docs/kernelsync.1", "rb") as ours:
            assert theirs.read() == ours.read()


def test_status_says_what_to_type_next_until_it_runs(way: Installation) -> None:
    """No step that is done already, and none that would fail."""
    user = way.user
    install, enable = "kernelsync service install", "systemctl --user enable --now kernelsync"

    def told() -> tuple[bool, list[str], str | None]:
        data = user.run(way.program, "status", "--json").expect(0).json["data"]
        service = data["service"]
        return service["running"], service["start"], data["runtimes"]["built_by"]

    assert told() == (
        (False, [enable], "unit") if _is_with_pip(way) else (False, [install, enable], None)
    )
    user.run(way.program, "service", "install").expect(0)
    assert told() == (False, [enable], "unit")
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert told() == (True, [enable], "unit")


def test_a_unit_lies_where_systemd_searches_after_pip_alone(way: Installation) -> None:
    """The others keep it in an environment, where nobody searches."""
    user = way.user
    user.systemctl("daemon-reload").expect(0)
    assert user.show("LoadState") == ("loaded" if _is_with_pip(way) else "not-found")
    searched = user.run("systemd-analyze", "--user", "unit-paths").expect(0).lines
    if _is_with_pip(way):
        assert f"{user.home}/.local/share/systemd/user" in searched
        assert user.show("FragmentPath") == f"{user.home}/.local/share/systemd/user/{_UNIT}"


def test_without_service_install_it_can_be_enabled_after_pip_alone(way: Installation) -> None:
    """And `service uninstall` takes back what `enable` made, but not what belongs to pip."""
    user = way.user
    user.systemctl("daemon-reload").expect(0)
    enabled = user.systemctl("enable", "--now", "kernelsync")
    if not _is_with_pip(way):
        assert enabled.code != 0
        return
    enabled.expect(0)
    assert (user.show("ActiveState"), user.show("UnitFileState")) == ("active", "enabled")
    assert _kernels(way) == {"app"}
    user.run(way.program, "service", "uninstall").expect(0)
    assert (user.show("ActiveState"), user.show("UnitFileState")) == ("inactive", "disabled")
    assert _own_units(way) == []
    assert _is_with_pip(way)


def test_service_install_makes_a_service_that_starts(way: Installation) -> None:
    """It starts this program by the path that survives upgrades, with the shell's variables."""
    user = way.user
    variables = {"WORKON_HOME": f"{user.home}/elsewhere", "UV_INDEX_TOKEN": "secret"}
    user.run(way.program, "service", "install", **variables).expect(0)
    with open(f"{user.home}/.config/systemd/user/{_UNIT}", encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert f"ExecStart={way.program} run" in lines
    assert [line for line in lines if line.startswith("Environment=")] == [
        f"Environment=WORKON_HOME={user.home}/elsewhere"
    ]
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert (user.show("ActiveState"), user.show("UnitFileState")) == ("active", "enabled")
    assert user.show("FragmentPath") == f"{user.home}/.config/systemd/user/{_UNIT}"
    assert _kernels(way) == {"app", "thesis"}


@pytest.mark.parametrize("strict", [False, True], ids=["usual", "strict"])
def test_uninstall_leaves_nothing(way: Installation, strict: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    """Neither unit, nor drop-in, nor the link of `enable`; the kernels stay."""
    user = way.user
    option = ("--strict",) if strict else ()
    user.run(way.program, "service", "install", *option).expect(0)
    user.systemctl("enable", "--now", "kernelsync").expect(0)
    assert ("strict.conf" in _own_units(way)) is strict
    user.run(way.program, "service", "uninstall").expect(0)
    assert _own_units(way) == []
    assert not os.path.exists(f"{user.home}/.config/systemd/user/{_UNIT}.d")
    assert user.show("ActiveState") == "inactive"
    assert user.show("LoadState") == ("loaded" if _is_with_pip(way) else "not-found")
    assert _kernels(way) == {"app"}


def test_uninstall_without_a_manager_leaves_nothing_either(way: Installation) -> None:
    """As in a container, or over `su`: what `enable` made would be left dangling."""
    user = way.user
    user.run(way.program, "service", "install").expect(0)
    user.systemctl("enable", "kernelsync").expect(0)
    alone = {"XDG_RUNTIME_DIR": f"{user.home}/none", "DBUS_SESSION_BUS_ADDRESS": ""}
    user.run(way.program, "service", "uninstall", **alone).expect(0)
    assert _own_units(way) == []
    user.systemctl("daemon-reload").expect(0)
