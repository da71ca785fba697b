"""Results turn into lines, JSON and exit codes as promised."""

from __future__ import annotations

import json

import pytest

from kernelsync.cli.commands import remarks
from kernelsync.cli.commands.once import OnceResult
from kernelsync.cli.render import once
from kernelsync.cli.render.envelope import envelope
from kernelsync.cli.render.look import Look
from kernelsync.model.kernelspec import KernelName
from kernelsync.model.outcome import Standing, State, tally_of
from kernelsync.model.plan import Create, Hold, Plan, Remove
from kernelsync.model.problem import Problem
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from support import values
from support.values import environment, installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.kernelspec import KernelSpec
    from kernelsync.model.plan import Action

_PROBLEM = Problem(code="environment-broken", message="/x is broken", path="/x", hint="mend it")


def _spec() -> KernelSpec:
    wanted = desire([environment()], values.settings(), values.surroundings(), [])
    return wanted.specs[0]


def _result(*actions: Action, **facts: object) -> OnceResult:
    known: dict[str, object] = {
        "plan": Plan(actions=actions, unchanged=()),
        "actions": actions,
        "standings": (),
        "roots": (),
        "problems": (),
        "only_plan": False,
        "check": False,
        "seconds": 0.04,
    }
    tally = tally_of(facts.get("standings", ()))  # type: ignore[arg-type] # standings they are
    return OnceResult(**{"tally": tally, **known, **facts})


def _create() -> Create:
    return Create(spec=_spec(), reason="it is new")


def _hold() -> Hold:
    return Hold(installed=installed(_spec()), reason="its root is missing", way_out="mount it")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        pytest.param(_result(), 0, id="nothing to do"),
        pytest.param(_result(_create()), 0, id="something was done"),
        pytest.param(_result(_create(), only_plan=True), 0, id="a dry run with changes"),
        pytest.param(_result(_create(), only_plan=True, check=True), 1, id="drift"),
        pytest.param(_result(only_plan=True, check=True), 0, id="no drift"),
        pytest.param(
            _result(_hold(), problems=tuple(remarks.held([_hold()]))), 1, id="a removal is held"
        ),
        pytest.param(_result(problems=(_PROBLEM,)), 1, id="done, but with a problem"),
    ],
)
def test_exit_codes_of_a_pass(result: OnceResult, code: int) -> None:
    """1 means: done, but look."""
    assert result.exit_code == code


def test_a_pass_with_nothing_to_do_is_one_line() -> None:
    """Quiet, with a count and the time."""
    result = _result(
        standings=desire([environment()], values.settings(), values.surroundings(), []).standings,
        plan=Plan(actions=(), unchanged=(_spec().name,)),
    )
    assert list(once.lines(result, Look())) == ["1 kernel, nothing to do (0.04 s)"]


def _lacking(offer: str | None) -> Standing:
    return Standing(
        environment=environment(), state=State.NO_IPYKERNEL, reason="it has none", offer=offer
    )


_HELPED = "; 2 environments without ipykernel (kernelsync runtime install --missing)"


@pytest.mark.parametrize(
    ("offers", "remark"),
    [
        (("3.12",), "; 1 environment without ipykernel (kernelsync runtime install --missing)"),
        ((None, None), "; 2 environments without ipykernel (see 'kernelsync list')"),
        (
            ("3.12", "3.8", None),
            f"{_HELPED}, and 1 more (see 'kernelsync list')",
        ),
    ],
    ids=["a runtime helps", "none would", "both"],
)
def test_a_pass_says_what_would_make_more_kernels(
    offers: tuple[str | None, ...], remark: str
) -> None:
    """The command, for those whom a runtime would help."""
    result = _result(standings=tuple(map(_lacking, offers)))
    [line] = once.lines(result, Look())
    assert line == f"0 kernels, nothing to do (0.04 s){remark}"


def test_changes_have_signs_and_are_counted() -> None:
    """One line for each change, then the counts, then when it shows."""
    removal = Remove(installed=installed(_spec()), reason="/x is gone")
    shown = list(once.lines(_result(_create(), removal, _hold()), Look()))
    assert [line[0] for line in shown if line[0] in "+-!"] == ["+", "-", "!"]
    assert "1 created, 1 removed, 1 held (0.04 s)" in shown
    assert "within a minute" in shown[-1]


def test_a_plan_is_printed_like_a_result() -> None:
    """Only the words of the last line differ."""
    (change, summary) = once.lines(_result(_create(), only_plan=True), Look())
    assert change.startswith("+ app")
    assert summary == "1 to create (0.04 s)"


def test_a_held_removal_says_why_and_what_to_do() -> None:
    """It is a problem, so that programs see it too."""
    (problem,) = remarks.held([_create(), _hold()])
    assert problem.code == "removal-held"
    assert "its root is missing" in problem.message
    assert problem.hint == "mount it"


def test_quiet_says_nothing() -> None:
    """`-q` leaves only the problems."""
    assert list(once.lines(_result(_create()), Look(quiet=True))) == []


def test_no_environments_says_where_it_looked() -> None:
    """And what would widen the search."""
    roots = (values.root("/home/ada/.virtualenvs"),)
    shown = "\n".join(once.lines(_result(roots=roots), Look(home="/home/ada")))
    assert "~/.virtualenvs" in shown
    assert "To widen the search" in shown


def test_the_data_of_once_has_exactly_the_promised_keys() -> None:
    """Programs rely on them."""
    data = once.data(_result(_create(), _hold()))
    assert data == {
        "created": ["app"],
        "updated": [],
        "removed": [],
        "held": ["app"],
        "unchanged": [],
        "environments": 0,
    }


def test_the_envelope_has_exactly_the_promised_keys() -> None:
    """One object, in plain ASCII, for every command."""
    text = envelope("once", ok=False, data={"name": "プ"}, problems=(_PROBLEM,))
    assert text.isascii()
    assert json.loads(text) == {
        "schema_version": 1,
        "command": "once",
        "ok": False,
        "data": {"name": "プ"},
        "problems": [
            {
                "code": "environment-broken",
                "message": "/x is broken",
                "path": "/x",
                "hint": "mend it",
            }
        ],
    }


def test_changes_stand_in_the_order_of_their_versions() -> None:
    """As text, 3.10 would come before 3.9."""
    specs = [replace(_spec(), name=KernelName(f"pyenv-3.{minor}.1")) for minor in (10, 9)]
    creations = [Create(spec=spec, reason="it is new") for spec in specs]
    shown = list(once.lines(_result(_hold(), *creations), Look()))
    assert [line.split()[:2] for line in shown[:3]] == [
        ["+", "pyenv-3.9.1"],
        ["+", "pyenv-3.10.1"],
        ["!", "app"],
    ]
