"""What the service remembers of environments, and what makes it look again."""

from __future__ import annotations

import os

import pytest

from kernelsync.model.environment import Condition
from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.plan import Plan, Remove
from kernelsync.service.attendant import Attendant
from kernelsync.service.probed import Probed
from kernelsync.service.removals import Removals
from kernelsync.watch.debounce import Debounce, Due, Patience
from support.values import STORE, candidate, environment, mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from kernelsync.model.environment import Environment


@pytest.fixture
def venvs(tmp_path: Path) -> str:
    """Return a directory with the environments one and two, and a base."""
    for name in ("venvs/one/bin", "venvs/two/bin", "base/bin"):
        (tmp_path / name).mkdir(parents=True)
    return str(tmp_path / "venvs")


def _environment(prefix: str, condition: Condition = Condition.READY) -> Environment:
    base = os.path.join(os.path.dirname(os.path.dirname(prefix)), "base", "bin")
    return environment(
        prefix,
        condition=condition,
        watch_points=(prefix, f"{prefix}/bin", base),
    )


def _known(venvs: str, *environments: Environment) -> Probed:
    probed = Probed()
    probed.begin(Due(everything=True))
    for each in environments or (_environment(f"{venvs}/one"), _environment(f"{venvs}/two")):
        assert probed.recall(each.candidate) is None
        probed.learn(each)
    probed.end()
    return probed


def _recalled(probed: Probed, venvs: str, *hints: str) -> set[str]:
    """Return the environments that need no look in a pass over these directories."""
    probed.begin(Due(directories=frozenset(hints)))
    return {
        name
        for name in ("one", "two")
        if probed.recall(_environment(f"{venvs}/{name}").candidate) is not None
    }


def test_a_hint_inside_one_environment_is_about_that_one(venvs: str) -> None:
    """The other is not probed again."""
    assert _recalled(_known(venvs), venvs, f"{venvs}/one/bin") == {"two"}


def test_a_hint_deep_inside_counts_as_well(venvs: str) -> None:
    """A watch may lie below all that was named, after the environment has changed."""
    assert _recalled(_known(venvs), venvs, f"{venvs}/two/lib/new") == {"one"}


def test_a_hint_on_the_container_is_about_what_is_other_than_before(venvs: str) -> None:
    """A new neighbour changes nothing; an environment in the place of another does."""
    probed = _known(venvs)
    assert _recalled(probed, venvs, venvs) == {"one", "two"}
    probed.end()
    os.rename(f"{venvs}/one", f"{venvs}/away")
    os.makedirs(f"{venvs}/one/bin")
    assert _recalled(probed, venvs, venvs) == {"two"}


def test_a_hint_above_the_container_counts_too(venvs: str) -> None:
    """A directory on the way may have been renamed, and another put into its place."""
    probed = _known(venvs)
    os.rename(venvs, f"{venvs}-away")
    os.makedirs(f"{venvs}/one/bin")
    os.makedirs(f"{venvs}/two/bin")
    assert _recalled(probed, venvs, os.path.dirname(venvs)) == set()


def test_a_hint_on_their_base_is_about_all(venvs: str) -> None:
    """An upgraded Python changes everything that was made of it."""
    base = f"{os.path.dirname(venvs)}/base/bin"
    assert _recalled(_known(venvs), venvs, base) == set()


def test_a_pass_over_everything_believes_nothing(venvs: str) -> None:
    """What no event tells of is found by the rescan."""
    probed = _known(venvs)
    probed.begin(Due(everything=True))
    assert probed.recall(_environment(f"{venvs}/one").candidate) is None


def test_many_hints_are_about_no_more_than_they_say(venvs: str) -> None:
    """Somebody makes a thousand environments at once: those that were there need no look."""
    hints = [f"{venvs}/{number}/bin" for number in range(1000)]
    assert _recalled(_known(venvs), venvs, *hints) == {"one", "two"}
    assert _quiet(venvs, *hints)
    assert _recalled(_known(venvs), venvs, *hints, f"{venvs}/two") == {"one"}


def test_an_entry_is_about_what_lies_at_its_path_alone(venvs: str) -> None:
    """The directory of all environments has a new entry: none of them need be looked at."""
    assert _recalled(_known(venvs), venvs, f"{venvs}/new") == {"one", "two"}
    assert _quiet(venvs, f"{venvs}/new")
    assert _recalled(_known(venvs), venvs, f"{venvs}/one") == {"two"}
    assert not _quiet(venvs, f"{venvs}/one")


def test_an_entry_of_their_base_is_about_all(venvs: str) -> None:
    """What is new in a directory can change whatever rests on that directory."""
    new = f"{os.path.dirname(venvs)}/base/bin/new"
    assert _recalled(_known(venvs), venvs, new) == set()
    assert not _quiet(venvs, new)


def test_an_environment_that_is_not_ready_is_always_looked_at(venvs: str) -> None:
    """Time alone can make it ready."""
    probed = _known(venvs, _environment(f"{venvs}/one", Condition.NOT_READY))
    assert _recalled(probed, venvs, "/elsewhere") == set()


def test_a_candidate_with_other_facts_is_looked_at(venvs: str) -> None:
    """It may have been found in another way, under another name."""
    probed = _known(venvs)
    probed.begin(Due(directories=frozenset({"/elsewhere"})))
    other = candidate(f"{venvs}/one", real=f"{venvs}/one", name="other")
    assert probed.recall(other) is None


def test_what_was_gone_for_one_pass_is_forgotten(venvs: str) -> None:
    """It is probed when it comes back."""
    probed = _known(venvs)
    assert _recalled(probed, venvs, "/elsewhere") == {"one", "two"}
    probed.begin(Due(directories=frozenset({"/elsewhere"})))
    assert probed.recall(_environment(f"{venvs}/one").candidate) is not None
    probed.end()
    assert _recalled(probed, venvs, "/elsewhere") == {"one"}


def test_a_pass_that_failed_leaves_what_was_known(venvs: str) -> None:
    """Without `end`, what it has touched is probed in the next one."""
    probed = _known(venvs)
    probed.begin(Due(directories=frozenset({f"{venvs}/one"})))
    assert _recalled(probed, venvs, "/elsewhere") == {"two"}


def test_what_would_go_is_looked_at_again(venvs: str) -> None:
    """The Python of an environment was away, and nobody was told that it is back."""
    one = _environment(f"{venvs}/one", Condition.BROKEN)
    probed = _known(venvs, one, _environment(f"{venvs}/two"))
    kernel = InstalledKernel(
        name=KernelName("one"),
        directory=f"{STORE}/one",
        in_store=True,
        ownership=Ownership.OURS,
        document={},
        files={},
        mark=mark(f"{venvs}/one"),
    )
    plan = Plan(actions=(Remove(installed=kernel, reason="it is broken"),), unchanged=())
    removals = Removals(Debounce(Patience()), lambda _: (), clock=lambda: 1000.0)
    due = Due(directories=frozenset({"/elsewhere"}))
    probed.begin(due)
    attendant = Attendant(due, probed, removals, lambda: False)
    assert attendant.recall(one.candidate) == one
    attendant.review(plan)
    probed.end()
    probed.begin(due)
    assert attendant.recall(one.candidate) is None
    assert not attendant.is_quiet(one)
    assert attendant.is_quiet(_environment(f"{venvs}/two"))


def _quiet(venvs: str, *hints: str) -> bool:
    probed = Probed()
    probed.begin(Due(directories=frozenset(hints)))
    return probed.is_quiet(_environment(f"{venvs}/one"))


def test_an_environment_is_quiet_when_no_hint_is_about_it(venvs: str) -> None:
    """A neighbour may change: this one's answer needs no look at its files."""
    assert _quiet(venvs, f"{venvs}/two/bin")


@pytest.mark.parametrize("hint", ["one", "one/bin", "one/lib/new", ".", "../base/bin", ".."])
def test_a_hint_on_inside_or_above_it_ends_the_quiet(venvs: str, hint: str) -> None:
    """Whatever it is, the files decide."""
    assert not _quiet(venvs, os.path.normpath(f"{venvs}/{hint}"))


def test_nothing_is_quiet_before_or_in_a_pass_over_everything(venvs: str) -> None:
    """What no event tells of is found by the rescan."""
    probed = Probed()
    assert not probed.is_quiet(_environment(f"{venvs}/one"))
    probed.begin(Due(everything=True))
    assert not probed.is_quiet(_environment(f"{venvs}/one"))
