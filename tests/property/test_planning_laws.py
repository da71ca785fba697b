"""The laws of planning.

1. Kernel names are legal, unique on Jupyter's path, and stay whatever comes or goes.
2. Display names are unique, short, never empty, and nothing in them is invisible.
3. The order of environments, installed kernels and roots does not matter.
4. A pass after a pass has nothing to do.
5. What is not ours is never changed or removed.
6. Nothing is removed under a root that is not certain, unless somebody confirms it.
7. The guard holds removals, and does nothing else.
8. What is reused of an earlier planning makes no difference.
"""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kernelsync.model.environment import Absence, Condition, RootState
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.plan import Hold, Remove, Update
from kernelsync.model.runtime import Runtime, Runtimes
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff
from kernelsync.planning.guard import guard, places_to_look
from kernelsync.planning.reuse import Reuse
from kernelsync.planning.stems import is_reserved, is_vscodes
from support.values import (
    CONDA,
    ELSEWHERE,
    HOME,
    MANAGERS,
    STORE,
    applied,
    by_hand,
    environment,
    foreign,
    installed,
    on_other_host,
    provided,
    root,
    roots_of,
    settings,
    surroundings,
    trace,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.plan import Plan
    from kernelsync.model.settings import Settings
    from kernelsync.planning.desired import Desired

LEGAL = set("abcdefghijklmnopqrstuvwxyz0123456789._-")
HEX = set("0123456789abcdef")

HOSTILE = (
    *("app", "App", "APP", "app-py3.12", "app-work", "python", "python3", "Python3.12", "pythonx"),
    *("プロジェクト", "проект", "\u202eppa", "\u200b", "a\nb", "\x1b[31m", "-rf", "..", "."),
    *("{prefix}", "${HOME}", "%s", "'\"`", "<b>", "n" * 255, "f" * 64, "jvsc74a57bd0", "_", ""),
)
ABSENCES = st.sampled_from(list(Absence))
NAMES = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=12)
FOLDERS = ("/data/a", "/data/b", f"{HOME}/src", f"{HOME}/work", HOME, "/x/a")
TEMPLATES = ("{name}", "{manager}-{name}", "{name}-{minor}", "{project}", "same")


@st.composite
def environments(draw: st.DrawFn, most: int = 8) -> tuple[Environment, ...]:
    """Draw environments in few folders, with names that clash and worse."""
    found = {}
    for number in range(draw(st.integers(0, most))):
        name = draw(NAMES)
        folder = draw(st.sampled_from(FOLDERS))
        prefix = f"{folder}/env-{number}"
        other = provided(prefix, "ir", argv=["R", "{connection_file}"])
        found[prefix] = environment(
            prefix,
            version=draw(st.sampled_from(("3.9.1", "3.12.1", "2.7.18"))),
            name=name,
            manager=draw(st.sampled_from((*MANAGERS, CONDA))),
            base=draw(st.booleans()),
            condition=draw(st.sampled_from((Condition.READY, Condition.READY, *Condition))),
            requested=draw(st.booleans()),
            provided=draw(st.sampled_from(((provided(prefix),), (provided(prefix), other), ()))),
        )
    return tuple(found.values())


@st.composite
def strangers(draw: st.DrawFn) -> tuple[InstalledKernel, ...]:
    """Draw kernelspecs of others: any names, some for our environments, some with marks."""
    found = {}
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(("app", "App", "app-work", "app-py3.12", "workon-app", "same")))
        directory = draw(st.sampled_from((STORE, ELSEWHERE)))
        number = draw(st.integers(0, 7))
        prefix = f"{draw(st.sampled_from(FOLDERS))}/env-{number}"
        spec = desire((environment(prefix),), settings(), surroundings(), ()).specs[0]
        theirs = replace(
            installed(spec), name=name, directory=f"{directory}/{name}", in_store=directory == STORE
        )
        kernel = draw(
            st.sampled_from(
                (
                    foreign(name, directory, display_name="app (workon 3.12)"),
                    by_hand(name, f"{prefix}/bin/python", directory),
                    on_other_host(theirs),
                    replace(theirs, ownership=Ownership.EDITED),
                    replace(theirs, ownership=Ownership.NEWER),
                )
            )
        )
        found[kernel.directory] = kernel
    return tuple(found.values())


def some_of(found: Sequence[Environment]) -> st.SearchStrategy[tuple[Environment, ...]]:
    """Draw some of these environments."""
    places = st.sets(st.integers(0, len(found) - 1)) if found else st.just(set())
    return places.map(lambda chosen: tuple(found[place] for place in sorted(chosen)))


def wanted(
    found: Sequence[Environment],
    existing: Sequence[InstalledKernel],
    rules: Settings | None = None,
) -> Desired:
    """Return the desired state."""
    return desire(found, rules or settings(), surroundings(), existing, roots_of(found))


def planned(
    found: Sequence[Environment],
    existing: Sequence[InstalledKernel],
    rules: Settings | None = None,
    roots: Sequence[Root] | None = None,
) -> Plan:
    """Return the plan before the guard looks at it."""
    seen = roots_of(found) if roots is None else roots
    return diff(wanted(found, existing, rules), rules or settings(), seen)


def names_by_key(desired: Desired) -> dict[tuple[str, str], str]:
    """Return the kernel names by what they are for."""
    return {(spec.mark.environment, spec.mark.kernel): spec.name for spec in desired.specs}


def writes(plan: Plan) -> list[str]:
    """Return what a plan would change on disk."""
    return [
        f"{type(action).__name__} {action}"
        for action in plan.actions
        if type(action).__name__ in ("Create", "Update", "Remove")
    ]


def taken_by(kernels: Iterable[InstalledKernel]) -> set[str]:
    """Return the names as Jupyter lists them."""
    return {kernel.name.lower() for kernel in kernels}


@given(environments(), strangers(), st.sampled_from(TEMPLATES))
def test_names_are_legal_and_unique(
    found: tuple[Environment, ...], existing: tuple[InstalledKernel, ...], template: str
) -> None:
    """Legal for Jupyter, left alone by VS Code, and nobody else's."""
    names = [spec.name for spec in wanted(found, existing, settings(name=template)).specs]
    assert len(set(names)) == len(names)
    assert not set(names) & taken_by(existing)
    for name in names:
        assert set(name) <= LEGAL
        assert 1 <= len(name) <= 64
        assert name.strip("-.") == name
        assert not is_reserved(name)
        assert not is_vscodes(name)
        assert len(name) < 32 or not set(name[-32:]) <= HEX


@given(environments(), strangers(), st.sampled_from(("{name} ({manager} {minor})", "{name}", "x")))
def test_display_names_are_unique_and_plain(
    found: tuple[Environment, ...], existing: tuple[InstalledKernel, ...], template: str
) -> None:
    """Nothing in a launcher deceives, and nothing blanks it."""
    desired = wanted(found, existing, settings(display_name=template))
    shown = [str(spec.document["display_name"]) for spec in desired.specs]
    assert len(set(shown)) == len(shown)
    assert not set(shown) & {kernel.document.get("display_name") for kernel in existing}
    for text in shown:
        assert 1 <= len(text) <= 80
        assert not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Co"}
        assert text == " ".join(text.split())


@given(environments(), strangers(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    found: tuple[Environment, ...], existing: tuple[InstalledKernel, ...], random: object
) -> None:
    """Neither that of environments, nor of installed kernels, nor of roots."""
    shuffled = [list(found), list(existing), list(roots_of(found))]
    for each in shuffled:
        random.shuffle(each)  # type: ignore[attr-defined] # hypothesis' own random
    before = wanted(found, existing)
    after = desire(shuffled[0], settings(), surroundings(), shuffled[1], shuffled[2])
    assert after.specs == before.specs
    assert after.standings == before.standings
    assert diff(after, settings(), shuffled[2]) == planned(found, existing)


@given(environments(), strangers(), st.sampled_from(TEMPLATES), st.sampled_from(TEMPLATES))
def test_a_second_pass_has_nothing_to_do(
    found: tuple[Environment, ...],
    existing: tuple[InstalledKernel, ...],
    template: str,
    later: str,
) -> None:
    """Also after the settings changed, and back."""
    for rules in (settings(name=template), settings(name=later), settings(name=template)):
        existing = applied(planned(found, existing, rules), existing)
        assert writes(planned(found, existing, rules)) == []


@given(environments(), strangers(), st.data())
def test_names_stay_as_environments_come_and_go(
    found: tuple[Environment, ...], existing: tuple[InstalledKernel, ...], data: st.DataObject
) -> None:
    """An environment that is there in two passes has the same names in both."""
    before: dict[tuple[str, str], str] = {}
    for _ in range(4):
        present = data.draw(some_of(found))
        names = names_by_key(wanted(present, existing))
        assert {key: names[key] for key in names.keys() & before.keys()} == {
            key: before[key] for key in names.keys() & before.keys()
        }
        existing = applied(planned(present, existing), existing)
        before = names


@given(environments(), environments(), strangers())
def test_what_is_not_ours_is_never_touched(
    first: tuple[Environment, ...],
    second: tuple[Environment, ...],
    existing: tuple[InstalledKernel, ...],
) -> None:
    """Neither changed nor removed, whatever comes or goes."""
    kernels = existing
    for found in (first, second, ()):
        plan = planned(found, kernels)
        touched = [each.installed for each in plan.actions if isinstance(each, Update | Remove)]
        assert not [kernel for kernel in touched if kernel in existing]
        kernels = applied(plan, kernels)
    assert set(taken_by(existing)) <= set(taken_by(kernels))
    assert all(kernel in kernels for kernel in existing)


BAD_ROOTS = (
    {"state": RootState.ABSENT, "inode": None},
    {"state": RootState.UNREADABLE, "inode": None},
    {"inode": 8},
)


@given(environments(), st.data())
def test_nothing_goes_under_an_uncertain_root(
    found: tuple[Environment, ...], data: st.DataObject
) -> None:
    """Missing, unreadable or another one: all that was not seen stays, until confirmed."""
    found = tuple(
        replace(each, candidate=replace(each.candidate, requested=False)) for each in found
    )
    kernels = applied(planned(found, ()), ())
    left = data.draw(some_of(found))
    roots = tuple(
        root(each.path, **data.draw(st.sampled_from(BAD_ROOTS))) for each in roots_of(found)
    )
    rules = settings()
    desired = desire(left, rules, surroundings(), kernels, roots)
    plan = diff(desired, rules, roots)
    places = {each.path for each in roots}
    traces = [
        trace(place, Absence.PRESENT if place in places else Absence.GONE)
        for place in places_to_look(plan)
    ]
    seen = {each.candidate.real for each in left}
    gone = [
        action.installed
        for action in guard(plan, roots, traces).actions
        if isinstance(action, Remove)
        and action.installed.mark is not None
        and action.installed.mark.environment not in seen
    ]
    assert gone == []
    confirmed = guard(plan, roots, traces, confirmed=True)
    assert confirmed == plan


@given(environments(), st.data())
def test_the_guard_only_holds(found: tuple[Environment, ...], data: st.DataObject) -> None:
    """Each action is there afterwards, and every hold was a removal of the same kernel."""
    kernels = applied(planned(found, ()), ())
    left = data.draw(some_of(found))
    roots = roots_of(found, empty=data.draw(st.booleans()))
    plan = planned(left, kernels, roots=roots)
    traces = [
        trace(place, data.draw(ABSENCES), ancestor_empty=data.draw(st.booleans()))
        for place in places_to_look(plan)
    ]
    after = guard(plan, roots, traces)
    removals = {each.installed.directory for each in plan.actions if isinstance(each, Remove)}
    decided = [each for each in after.actions if isinstance(each, Remove | Hold)]
    assert {each.installed.directory for each in decided} == removals
    assert len(decided) == len(removals)
    rest = [each for each in plan.actions if not isinstance(each, Remove)]
    assert [each for each in after.actions if not isinstance(each, Remove | Hold)] == rest
    assert after.unchanged == plan.unchanged


ROOTS = ({}, {}, {"inode": 8}, *BAD_ROOTS)
CHANGED = (
    {},
    {"condition": Condition.BROKEN},
    {"condition": Condition.READY, "ipykernel": "7.9.0"},
    {"provided": ()},
    {"project": "/data/project"},
    {"condition": Condition.NO_IPYKERNEL, "has_pip": False},
)
LENDER = Runtime(
    key="cp312-linux-x86_64",
    directory="/runtimes/cp312-linux-x86_64",
    build="/runtimes/cp312-linux-x86_64/1",
    ipykernel="7.4.0",
    debugger=True,
)
PLACE = {"directory": "/runtimes", "system": "linux", "machine": "x86_64"}
RUNTIMES = (
    None,
    Runtimes(**PLACE),
    Runtimes(installed=(LENDER,), **PLACE),
    Runtimes(installed=(LENDER,), programs="/runtimes/bin", **PLACE),
)
BOOLEANS = st.booleans()


@given(environments(), st.data())
def test_what_is_reused_makes_no_difference(
    found: tuple[Environment, ...], data: st.DataObject
) -> None:
    """Each planning after another says what planning anew would, whatever has changed between."""
    reuse = Reuse()
    kernels: tuple[InstalledKernel, ...] = ()
    for _ in range(5):
        present = list(data.draw(some_of(found)))
        if present:
            place = data.draw(st.integers(0, len(present) - 1))
            present[place] = replace(present[place], **data.draw(st.sampled_from(CHANGED)))
        rules = settings(
            name=data.draw(st.sampled_from(TEMPLATES[:3])), activate=data.draw(BOOLEANS)
        )
        roots = tuple(
            root(each.path, **data.draw(st.sampled_from(ROOTS))) for each in roots_of(present)
        )
        lent = data.draw(st.sampled_from(RUNTIMES))
        world = (present, rules, surroundings(), kernels, roots)
        desired = desire(*world, runtimes=lent, reuse=reuse)
        assert desired == desire(*world, runtimes=lent)
        kernels = data.draw(
            st.sampled_from((applied(diff(desired, rules, roots), kernels), kernels))
        )
        kernels = data.draw(
            st.sampled_from((kernels, kernels[1:], (*kernels, *data.draw(strangers()))))
        )
