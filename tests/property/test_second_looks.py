"""The law of the second look: it finds what a look at everything would.

Two services pass over the same environments, told the same by a real watcher. One looks again at
what the hints are about alone, the other forgets the last look before each pass.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelsync.machine import Machine
from kernelsync.service.echoes import Echoes
from kernelsync.watch.debounce import Due
from support.attended import Attended
from support.heard import Ear
from support.trees import add_ipykernel, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kernelsync.locators.survey import Survey
    from kernelsync.model.outcome import PassResult

    Change = Callable[["Home", str, str], None]

_PACKAGES = "lib/python3.12/site-packages"
_LATER = 3600.0
_PLACES = (
    ".venvs/one",
    ".venvs/two",
    ".venvs/three",
    ".virtualenvs/four",
    ".virtualenvs/five",
    ".pyenv/versions/3.12.1",
    ".pyenv/versions/3.12.1/envs/six",
)


class Home:
    """Where two services look, and what happens there."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.counting = Counting()
        self.quick = Attended(directory, "quick", self.counting, _LATER)
        self.thorough = Attended(directory, "thorough", later=_LATER)
        self._echoes = Echoes()
        self._ear = Ear(f"{directory}/marks")
        for place in _PLACES[:-1:2]:
            make(self, place, "")
        self._pass_over()

    def path(self, place: str) -> str:
        """Return the path of a place."""
        return f"{self.directory}/{place}"

    def go_on(self) -> None:
        """Let both services do what the hints so far call for, and compare what they see."""
        hints = self._ear.hints()
        due = Due(everything=hints is None, directories=hints or frozenset())
        left = self._echoes.without(due)
        if left is not None and (left.everything or left.directories):
            self._pass_over(*left.directories)

    def close(self) -> None:
        """Stop listening."""
        self._ear.close()

    def _pass_over(self, *hints: str) -> None:
        quick = self.quick.pass_over(*hints)
        self.thorough.rest()
        thorough = self.thorough.pass_over(*hints)
        assert _seen(quick) == _seen(thorough), hints
        assert self.quick.kernels() == self.thorough.kernels()
        self._echoes.expect(self.quick.kernels_directory, quick.outcomes)
        self._ear.follow(self.quick.places(quick))


class Counting(Machine):
    """This machine, and how many looks at it were second ones."""

    second = 0

    def survey(self, *facts: object) -> Survey:  # type: ignore[override] # handed on
        """Count, and look."""
        self.second += bool(facts[-1])
        return super().survey(*facts)  # type: ignore[arg-type] # as above


def _seen(result: PassResult) -> Mapping[str, object]:
    return {
        "standings": result.standings,
        "roots": result.roots,
        "problems": result.problems,
        "tally": result.tally,
        "unchanged": result.plan.unchanged,
        "actions": [type(action) for action in result.plan.actions],
    }


def make(home: Home, place: str, _: str) -> None:
    """Make an environment with ipykernel, or an interpreter."""
    if "versions" in place and "envs" not in place:
        shutil.copytree(home.quick.base, home.path(place), symlinks=True)
    else:
        make_venv(home.path(place), base=home.quick.base)


def make_without(home: Home, place: str, _: str) -> None:
    """Make an environment that lacks ipykernel."""
    make_venv(home.path(place), base=home.quick.base, ipykernel=None)


def install(home: Home, place: str, _: str) -> None:
    """Install ipykernel into what is there."""
    packages = home.path(f"{place}/{_PACKAGES}")
    if os.path.isdir(packages) and not os.path.exists(f"{packages}/ipykernel"):
        add_ipykernel(home.path(place), packages, "7.1.0")


def uninstall(home: Home, place: str, _: str) -> None:
    """Uninstall it."""
    packages = home.path(f"{place}/{_PACKAGES}")
    for name in os.listdir(packages):
        if name.startswith("ipykernel") and os.path.isdir(f"{packages}/{name}"):
            shutil.rmtree(f"{packages}/{name}")


def install_something(home: Home, place: str, _: str) -> None:
    """Write what has to do with no kernel."""
    if os.path.isdir(home.path(place)):
        write(home.path(f"{place}/.lock"))
        write(home.path(f"{place}/{_PACKAGES}/numpy/version.py"))
        write(home.path(f"{place}/bin/f2py"))


def remove(home: Home, place: str, _: str) -> None:
    """Remove an environment."""
    shutil.rmtree(home.path(place))


def remove_settings(home: Home, place: str, _: str) -> None:
    """Remove what makes a directory a virtual environment."""
    os.unlink(home.path(f"{place}/pyvenv.cfg"))


def remove_python(home: Home, place: str, _: str) -> None:
    """Remove the interpreter."""
    os.unlink(home.path(f"{place}/bin/python"))


def move(home: Home, place: str, other: str) -> None:
    """Rename an environment, perhaps into another container."""
    if not os.path.lexists(home.path(other)):
        os.rename(home.path(place), home.path(other))


def swap(home: Home, place: str, other: str) -> None:
    """Let two environments change their places."""
    first, second, aside = home.path(place), home.path(other), home.path("aside")
    if os.path.isdir(first) and os.path.isdir(second) and not f"{second}/".startswith(f"{first}/"):
        os.rename(first, aside)
        os.rename(second, first)
        os.rename(aside, second)


def link(home: Home, place: str, other: str) -> None:
    """Give an environment a second path, or put one in the place of another."""
    if os.path.isdir(home.path(place)) and place != other:
        if os.path.islink(home.path(other)):
            os.unlink(home.path(other))
        os.symlink(home.path(place), home.path(other))


def set_project(home: Home, place: str, other: str) -> None:
    """Tell virtualenvwrapper which project it is for."""
    if os.path.isdir(home.path(place)):
        write(home.path(f"{place}/.project"), home.path(os.path.dirname(other)))


def move_container(home: Home, place: str, _: str) -> None:
    """Take a whole container away, or bring it back."""
    container = home.path(os.path.dirname(place))
    here, away = container, f"{container}.away"
    os.rename(*((away, here) if os.path.isdir(away) else (here, away)))


def remove_kernelspec(home: Home, place: str, _: str) -> None:
    """Remove a kernel by hand; the names are alike for both services."""
    names = sorted(home.quick.kernels())
    for name in names[_PLACES.index(place) :][:1]:
        for service in (home.quick, home.thorough):
            shutil.rmtree(f"{service.kernels_directory}/{name}")


def write_kernelspec(home: Home, place: str, _: str) -> None:
    """Write one by hand, where Jupyter looks and nobody watches, in the name of an environment."""
    name = os.path.basename(place)
    document = {"argv": ["sh"], "display_name": "by hand", "language": "sh"}
    write(home.path(f"others/kernels/{name}/kernel.json"), json.dumps(document))


def move_library(home: Home, _: str, __: str) -> None:
    """Take the standard library of a base away, or bring it back; nobody watches it."""
    here, away = f"{home.quick.base}/lib", f"{home.quick.base}/lib.away"
    os.rename(*((away, here) if os.path.isdir(away) else (here, away)))


def open_up(home: Home, _: str, __: str) -> None:
    """Let everybody write to the standard library of a base, or nobody any more."""
    library = f"{home.quick.base}/lib/python3.12"
    is_open = os.stat(library).st_mode & stat.S_IWOTH
    os.chmod(library, 0o755 if is_open else 0o777)


def upgrade(home: Home, _: str, __: str) -> None:
    """Upgrade a base in place."""
    header = f"{home.quick.base}/include/python3.12/patchlevel.h"
    write(header, f'#define PY_VERSION "3.12.{os.stat(header).st_size % 7 + 10}"\n')


_CHANGES: tuple[Change, ...] = (
    make,
    make_without,
    install,
    install,
    uninstall,
    install_something,
    install_something,
    remove,
    remove_settings,
    remove_python,
    move,
    swap,
    link,
    set_project,
    move_container,
    remove_kernelspec,
    write_kernelspec,
    move_library,
    open_up,
    upgrade,
)
_STEPS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(_CHANGES), st.sampled_from(_PLACES), st.sampled_from(_PLACES)),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_a_second_look_sees_what_a_look_at_everything_sees(
    steps: list[list[tuple[Change, str, str]]],
) -> None:
    """After every burst of changes, whatever they are, both come to the same."""
    with tempfile.TemporaryDirectory() as directory:
        home = Home(directory)
        try:
            for burst in steps:
                for change, place, other in burst:
                    # What was done before can be in the way of a change: then nothing changes.
                    with suppress(OSError):
                        change(home, place, other)
                home.go_on()
        finally:
            home.close()


def test_the_law_is_about_second_looks(tmp_path: os.PathLike[str]) -> None:
    """What is installed into one environment, or comes beside it, needs no look at all others."""
    home = Home(os.fspath(tmp_path))
    try:
        for change, place in (
            (install_something, ".venvs/one"),
            (make_without, ".venvs/two"),
            (install, ".venvs/two"),
            (set_project, ".virtualenvs/five"),
        ):
            # After new watches, and after changes of ours, a pass looks at everything.
            home.go_on()
            home.quick.pass_over(f"{home.directory}/elsewhere")
            home.thorough.pass_over(f"{home.directory}/elsewhere")
            before = home.counting.second
            change(home, place, ".venvs")
            home.go_on()
            assert home.counting.second == before + 1, change
    finally:
        home.close()


@pytest.mark.parametrize("unheard", [move_library, open_up, upgrade, write_kernelspec])
def test_what_nobody_watches_is_seen_all_the_same(
    tmp_path: os.PathLike[str], unheard: Change
) -> None:
    """In the next pass, whatever that is about."""
    home = Home(os.fspath(tmp_path))
    try:
        home.go_on()
        home.quick.pass_over(home.path(".venvs/nobody"))
        unheard(home, ".venvs/two", "")
        make(home, ".venvs/two", "")
        seen = home.quick.pass_over(home.path(".venvs/two"))
        home.thorough.rest()
        assert _seen(seen) == _seen(home.thorough.pass_over())
    finally:
        home.close()


def test_the_law_can_be_broken(tmp_path: os.PathLike[str]) -> None:
    """Without the right hints a second look and a look at everything do not agree."""
    home = Home(os.fspath(tmp_path))
    try:
        home.go_on()
        elsewhere = home.path(".venvs/nobody")
        home.quick.pass_over(elsewhere)
        uninstall(home, ".venvs/one", "")
        quick = home.quick.pass_over(elsewhere)
        home.thorough.rest()
        assert _seen(quick) != _seen(home.thorough.pass_over())
    finally:
        home.close()
