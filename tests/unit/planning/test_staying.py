"""An environment's kernel keeps its name, whatever links to it come and go."""

from __future__ import annotations

import pytest

from kernelsync.model.plan import Create, Remove, Update
from kernelsync.model.settings import KernelSettings
from kernelsync.planning.desired import desire
from kernelsync.planning.diff import diff
from support.values import HOME, environment, installed, roots_of, settings, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.plan import Action
    from kernelsync.model.settings import Settings

APP = environment(f"{HOME}/.venvs/app")


def actions(before: Environment, after: Environment, rules: Settings | None = None) -> list[Action]:
    """Return what a pass does that finds `after` where an earlier one found `before`."""
    roots = roots_of((before, after))
    spec = desire((before,), settings(), surroundings(), (), roots).specs[0]
    under = rules or settings()
    found = desire((after,), under, surroundings(), (installed(spec),), roots)
    return list(diff(found, under, roots).actions)


def test_a_directory_that_moved_behind_a_link_keeps_its_kernel() -> None:
    """The path in use is the same; only the real one is another."""
    moved = environment(APP.candidate.prefix, real="/mnt/disk/app")
    (action,) = actions(APP, moved)
    assert isinstance(action, Update)
    assert action.spec.name == "app"
    assert action.spec.mark.environment == "/mnt/disk/app"


def test_another_name_by_which_it_is_found_does_not_rename_it() -> None:
    """A link with another name was added, and the first one removed."""
    linked = environment(f"{HOME}/.virtualenvs/zz", real=APP.candidate.real, name="zz")
    (action,) = actions(APP, linked)
    assert isinstance(action, Update)
    assert (action.spec.name, action.spec.mark.stem) == ("app", "app")


@pytest.mark.parametrize("template", ["{manager}-{name}", "{name}-{minor}"])
def test_another_template_renames_it(template: str) -> None:
    """The user asked for other names."""
    rules = settings(kernels=KernelSettings(name=template))
    kinds = [type(action) for action in actions(APP, APP, rules)]
    assert kinds == [Create, Remove]


def test_another_environment_does_not_inherit_a_name() -> None:
    """Neither its path nor its real path was that of the kernel."""
    other = environment(f"{HOME}/venvs/app")
    kinds = [type(action) for action in actions(APP, other)]
    assert kinds == [Create, Remove]
