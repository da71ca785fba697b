"""Which environments hints are about; where that is not certain, it may be all of them."""

from __future__ import annotations

import pytest

from kernelsync.planning.touched import touched
from support.values import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment

_ENVS = "/home/ada/.virtualenvs"
_BASE = "/opt/python"
_WATCHED = (_ENVS, "/home/ada/.pyenv/versions", "/home/ada")


def _environment(prefix: str, *further: str) -> Environment:
    inside = f"{prefix}/lib/python3.12/site-packages"
    return environment(prefix, watch_points=(prefix, inside, f"{_BASE}/bin", *further))


_ALL = (
    _environment(f"{_ENVS}/one"),
    _environment(f"{_ENVS}/two", "/home/ada/src/tool"),
    _environment("/home/ada/.pyenv/versions/3.12.1"),
    _environment("/home/ada/.pyenv/versions/3.12.1/envs/six"),
)


@pytest.mark.parametrize(
    ("hints", "names"),
    [
        pytest.param({f"{_ENVS}/one/lib/python3.12/site-packages/numpy"}, {"one"}, id="inside"),
        pytest.param({f"{_ENVS}/one"}, {"one"}, id="itself"),
        pytest.param({f"{_ENVS}/one/bin", f"{_ENVS}/two/.lock"}, {"one", "two"}, id="two"),
        pytest.param({f"{_ENVS}/three"}, set(), id="one that is new"),
        pytest.param({f"{_ENVS}/one-more"}, set(), id="a name that begins alike"),
        pytest.param(
            {"/home/ada/.pyenv/versions/3.12.1/envs/six/bin"}, {"3.12.1", "six"}, id="nested"
        ),
        pytest.param(set(), set(), id="none"),
    ],
)
def test_what_hints_are_about(hints: set[str], names: set[str]) -> None:
    """An environment is touched by what happens to it, and inside of it."""
    found = touched(hints, _ALL, lambda: _WATCHED)
    assert found is not None
    assert {real.rpartition("/")[2] for real in found} == names


@pytest.mark.parametrize(
    "hint",
    [
        pytest.param("/", id="the top"),
        pytest.param("/home/ada", id="above all"),
        pytest.param(_ENVS, id="a container"),
        pytest.param(f"{_BASE}/bin", id="what they rest on"),
        pytest.param(f"{_BASE}/bin/python3.12", id="an entry of that"),
        pytest.param("/home/ada/src/tool/pyproject.toml", id="what is being developed"),
        pytest.param("/home/ada/src", id="above that"),
        pytest.param("/home/ada/.local/share/jupyter/kernels/one", id="a kernelspec"),
        pytest.param("/elsewhere/file", id="what nobody knows"),
    ],
)
def test_what_may_be_about_more(hint: str) -> None:
    """Then a look at everything is what helps, whatever else there is."""
    assert touched({hint, f"{_ENVS}/one/bin"}, _ALL, lambda: _WATCHED) is None


def test_an_environment_behind_a_link() -> None:
    """It is touched where it is; where its link is, others may have been linked, too."""
    linked = environment(f"{_ENVS}/link", real="/srv/env", watch_points=(_ENVS,))
    assert touched({"/srv/env/bin"}, (linked,), lambda: _WATCHED) == {"/srv/env"}
    assert touched({f"{_ENVS}/link"}, (linked,), lambda: _WATCHED) is None


def test_where_locators_look_is_not_asked_for_what_lies_inside() -> None:
    """It costs more than all the rest."""

    def never() -> tuple[str, ...]:
        raise AssertionError

    assert touched({f"{_ENVS}/one/bin"}, _ALL, never) == {f"{_ENVS}/one"}
