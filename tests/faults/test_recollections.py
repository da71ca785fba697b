"""What a pass of the service believes from the one before: little is read, and nothing is missed.

A hint about one environment must not cost a look into a thousand others, and what is remembered
must neither keep a kernel alive nor hide a change.
"""

from __future__ import annotations

import os
import re
import shutil
import sys

import pytest

from kernelsync.model.outcome import State
from support.attended import Attended
from support.processes import run
from support.programs import need
from support.trees import add_ipykernel, link, make_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.outcome import PassResult

_COUNT = 40
_TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SOURCE = os.path.join(os.path.dirname(_TESTS), "src")
_PACKAGES = "lib/python3.12/site-packages"


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """Return for each pass how often the inside of each environment was looked at, by strace."""
    directory = str(tmp_path_factory.mktemp("attended"))
    log, home = f"{directory}/trace", f"{directory}/home"
    program = (sys.executable, "-m", "support.attended", home, str(_COUNT))
    environ = {"PATH": os.defpath, "PYTHONPATH": f"{_TESTS}:{_SOURCE}", "HOME": directory}
    run((need("strace"), "-f", "-e", "trace=%file", "-o", log, *program), environ=environ).expect(0)
    with open(log, encoding="utf-8") as file:
        trace = file.read()
    return {name: _looks_in(trace, name) for name in ("first", "one", "container", "all")}


def _looks_in(trace: str, name: str) -> dict[str, int]:
    _, _, rest = trace.partition(f'"/begin-{name}"')
    during, end, _ = rest.partition(f'"/end-{name}"')
    assert end
    found = re.findall(r'"[^"]*/\.venvs/(e\d+)/(?:lib|bin|share)', during)
    return {f"e{number}": found.count(f"e{number}") for number in range(_COUNT)}


def test_the_first_pass_looks_into_every_environment(looks: dict[str, dict[str, int]]) -> None:
    """The counter counts."""
    assert min(looks["first"].values()) > 3


def test_a_hint_about_one_environment_leaves_all_others_alone(
    looks: dict[str, dict[str, int]],
) -> None:
    """Not a single file inside the others is opened, or even looked for."""
    assert looks["one"].pop("e0") > 0
    assert set(looks["one"].values()) == {0}


def test_a_hint_about_their_folder_looks_at_directories_alone(
    looks: dict[str, dict[str, int]],
) -> None:
    """One of the environments may be another one now, which its directories tell."""
    changed = looks["container"].pop("e0")
    assert changed > max(looks["container"].values())
    assert max(looks["container"].values()) < min(looks["first"].values())


def test_a_pass_over_everything_looks_into_every_environment(
    looks: dict[str, dict[str, int]],
) -> None:
    """It is there for what no event has told."""
    assert min(looks["all"].values()) > 0


@pytest.fixture
def attended(tmp_path: Path) -> Attended:
    """Return a home with the kernels one and two, after a pass that remembers both."""
    made = Attended(str(tmp_path))
    for name in ("one", "two"):
        made.environment(name)
    made.environment("neighbour", ipykernel=None)
    made.pass_over()
    assert made.kernels() == {"one", "two"}
    return made


def _state(result: PassResult, prefix: str) -> State:
    (state,) = (
        each.state for each in result.standings if each.environment.candidate.prefix == prefix
    )
    return state


def test_the_kernel_of_an_environment_that_is_gone_goes(attended: Attended) -> None:
    """Even if the only hint is about something else: what is there is always listed anew."""
    shutil.rmtree(f"{attended.home}/.venvs/one")
    attended.pass_over(f"{attended.home}/.venvs/two/bin")
    assert attended.kernels() == {"two"}


def test_an_environment_in_the_place_of_another_is_looked_at(attended: Attended) -> None:
    """The folder is the only hint; nothing of the one before is believed."""
    prefix = f"{attended.home}/.venvs/one"
    os.rename(prefix, f"{attended.home}/aside")
    attended.environment("one", ipykernel=None)
    result = attended.pass_over(os.path.dirname(prefix))
    assert _state(result, prefix) is State.NO_IPYKERNEL
    assert attended.kernels() == {"two"}


def test_ipykernel_that_went_takes_the_kernel_along(attended: Attended) -> None:
    """A hint about site-packages is enough."""
    prefix = f"{attended.home}/.venvs/one"
    os.unlink(f"{prefix}/{_PACKAGES}/ipykernel_launcher.py")
    attended.pass_over(f"{prefix}/{_PACKAGES}")
    assert attended.kernels() == {"two"}


def test_ipykernel_that_came_makes_a_kernel(attended: Attended) -> None:
    """That there is none is remembered too, and forgotten by a hint."""
    prefix = f"{attended.home}/.venvs/neighbour"
    add_ipykernel(prefix, f"{prefix}/{_PACKAGES}", "7.1.0")
    attended.pass_over(f"{prefix}/{_PACKAGES}")
    assert attended.kernels() == {"neighbour", "one", "two"}


def test_a_base_that_went_breaks_all_that_was_made_of_it(attended: Attended) -> None:
    """One hint about the base is a hint about every environment of it."""
    os.rename(attended.base, f"{attended.base}-gone")
    result = attended.pass_over(f"{attended.base}/bin")
    for name in ("one", "two", "neighbour"):
        assert _state(result, f"{attended.home}/.venvs/{name}") is State.BROKEN


def test_an_interpreter_of_another_base_changes_the_kernel(attended: Attended) -> None:
    """`bin/python` leads elsewhere now: a hint about `bin` tells."""
    newer = make_base(f"{attended.home}/opt/newer", "3.12.9")
    prefix = f"{attended.home}/.venvs/one"
    os.unlink(f"{prefix}/bin/python")
    link(f"{prefix}/bin/python", f"{newer}/bin/python")
    result = attended.pass_over(f"{prefix}/bin")
    (standing,) = (each for each in result.standings if each.environment.candidate.prefix == prefix)
    assert standing.environment.interpreter is not None
    assert standing.environment.interpreter.version == "3.12.9"


def test_what_no_event_told_is_found_by_the_next_pass_over_everything(attended: Attended) -> None:
    """A hint about another environment leaves it as it was; the rescan believes nothing."""
    prefix = f"{attended.home}/.venvs/one"
    os.unlink(f"{prefix}/{_PACKAGES}/ipykernel_launcher.py")
    attended.pass_over(f"{attended.home}/.venvs/two/bin")
    assert attended.kernels() == {"one", "two"}
    attended.pass_over()
    assert attended.kernels() == {"two"}


def test_a_pass_that_was_interrupted_leaves_nothing_stale(attended: Attended) -> None:
    """What it was about is looked at again in the next pass, whatever that one is about."""
    prefix = f"{attended.home}/.venvs/one"
    os.unlink(f"{prefix}/{_PACKAGES}/ipykernel_launcher.py")
    attended.begin_and_give_up(f"{prefix}/{_PACKAGES}")
    attended.pass_over(f"{attended.home}/.venvs/two/bin")
    assert attended.kernels() == {"two"}
