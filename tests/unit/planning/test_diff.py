"""The truth table of wanted and installed."""

from __future__ import annotations

import pytest

from kernelsync.model.environment import Condition
from kernelsync.model.kernelspec import KernelName, Ownership
from kernelsync.model.plan import Cause, Create, Forget, Remove, Update
from kernelsync.model.settings import Pattern, Source
from kernelsync.model.value import replace
from kernelsync.planning.absence import why_not_wanted
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff, differing
from support.values import (
    HOME,
    PYENV,
    STORE,
    VENV,
    by_hand,
    edited,
    environment,
    in_project,
    installed,
    interpreter,
    mark,
    on_other_host,
    provided,
    root,
    roots_of,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.plan import Plan
    from kernelsync.model.settings import Settings

APP = environment()
ROOTS = roots_of((APP,))


def spec_of(subject: Environment = APP) -> KernelSpec:
    """Return what a first pass publishes for an environment."""
    return desire((subject,), settings(), surroundings(), (), roots_of((subject,))).specs[0]


def planned(
    environments: tuple[Environment, ...],
    *existing: InstalledKernel,
    under: Settings | None = None,
    roots: tuple[Root, ...] = ROOTS,
) -> Plan:
    """Return the plan for these environments."""
    rules = under or settings()
    return diff(desire(environments, rules, surroundings(), existing, roots), rules, roots)


def the_removal(plan: Plan) -> Remove:
    """Return the one action, a removal."""
    (action,) = plan.actions
    assert isinstance(action, Remove)
    return action


def test_wanted_and_not_there_is_created() -> None:
    """Nothing of ours has this key."""
    (action,) = planned((APP,)).actions
    assert isinstance(action, Create)
    assert action.spec == spec_of()


def test_wanted_and_alike_is_left() -> None:
    """Its name is listed as unchanged."""
    plan = planned((APP,), installed(spec_of()))
    assert (plan.actions, plan.unchanged) == ((), ("app",))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"argv": ["/x"]}, "argv"),
        ({"language": "R"}, "language"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_other_contents_are_updated(change: dict[str, object], key: str) -> None:
    """The reason tells what differs."""
    spec = spec_of()
    kernel = installed(spec, document={**spec.document, **change})
    (action,) = planned((APP,), kernel).actions
    assert isinstance(action, Update)
    assert (action.installed, action.reason) == (kernel, f"it differs in {key}")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"logo-svg.svg": 1, "logo-32x32.png": 1084, "logo-64x64.png": 2180},
        {**{logo.name: logo.size for logo in spec_of().logos}, "logo-other.png": 5},
    ],
)
def test_other_logos_are_updated(files: dict[str, int]) -> None:
    """Missing, of another size, or one too many."""
    (action,) = planned((APP,), installed(spec_of(), files=files)).actions
    assert isinstance(action, Update)
    assert "logos" in action.reason


def test_other_files_do_not_matter() -> None:
    """Front ends ignore them, and so do we."""
    files = {**{logo.name: logo.size for logo in spec_of().logos}, "kernel.js": 5, "kernel.json": 9}
    assert planned((APP,), installed(spec_of(), files=files)).actions == ()


def test_a_new_inode_of_the_root_is_written() -> None:
    """The guard compares it later."""
    again = (root(ROOTS[0].path, inode=99),)
    (action,) = planned((APP,), installed(spec_of()), roots=again).actions
    assert isinstance(action, Update)


def test_a_new_name_is_created_before_the_old_one_goes() -> None:
    """Removals are last."""
    rules = settings(name="{manager}-{name}")
    create, remove = planned((APP,), installed(spec_of()), under=rules).actions
    assert isinstance(create, Create)
    assert isinstance(remove, Remove)
    assert (create.spec.name, remove.installed.name) == ("workon-app", "app")
    assert remove.cause is Cause.RENAMED


def test_a_copy_that_somebody_made_is_left_alone() -> None:
    """Its contents still say which name it was written for."""
    kernel = installed(spec_of())
    copy = replace(kernel, name=KernelName("a-copy"), directory=f"{STORE}/a-copy")
    plan = planned((APP,), copy, kernel)
    assert (plan.actions, plan.unchanged) == ((), ("app",))
    assert the_removal(planned((), copy, kernel)).installed == kernel


def test_a_gone_environment() -> None:
    """Nothing was seen of it, and its root was searched."""
    removal = the_removal(planned((), installed(spec_of())))
    assert removal.cause is Cause.GONE
    assert APP.candidate.prefix in removal.reason


def test_an_excluded_environment() -> None:
    """The reason tells the rule."""
    rules = settings(exclude=(Pattern(text="app*", name="app*"),))
    removal = the_removal(planned((APP,), installed(spec_of()), under=rules))
    assert removal.cause is Cause.EXCLUDED
    assert "app*" in removal.reason


@pytest.mark.parametrize("condition", [Condition.NO_IPYKERNEL, Condition.BROKEN])
def test_an_environment_that_cannot_run_any_more(condition: Condition) -> None:
    """The reason is the probe's."""
    subject = replace(APP, condition=condition, reason="its Python is gone")
    removal = the_removal(planned((subject,), installed(spec_of())))
    assert removal.cause is Cause.UNUSABLE
    assert "its Python is gone" in removal.reason


def test_an_environment_that_is_being_made_keeps_its_kernel() -> None:
    """`python -m venv --clear` takes seconds; nothing is removed, and nothing changed."""
    subject = replace(APP, condition=Condition.NOT_READY)
    plan = planned((subject,), installed(spec_of()))
    assert (plan.actions, plan.unchanged) == ((), ("app",))


def test_an_environment_that_cannot_be_judged() -> None:
    """It is no kernel, and it is not in the making either; the guard holds what it has."""
    subject = replace(APP, condition=Condition.UNJUDGED, reason="the owner of /srv is hidden")
    removal = the_removal(planned((subject,), installed(spec_of())))
    assert removal.cause is Cause.UNJUDGED
    assert "the owner of /srv is hidden" in removal.reason
    assert planned((subject,)).actions == ()


def test_an_environment_that_cannot_be_judged_but_is_excluded() -> None:
    """The settings decide, as about any other."""
    subject = replace(APP, condition=Condition.UNJUDGED, reason="the owner of /srv is hidden")
    rules = settings(exclude=(Pattern(text="app*", name="app*"),))
    removal = the_removal(planned((subject,), installed(spec_of()), under=rules))
    assert removal.cause is Cause.EXCLUDED


def test_a_kernel_that_the_environment_no_longer_brings_along() -> None:
    """The main one stays."""
    r = provided("/x", "ir", argv=["R", "{connection_file}"])
    subject = environment(provided=(provided("/x"), r))
    specs = desire((subject,), settings(), surroundings(), (), ROOTS).specs
    removal = the_removal(planned((APP,), *(installed(spec) for spec in specs)))
    assert (removal.installed.name, removal.cause) == ("app-ir", Cause.UNUSABLE)


def test_a_source_that_is_switched_off() -> None:
    """The settings took its kernels along."""
    rules = settings(sources={"virtualenvwrapper": Source(enabled=False, options={})})
    removal = the_removal(planned((), installed(spec_of()), under=rules, roots=()))
    assert removal.cause is Cause.SETTINGS


@pytest.mark.parametrize(
    ("manager", "options", "cause"),
    [
        (VENV, {}, Cause.UNSEARCHED),
        (VENV, {"containers": ("/new",)}, Cause.SETTINGS),
        (PYENV, {"root": "/new"}, Cause.SETTINGS),
        (PYENV, {}, Cause.UNSEARCHED),
    ],
)
def test_a_root_that_is_not_searched_any_more(
    manager: object, options: dict[str, str | tuple[str, ...]], cause: Cause
) -> None:
    """Only the settings can take kernels along; a variable that is not set cannot."""
    subject = environment("/old/root/app", manager=manager)
    rules = settings(
        sources={name: Source(options=options) for name in ("venv", "pyenv")},
    )
    removal = the_removal(planned((), installed(spec_of(subject)), under=rules, roots=()))
    assert removal.cause is cause


def test_what_was_asked_for_depends_on_no_root() -> None:
    """The guard looks at its place."""
    subject = in_project("/ci/app", requested=True, root="/ci/app")
    assert the_removal(planned((), installed(spec_of(subject)), roots=())).cause is Cause.GONE


def test_an_edited_kernel_is_forgotten() -> None:
    """Whether its environment is there or not."""
    kernel = edited(spec_of())
    for environments in ((), (APP,)):
        (action,) = planned(environments, kernel).actions
        assert isinstance(action, Forget)
        assert action.installed == kernel


def test_others_are_never_in_a_plan() -> None:
    """Neither made by hand, nor by another host, nor by a newer version."""
    theirs = (
        by_hand("mine", f"{APP.candidate.prefix}/bin/python"),
        on_other_host(installed(spec_of())),
        replace(
            on_other_host(installed(spec_of())),
            ownership=Ownership.NEWER,
            directory=f"{STORE}/newer",
            name=KernelName("newer"),
        ),
        replace(installed(spec_of()), in_store=False, directory="/old/app"),
    )
    assert planned((), *theirs).actions == ()


def test_what_changes_must_be_verified_first() -> None:
    """Nobody compared the digest yet; what stays as it is need not be read."""
    other, changed = environment("/a/other"), installed(spec_of(), document={"name": "app"})
    unchanged = installed(spec_of(other))
    gone = installed(spec_of(environment("/a/gone")))
    roots = roots_of((APP, other))
    plan = planned((APP, other), changed, unchanged, gone, roots=roots)
    assert differing(plan) == {f"{STORE}/app", f"{STORE}/gone"}
    ours = [replace(kernel, ownership=Ownership.OURS) for kernel in (changed, gone)]
    assert differing(planned((APP, other), *ours, unchanged, roots=roots)) == frozenset()


def test_a_new_python_is_an_update() -> None:
    """A patch release of the interpreter shows in argv's neighbours."""
    newer = replace(APP, interpreter=interpreter(APP.candidate.prefix, "3.12.2"))
    (action,) = planned((newer,), installed(spec_of())).actions
    assert isinstance(action, Update)
    assert action.spec.name == "app"


def test_actions_are_in_order() -> None:
    """Creations, updates, what is forgotten, removals; each by name."""
    others = [environment(f"{HOME}/.virtualenvs/{name}") for name in ("b", "a", "z")]
    existing = (
        installed(spec_of(environment(f"{HOME}/.virtualenvs/gone"))),
        installed(spec_of(), document={"name": "app"}),
        edited(spec_of(others[2])),
    )
    plan = planned((APP, *others), *existing)
    kinds = [type(action).__name__ for action in plan.actions]
    assert kinds == ["Create", "Create", "Update", "Forget", "Remove"]


def test_a_root_that_the_settings_no_longer_name_is_certain() -> None:
    """It was searched because the settings said so, and they do not any more."""
    marked = mark(configured=True)
    assert why_not_wanted(marked, None, settings(), ())[0] is Cause.SETTINGS


def test_a_root_that_a_variable_named_is_not() -> None:
    """Nobody knows whether the variable was taken away, or is only missing here."""
    assert why_not_wanted(mark(), None, settings(), ())[0] is Cause.UNSEARCHED
