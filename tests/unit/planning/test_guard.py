"""The guard: which removals are certain."""

from __future__ import annotations

import pytest

from kernelsync.model.environment import Absence, RootState
from kernelsync.model.kernelspec import InstalledKernel, KernelName, Ownership
from kernelsync.model.plan import Cause, Create, Hold, Plan, Remove
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from kernelsync.planning.guard import guard, places_to_look
from support.values import HOME, STORE, environment, mark, root, settings, surroundings, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kernelsync.model.environment import Root, Trace

ENVS = f"{HOME}/.virtualenvs"
APP = f"{ENVS}/app"


def removal(prefix: str = APP, cause: Cause = Cause.GONE, **facts: Any) -> Remove:  # noqa: ANN401 - the facts of any field
    """Return the removal of one kernel of ours."""
    name = KernelName(prefix.rpartition("/")[2])
    kernel = InstalledKernel(
        name=name,
        directory=f"{STORE}/{name}",
        in_store=True,
        ownership=Ownership.OURS,
        document={"name": name},
        files={},
        mark=mark(prefix, **{"root_inode": 7, **facts}),
    )
    return Remove(installed=kernel, reason="it is gone", cause=cause)


def judged(
    *removals: Remove,
    roots: tuple[Root, ...] = (),
    traces: tuple[Trace, ...] = (),
    unchanged: int = 100,
    confirmed: bool = False,
) -> Plan:
    """Let the guard look at a plan of these removals, among others that stay.

    The roots are there in the end, unless the traces say otherwise.
    """
    names = tuple(KernelName(f"other-{number}") for number in range(unchanged))
    plan = Plan(actions=removals, unchanged=names)
    there = tuple(trace(each.path, Absence.PRESENT) for each in roots)
    return guard(plan, roots, (*there, *traces), confirmed=confirmed)


def held(plan: Plan) -> list[Hold]:
    """Return what was held."""
    return [action for action in plan.actions if isinstance(action, Hold)]


def going(plan: Plan) -> list[str]:
    """Return the names of what goes."""
    return [action.installed.name for action in plan.actions if isinstance(action, Remove)]


def test_a_gone_environment_under_a_root_that_was_read_goes() -> None:
    """This is what removing an environment looks like."""
    assert going(judged(removal(), roots=(root(ENVS),), traces=(trace(APP),))) == ["app"]


@pytest.mark.parametrize(
    ("roots", "words"),
    [
        ((root(ENVS, state=RootState.ABSENT, inode=None),), "missing"),
        ((root(ENVS, state=RootState.UNREADABLE, inode=None),), "could not be read"),
        ((root(ENVS, inode=8),), "another directory"),
        ((), "not searched"),
        ((root(ENVS), root(ENVS, state=RootState.UNREADABLE)), "could not be read"),
        ((root(ENVS, state=RootState.UNREADABLE), root(ENVS)), "could not be read"),
    ],
)
def test_an_uncertain_root_holds(roots: tuple[Root, ...], words: str) -> None:
    """The reason names what is wrong, and there is a way out."""
    plan = judged(removal(), roots=roots, traces=(trace(APP),))
    (hold,) = held(plan)
    assert words in hold.reason
    assert "--confirm-removals" in hold.way_out
    assert going(plan) == []


@pytest.mark.parametrize("inodes", [(None, 7), (7, None), (None, None)])
def test_an_unknown_inode_does_not_hold(inodes: tuple[int | None, int | None]) -> None:
    """Only two known numbers can differ."""
    written, seen = inodes
    plan = judged(
        removal(root_inode=written), roots=(root(ENVS, inode=seen),), traces=(trace(APP),)
    )
    assert going(plan) == ["app"]


def test_a_root_that_is_suddenly_empty_holds_all() -> None:
    """Two or more environments do not go at once from a root that stays."""
    prefixes = (f"{ENVS}/a", f"{ENVS}/b")
    traces = tuple(trace(prefix, ancestor_empty=True) for prefix in prefixes)
    roots = (root(ENVS, empty=True),)
    plan = judged(*map(removal, prefixes), roots=roots, traces=traces)
    assert len(held(plan)) == 2
    assert "suddenly empty" in held(plan)[0].reason


def test_the_last_environment_of_a_root_may_go() -> None:
    """Somebody removed the only one."""
    roots = (root(ENVS, empty=True),)
    plan = judged(removal(), roots=roots, traces=(trace(APP, ancestor_empty=True),))
    assert going(plan) == ["app"]


@pytest.mark.parametrize(
    ("traces", "words"),
    [
        ((), "nobody looked"),
        ((trace(APP, Absence.PRESENT),), "still there"),
        ((trace(APP, Absence.UNREADABLE),), "cannot be looked at"),
    ],
)
def test_an_uncertain_trace_holds(traces: tuple[Trace, ...], words: str) -> None:
    """It must be gone by its own path as well."""
    (hold,) = held(judged(removal(), roots=(root(ENVS),), traces=traces))
    assert words in hold.reason
    assert hold.reason.startswith(f"{APP} was not found as an environment, but ")


def test_an_empty_directory_in_between_looks_like_a_mount_point() -> None:
    """`~/src/disk` is there and empty: its file system may not be mounted."""
    prefix = f"{HOME}/src/disk/app/.venv"
    roots = (root(f"{HOME}/src"),)
    subject = removal(prefix, root=f"{HOME}/src")
    empty = trace(prefix, ancestor=f"{HOME}/src/disk", ancestor_empty=True)
    assert "not mounted" in held(judged(subject, roots=roots, traces=(empty,)))[0].reason
    filled = trace(prefix, ancestor=f"{HOME}/src/disk")
    assert going(judged(subject, roots=roots, traces=(filled,))) == [".venv"]


def test_an_empty_project_is_no_mount_point() -> None:
    """Its only content was the environment."""
    prefix = f"{HOME}/src/app/.venv"
    subject = removal(prefix, root=f"{HOME}/src")
    gone = trace(prefix, ancestor_empty=True)
    assert going(judged(subject, roots=(root(f"{HOME}/src"),), traces=(gone,))) == [".venv"]


def test_a_root_that_went_during_the_pass_holds() -> None:
    """It was read, and is not there when the environment is looked for."""
    gone = (trace(APP, ancestor=HOME), trace(ENVS))
    assert "meanwhile" in held(judged(removal(), roots=(root(ENVS),), traces=gone))[0].reason


def test_a_root_that_cannot_be_looked_at_any_more_holds() -> None:
    """Its disk stopped answering during the pass; or nobody looked."""
    traces = (trace(APP), trace(ENVS, Absence.UNREADABLE))
    (hold,) = held(judged(removal(), roots=(root(ENVS),), traces=traces))
    assert f"{ENVS} cannot be looked at" in hold.reason
    (hold,) = held(guard(Plan(actions=(removal(),), unchanged=()), (root(ENVS),), (trace(APP),)))
    assert f"{ENVS} cannot be looked at" in hold.reason


def linked(target: str, **facts: Any) -> Plan:  # noqa: ANN401 - the facts of any field
    """Return what is decided of `app`, a link in a root that is there, to nothing."""
    traces = (trace(APP, **facts), trace(target, **facts))
    return judged(removal(APP, environment=target), roots=(root(ENVS),), traces=traces)


def test_a_linked_environment_goes_when_its_project_is_deleted() -> None:
    """The home directory, which is left of `~/thesis/.venv`, lies above the root as well."""
    assert going(linked(f"{HOME}/thesis/.venv", ancestor=HOME, missing=2)) == ["app"]


@pytest.mark.parametrize("disk", ["/mnt/disk", f"{HOME}/disk"])
@pytest.mark.parametrize("below", ["app", "src/app/.venv"])
def test_a_link_to_a_disk_that_is_not_mounted_holds(disk: str, below: str) -> None:
    """Its mount point is there, and empty."""
    (hold,) = held(linked(f"{disk}/{below}", ancestor=disk, ancestor_empty=True))
    assert hold.reason.endswith(f"{disk} is empty, as it is while a disk is not mounted")


def test_a_link_to_a_place_of_which_nothing_is_left_holds() -> None:
    """That `/` is there says nothing of what was below it."""
    (hold,) = held(linked("/scratch/app", ancestor="/", missing=2))
    assert "nothing is left of it below /" in hold.reason


@pytest.mark.parametrize(
    ("prefix", "real"),
    [
        (Absence.GONE, Absence.PRESENT),
        (Absence.PRESENT, Absence.GONE),
        (Absence.GONE, Absence.GONE),
    ],
)
def test_a_link_or_its_target_may_go(prefix: Absence, real: Absence) -> None:
    """The kernel cannot start without either."""
    subject = removal(APP, environment=f"{ENVS}/real/app")
    traces = (trace(APP, prefix), trace(f"{ENVS}/real/app", real))
    assert going(judged(subject, roots=(root(ENVS),), traces=traces)) == ["app"]


def test_a_target_that_cannot_be_looked_at_holds() -> None:
    """The link is gone, but who knows."""
    subject = removal(APP, environment="/net/app")
    traces = (trace(APP), trace("/net/app", Absence.UNREADABLE))
    assert len(held(judged(subject, roots=(root(ENVS),), traces=traces))) == 1


@pytest.mark.parametrize("cause", [Cause.SETTINGS, Cause.EXCLUDED, Cause.UNUSABLE, Cause.RENAMED])
def test_other_causes_are_certain(cause: Cause) -> None:
    """The user said so, or the environment was seen."""
    assert going(judged(removal(cause=cause))) == ["app"]


def test_a_root_that_was_not_searched_holds() -> None:
    """A variable of the shell may be missing in the service."""
    (hold,) = held(judged(removal(cause=Cause.UNSEARCHED)))
    assert "variable" in hold.way_out


def test_what_cannot_be_judged_holds() -> None:
    """Nothing speaks against it; the user can say where to look, or confirm."""
    (hold,) = held(judged(removal(cause=Cause.UNJUDGED)))
    assert "KERNELSYNC_TRUSTED_PATHS" in hold.way_out
    assert going(judged(removal(cause=Cause.UNJUDGED), confirmed=True)) == ["app"]


ASKED = {"root": "/ci/app", "requested": True, "root_inode": 7}


@pytest.mark.parametrize(
    ("state", "inode", "goes"),
    [
        pytest.param(RootState.READ, 7, True, id="the project is there"),
        pytest.param(RootState.READ, 8, False, id="another directory is in its place"),
        pytest.param(RootState.ABSENT, None, False, id="the project is missing"),
        pytest.param(RootState.UNREADABLE, None, False, id="the project cannot be read"),
    ],
)
def test_what_was_asked_for_is_guarded_by_its_root(
    state: RootState,
    inode: int | None,
    goes: bool,  # noqa: FBT001 - a column
) -> None:
    """A ROOT of the command line counts like one of the settings."""
    seen = trace("/ci/app/.venv", ancestor="/ci/app", ancestor_inode=inode)
    found = root("/ci/app", state=state, inode=inode)
    plan = judged(removal("/ci/app/.venv", **ASKED), roots=(found,), traces=(seen,))
    assert bool(going(plan)) is goes


@pytest.mark.parametrize(
    ("count", "stay", "goes"),
    [(10, 0, True), (11, 11, True), (11, 10, False), (11, 0, False), (50, 100, True)],
)
@pytest.mark.parametrize("cause", [Cause.GONE, Cause.EXCLUDED])
def test_more_than_half_and_more_than_ten_are_too_many(
    count: int,
    stay: int,
    goes: bool,  # noqa: FBT001 - a column
    cause: Cause,
) -> None:
    """Whatever the cause; then nothing goes."""
    prefixes = [f"{ENVS}/env-{number}" for number in range(count)]
    plan = judged(
        *(removal(prefix, cause) for prefix in prefixes),
        roots=(root(ENVS),),
        traces=tuple(map(trace, prefixes)),
        unchanged=stay,
    )
    assert len(going(plan)) == (count if goes else 0)


def test_renaming_many_is_held_in_the_next_pass_as_well() -> None:
    """The new names, which are there by then, do not make it half."""
    subjects = [removal(f"{ENVS}/env-{number}", Cause.RENAMED) for number in range(20)]
    assert going(judged(*subjects, unchanged=0)) == []
    assert going(judged(*subjects, unchanged=20)) == []


def test_what_is_held_does_not_count_as_going() -> None:
    """One unmounted disk does not keep the rest from going."""
    away = [removal(f"/disk/env-{number}", root="/disk") for number in range(20)]
    roots = (root(ENVS), root("/disk", state=RootState.ABSENT, inode=None))
    plan = judged(*away, removal(), roots=roots, traces=(trace(APP),), unchanged=5)
    assert going(plan) == ["app"]


def test_confirmed_removals_pass() -> None:
    """All of them."""
    subjects = [removal(f"{ENVS}/env-{number}") for number in range(30)]
    assert len(going(judged(*subjects, unchanged=0, confirmed=True))) == 30


def test_other_actions_pass_and_removals_stay_last() -> None:
    """The guard looks at removals only."""
    spec = desire((environment(),), settings(), surroundings(), ()).specs[0]
    create = Create(spec=spec, reason="new")
    plan = Plan(actions=(create, removal(), removal(f"{ENVS}/b")), unchanged=())
    traces = (trace(APP), trace(ENVS, Absence.PRESENT))
    judged_plan = guard(plan, (root(ENVS),), traces)
    assert [type(action) for action in judged_plan.actions] == [Create, Hold, Remove]
    assert judged_plan.actions[0] is create


def test_places_to_look() -> None:
    """Both paths of what seems to be gone, then its root; nothing of what is certain anyway."""
    away = removal("/away/app", root="/away")
    excluded = removal(f"{ENVS}/b", Cause.EXCLUDED)
    plan = Plan(actions=(removal(environment="/real/app"), away, excluded), unchanged=())
    assert places_to_look(plan) == (APP, "/real/app", "/away/app", ENVS, "/away")


def test_a_project_left_empty_is_known_by_its_inode() -> None:
    """`once PROJECT`, and later its `.venv` goes, with nothing else in the folder."""
    seen = trace("/ci/app/.venv", ancestor="/ci/app", ancestor_empty=True, ancestor_inode=7)
    found = root("/ci/app", inode=7, empty=True)
    plan = judged(removal("/ci/app/.venv", **ASKED), roots=(found,), traces=(seen,))
    assert going(plan) == [".venv"]


def test_a_root_behind_a_link_is_known_by_its_inode() -> None:
    """A trace speaks of real paths, a root of the path in the settings."""
    seen = trace(APP, ancestor="/data/envs", ancestor_empty=True, ancestor_inode=7)
    plan = judged(removal(), roots=(root(ENVS, inode=7, empty=True),), traces=(seen,))
    assert going(plan) == ["app"]


@pytest.mark.parametrize(
    ("facts", "goes"),
    [
        pytest.param({"missing": 3}, True, id="the base was removed"),
        pytest.param({"missing": 1}, True, id="only the program is not there"),
        pytest.param({"missing": 5}, False, id="the whole place is missing"),
        pytest.param({"absence": Absence.UNREADABLE}, False, id="it cannot be looked at"),
    ],
)
def test_a_base_on_a_missing_disk_holds(facts: dict[str, Any], goes: bool) -> None:  # noqa: FBT001 - a column
    """The environment is there, and will run again when the disk is."""
    program = "/opt/pythons/3.13.0/bin/python3.13"
    seen = trace(program, **{"ancestor": "/opt/pythons", **facts})
    plan = judged(replace(removal(cause=Cause.BASELESS), base=program), traces=(seen,))
    assert bool(going(plan)) is goes
