"""The unit that `service install` writes."""

from __future__ import annotations

import os

import pytest

import kernelsync
from kernelsync.errors import UsageError
from kernelsync.model.value import replace
from kernelsync.service.unit import MARK, Places, captured, strict_text, unit_text
from kernelsync.service.unit_file import UnitFile, remove_dead_links, strict_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = ("/home/me/.local/bin/kernelsync", "run")


def _lines(program: tuple[str, ...] = _PROGRAM, **variables: str) -> list[str]:
    return unit_text(program, variables).splitlines()


def test_it_starts_this_program() -> None:
    """The one line that differs between installations."""
    starts = [line for line in _lines() if line.startswith("ExecStart=")]
    assert starts == ["ExecStart=/home/me/.local/bin/kernelsync run"]


def test_the_rest_is_the_shipped_unit() -> None:
    """Everything else is as documented in systemd/kernelsync.service."""
    text = unit_text(_PROGRAM, {})
    for line in ("Type=notify", "RestartPreventExitStatus=2 4", "WantedBy=default.target"):
        assert line in text.splitlines()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/a b/kernelsync", '"/home/a b/kernelsync"'),
        ("/home/50%/kernelsync", '"/home/50%%/kernelsync"'),
        ('/home/"/kernelsync', '"/home/\\"/kernelsync"'),
        ("/home/\\/kernelsync", '"/home/\\\\/kernelsync"'),
    ],
)
def test_odd_paths_are_quoted(path: str, expected: str) -> None:
    """By systemd.syntax(7); a percent sign would be a specifier."""
    assert f"ExecStart={expected} run" in _lines((path, "run"))


def test_options_keep_their_dollar_signs() -> None:
    """Systemd puts variables into arguments, but not into the program's path."""
    lines = _lines(("/bin/kernelsync", "--config", "/home/$me/c.yaml", "run"))
    assert "ExecStart=/bin/kernelsync --config /home/$$me/c.yaml run" in lines


def test_variables_stand_below_the_program() -> None:
    """With the same quoting, but no dollar sign is special there."""
    lines = _lines(WORKON_HOME='/home/me/my "$envs" 100%')
    assert 'Environment="WORKON_HOME=/home/me/my \\"$envs\\" 100%%"' in lines


def test_what_says_where_environments_and_kernels_are_is_captured() -> None:
    """A user service does not inherit what .bashrc exports."""
    environ = dict.fromkeys(
        (
            "PYENV_ROOT",
            "WORKON_HOME",
            "POETRY_VIRTUALENVS_PATH",
            "PIPENV_VENV_IN_PROJECT",
            "HATCH_DATA_DIR",
            "UV_PYTHON_INSTALL_DIR",
            "CONDA_ENVS_PATH",
            "JUPYTER_DATA_DIR",
            "XDG_DATA_HOME",
            "KERNELSYNC_CONFIG",
        ),
        "/some/where",
    )
    assert captured(environ) == environ


@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "XDG_RUNTIME_DIR", "XDG_SESSION_ID"],
)
def test_what_belongs_to_one_shell_or_login_is_not(name: str) -> None:
    """It would be wrong tomorrow."""
    assert captured({name: "/some/where"}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUPYTER_TOKEN", "abc"),
        ("POETRY_HTTP_BASIC_WORK_PASSWORD", "abc"),
        ("POETRY_PYPI_TOKEN_PYPI", "abc"),
        ("UV_INDEX_URL", "https://me:secret@packages.example/simple"),
    ],
)
def test_a_secret_never_gets_into_the_unit(name: str, value: str) -> None:
    """Whoever may see the units of a user sees all that is in them."""
    assert captured({name: value}) == {}


@pytest.mark.parametrize("value", ["", "a\nExecStart=/bin/evil", "\udcff"])
def test_a_value_that_no_unit_can_hold_is_left_out(value: str) -> None:
    """A line break would begin another directive."""
    assert captured({"WORKON_HOME": value}) == {}


def test_the_unit_is_written_where_the_manager_looks(tmp_path: Path) -> None:
    """With the folders above; writing the same again changes nothing."""
    file = UnitFile(str(tmp_path))
    assert file.write(unit_text(_PROGRAM, {})) is True
    before = os.stat(file.path)
    assert file.path == str(tmp_path / ".config/systemd/user/kernelsync.service")
    assert file.write(unit_text(_PROGRAM, {})) is False
    assert os.path.samestat(os.stat(file.path), before)
    assert os.listdir(os.path.dirname(file.path)) == ["kernelsync.service"]


def test_a_later_installation_replaces_it(tmp_path: Path) -> None:
    """Because the first line says that we wrote it."""
    file = UnitFile(str(tmp_path))
    file.write(unit_text(_PROGRAM, {}))
    assert file.write(unit_text(("/opt/kernelsync", "run"), {})) is True
    assert "/opt/kernelsync" in (file.read() or "")


@pytest.mark.parametrize("link", [False, True])
def test_somebody_elses_unit_is_neither_replaced_nor_removed(tmp_path: Path, *, link: bool) -> None:
    """Also not a masked one, which is a link to /dev/null."""
    file = UnitFile(str(tmp_path))
    os.makedirs(os.path.dirname(file.path))
    if link:
        os.symlink("/dev/null", file.path)
    else:
        with open(file.path, "w", encoding="utf-8") as written:
            written.write("[Service]\n")
    with pytest.raises(UsageError, match="was not written by kernelsync"):
        file.write(unit_text(_PROGRAM, {}))
    with pytest.raises(UsageError, match="was not written by kernelsync"):
        file.remove()
    assert os.path.lexists(file.path)


def test_removing_says_whether_there_was_one(tmp_path: Path) -> None:
    """The second time there is nothing to do."""
    file = UnitFile(str(tmp_path))
    file.write(f"{MARK}\n")
    assert (file.remove(), file.remove()) == (True, False)


_HOME = "/home/me"
_USUAL = Places(
    data=f"{_HOME}/.local/share/jupyter",
    state=f"{_HOME}/.local/state/kernelsync",
    cache=f"{_HOME}/.cache/kernelsync",
)


def test_the_strict_drop_in_is_the_shipped_one() -> None:
    """Where everything lies at its usual place."""
    shipped = os.path.join(os.path.dirname(kernelsync.__file__), "service", "strict.conf")
    with open(shipped, encoding="utf-8") as file:
        assert strict_text(_USUAL, _HOME, "") == f"{MARK}\n{file.read()}"


def test_the_strict_drop_in_opens_the_places_that_are_in_use() -> None:
    """A place that the settings or a variable name, however odd, instead of the usual one."""
    places = replace(_USUAL, data="/data/50% $off")
    lines = strict_text(places, _HOME, "").splitlines()
    assert 'ReadWritePaths="/data/50%% $off"' in lines
    assert not [line for line in lines if "share/jupyter" in line]
    (making,) = (line for line in lines if line.startswith("ExecStartPre="))
    assert '"/data/50%% $$off" %h/.local/state/kernelsync' in making


def test_the_strict_drop_in_trusts_what_the_shell_trusts() -> None:
    """Besides the usual paths."""
    lines = strict_text(_USUAL, _HOME, "/opt:/nix store").splitlines()
    (trusted,) = (line for line in lines if line.startswith("Environment="))
    assert 'Environment="KERNELSYNC_TRUSTED_PATHS=/usr:' in trusted
    assert trusted.endswith(':/opt:/nix store"')


def test_the_drop_in_goes_with_its_directory(tmp_path: Path) -> None:
    """Unless somebody else's drop-ins are there."""
    file = strict_file(str(tmp_path))
    directory = os.path.dirname(file.path)
    assert directory.endswith("/kernelsync.service.d")
    file.write(f"{MARK}\n")
    assert file.is_ours()
    assert file.remove()
    assert not os.path.exists(directory)
    file.write(f"{MARK}\n")
    other = os.path.join(directory, "override.conf")
    with open(other, "w", encoding="utf-8"):
        pass
    assert file.remove()
    assert os.path.exists(other)


def test_a_drop_in_by_somebody_else_is_not_ours(tmp_path: Path) -> None:
    """As copied by hand: it is neither brought up to date nor removed."""
    file = strict_file(str(tmp_path))
    os.makedirs(os.path.dirname(file.path))
    with open(file.path, "w", encoding="utf-8") as written:
        written.write("[Service]\n")
    assert not file.is_ours()
    with pytest.raises(UsageError):
        file.remove()


def test_the_link_of_enable_goes_when_it_dangles(tmp_path: Path) -> None:
    """Only then: a unit that came with pip may still be enabled."""
    unit = UnitFile(str(tmp_path))
    wants = tmp_path / ".config/systemd/user/default.target.wants"
    wants.mkdir(parents=True)
    os.symlink(unit.path, wants / "kernelsync.service")
    unit.write(f"{MARK}\n")
    assert not remove_dead_links(str(tmp_path))
    unit.remove()
    assert remove_dead_links(str(tmp_path))
    assert not wants.exists()
    assert not remove_dead_links(str(tmp_path))
