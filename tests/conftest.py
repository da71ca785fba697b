"""Isolation: no test sees the home, the settings or the environments of whoever runs it."""

from __future__ import annotations

import itertools
import os

import pytest

from support.lab import Lab
from support.machine import Machine
from support.population import populate
from support.programs import MissingToolError
from support.real_tools import RealTools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import NoReturn

_ENVIRON = pytest.StashKey[dict[str, str]]()

# Variables that tell a tool where environments, settings or kernels are, or how to talk.
_PREFIXES = (
    "CONDA_",
    "HATCH_",
    "JUPYTER_",
    "KERNELSYNC_",
    "MAMBA_",
    "PDM_",
    "PIPENV_",
    "POETRY_",
    "PYENV_",
    "UV_",
    "VIRTUALENV",
    "XDG_",
)
_NAMES = (
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "IPYTHONDIR",
    "JOURNAL_STREAM",
    "NOTIFY_SOCKET",
    "NO_COLOR",
    "PROJECT_HOME",
    "PYTHONDONTWRITEBYTECODE",
    "VIRTUAL_ENV",
    "WORKON_HOME",
)


def pytest_configure(config: pytest.Config) -> None:
    """Remember the environment of this run before any test changes it."""
    config.stash[_ENVIRON] = dict(os.environ)


def _missing(error: MissingToolError) -> NoReturn:
    """Fail in CI, which installs everything; elsewhere skip, with the name of the tool."""
    if os.environ.get("CI"):
        raise error
    pytest.skip(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:  # noqa: ARG001 - pytest names it
    """Say which tool a test lacks, where fixtures need it."""
    try:
        yield
    except MissingToolError as error:
        _missing(error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:  # noqa: ARG001 - pytest names it
    """Say which tool a test lacks, where the test itself needs it."""
    try:
        yield
    except MissingToolError as error:
        _missing(error)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Names of home directories, a new one each time, outside every test's tmp_path."""
    directory = tmp_path_factory.mktemp("homes")
    return (str(directory / str(number)) for number in itertools.count())


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, homes: Iterator[str]) -> None:
    """Give the test a home of its own, and take away what leads to the real one."""
    home = next(homes)
    os.makedirs(os.path.join(home, ".runtime"), mode=0o700)
    for name in tuple(os.environ):
        if name in _NAMES or name.startswith(_PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("XDG_CONFIG_HOME", os.path.join(home, ".config"))
    monkeypatch.setenv("XDG_DATA_HOME", os.path.join(home, ".local", "share"))
    monkeypatch.setenv("XDG_CACHE_HOME", os.path.join(home, ".cache"))
    monkeypatch.setenv("XDG_STATE_HOME", os.path.join(home, ".local", "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.path.join(home, ".runtime"))
    monkeypatch.setenv("PYENV_ROOT", os.path.join(home, ".pyenv"))
    monkeypatch.setenv("WORKON_HOME", os.path.join(home, ".virtualenvs"))


@pytest.fixture(scope="session")
def shared_scratch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a directory that all processes of this test run (pytest-xdist) share."""
    base = tmp_path_factory.getbasetemp()
    return str(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def tools(pytestconfig: pytest.Config, shared_scratch: str) -> Iterator[RealTools]:
    """Real tools, Jupyter and the installed kernelsync; the real pyenv must stay as it is."""
    environ = pytestconfig.stash[_ENVIRON]
    found = RealTools.set_up(shared_scratch, environ)
    before = found.pyenv.picture()
    yield found
    assert found.pyenv.picture() == before, "a test installed something into the real pyenv"


@pytest.fixture
def machine(tmp_path: Path, tools: RealTools) -> Machine:
    """Return a new machine without any environment."""
    home = tmp_path / "home"
    home.mkdir()
    return Machine(str(home), tools)


@pytest.fixture(scope="session")
def populated(shared_scratch: str, tools: RealTools) -> Machine:
    """Return the machine with environments of all tools, after one pass; only to be read."""
    return populate(shared_scratch, tools)


@pytest.fixture(scope="session")
def lab(shared_scratch: str, tools: RealTools) -> Lab:
    """Return interpreters of all ages, with runtimes to borrow from."""
    return Lab(shared_scratch, tools)
