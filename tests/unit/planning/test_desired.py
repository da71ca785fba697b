"""The desired state: who becomes a kernel, and why not."""

from __future__ import annotations

import pytest

from kernelsync.model.environment import Condition, RootState
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import State
from kernelsync.model.settings import Pattern
from kernelsync.model.value import replace
from kernelsync.planning.desired import desire
from support.values import (
    ELSEWHERE,
    HOME,
    STORE,
    bare,
    by_hand,
    edited,
    environment,
    in_project,
    installed,
    on_other_host,
    root,
    settings,
    surroundings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment, Root
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import Standing
    from kernelsync.planning.desired import Desired

APP = f"{HOME}/.virtualenvs/app"


def desired(
    *environments: Environment,
    existing: tuple[InstalledKernel, ...] = (),
    roots: tuple[Root, ...] = (),
) -> Desired:
    """Return the desired state under default settings."""
    return desire(environments, settings(), surroundings(), existing, roots)


def standing(subject: Environment, *existing: InstalledKernel) -> Standing:
    """Return where one environment stands."""
    (found,) = desired(subject, existing=existing).standings
    return found


def published(subject: Environment) -> InstalledKernel:
    """Return the kernel that a first pass publishes."""
    return installed(desired(subject).specs[0])


def test_an_environment_with_ipykernel_is_a_kernel() -> None:
    """The standing tells the names."""
    found = standing(environment())
    assert (found.state, found.kernel, found.display_name) == (
        State.KERNEL,
        "app",
        "app (workon 3.12)",
    )


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        (Condition.NO_IPYKERNEL, State.NO_IPYKERNEL),
        (Condition.NOT_READY, State.NOT_READY),
        (Condition.BROKEN, State.BROKEN),
        (Condition.UNSAFE, State.EXCLUDED),
    ],
)
def test_conditions(condition: Condition, state: State) -> None:
    """The probe's reason is passed on."""
    found = standing(environment(condition=condition, reason="because"))
    assert (found.state, found.reason, found.kernel) == (state, "because", None)


def test_exclusion_comes_before_the_condition() -> None:
    """Nobody must repair what is left out."""
    subject = environment(condition=Condition.BROKEN)
    rules = settings(exclude=(Pattern(text="app", line=4, name="app"),))
    (found,) = desire((subject,), rules, surroundings(), ()).standings
    assert found.state is State.EXCLUDED
    assert found.rule is not None
    assert found.rule.line == 4


def test_ready_without_an_interpreter_is_broken() -> None:
    """There is nothing to start."""
    assert standing(environment(interpreter=None)).state is State.BROKEN


@pytest.mark.parametrize("field", ["{prefix}", "{connection_file}", "{anything}"])
def test_a_path_with_braces_is_refused_loudly(field: str) -> None:
    """Jupyter would replace the word, and cannot be told not to."""
    found = desired(environment(f"{HOME}/.virtualenvs/{field}"))
    assert [each.state for each in found.standings] == [State.BROKEN]
    assert [problem.code for problem in found.problems] == ["path-with-braces"]
    assert found.specs == ()


def test_braces_that_jupyter_leaves_alone_are_fine() -> None:
    """Such as those of a template's directory."""
    assert standing(environment("/x/{{cookiecutter.name}}/env")).state is State.KERNEL


@pytest.mark.parametrize(
    "program",
    [
        f"{APP}/bin/python",
        f"{APP}/bin/python3",
        f"{APP}/bin/python3.12",
        "/real/app/bin/python",
        "/alias/app/bin/python3",
    ],
)
@pytest.mark.parametrize("directory", [STORE, ELSEWHERE])
def test_a_kernel_made_by_hand_stands(program: str, directory: str) -> None:
    """No duplicate beside it, by whichever path it starts the interpreter."""
    subject = environment(APP, real="/real/app", aliases=("/alias/app",))
    found = standing(subject, by_hand("mine", program, directory))
    assert (found.state, found.kernel) == (State.FOREIGN, "mine")


@pytest.mark.parametrize(
    "program", ["python", "python3", f"{APP}/bin/R", f"{APP}x/bin/python", f"{APP}/bin/python2"]
)
def test_other_programs_do_not_stand_for_it(program: str) -> None:
    """A bare name is the server's own interpreter."""
    assert standing(environment(), by_hand("mine", program)).state is State.KERNEL


def test_another_python_in_the_same_directory_is_another() -> None:
    """`/usr/bin` holds several."""
    subject = bare("3.12.1")
    directory = subject.candidate.prefix + "/bin"
    assert standing(subject, by_hand("old", f"{directory}/python3.9")).state is State.KERNEL
    assert standing(subject, by_hand("new", f"{directory}/python3.12")).state is State.FOREIGN


def test_a_foreign_kernel_that_is_no_ipykernel_does_not_count() -> None:
    """A bash kernel may run on the same interpreter."""
    kernel = by_hand("bash", f"{APP}/bin/python")
    document = {**kernel.document, "argv": [f"{APP}/bin/python", "-m", "bash_kernel"]}
    assert standing(environment(), replace(kernel, document=document)).state is State.KERNEL


def test_ours_stays_when_somebody_adds_another() -> None:
    """Notebooks name it already."""
    ours = published(environment())
    found = standing(environment(), ours, by_hand("mine", f"{APP}/bin/python"))
    assert (found.state, found.kernel) == (State.KERNEL, "app")


def test_an_edited_kernel_stands() -> None:
    """It is its editor's now."""
    found = standing(environment(), edited(desired(environment()).specs[0]))
    assert (found.state, found.kernel) == (State.FOREIGN, "app")
    assert "edited" in found.reason


def test_an_edited_kernel_stands_even_if_it_starts_something_else() -> None:
    """A wrapper script, for instance."""
    kernel = edited(desired(environment()).specs[0])
    document = {**kernel.document, "argv": ["/home/ada/wrapper", "{connection_file}"]}
    assert standing(environment(), replace(kernel, document=document)).state is State.FOREIGN


def test_a_kernel_that_somebody_renamed_stands() -> None:
    """It was made theirs by moving the directory."""
    moved = replace(published(environment()), name="my-app", directory=f"{STORE}/my-app")
    found = standing(environment(), moved)
    assert (found.state, found.kernel) == (State.FOREIGN, "my-app")


@pytest.mark.parametrize("ownership", [Ownership.OTHER_HOST, Ownership.NEWER])
def test_what_another_kernelsync_publishes_is_not_doubled(ownership: Ownership) -> None:
    """A home directory on many machines would else fill with copies."""
    theirs = replace(on_other_host(published(environment())), ownership=ownership)
    assert standing(environment(), theirs).state is State.FOREIGN
    assert standing(environment(), theirs, published(environment())).state is State.KERNEL


def test_ours_in_another_directory_is_no_obstacle() -> None:
    """After `kernels.directory` changed, all names move along."""
    old = replace(published(environment()), in_store=False, directory="/old/kernels/app")
    found = standing(environment(), old)
    assert (found.state, found.kernel) == (State.KERNEL, "app")


def test_the_mark_tells_where_and_when() -> None:
    """The guard relies on the root and its inode."""
    subject = in_project(f"{HOME}/src/app", real="/data/app", requested=True)
    (spec,) = desired(subject, roots=(root(f"{HOME}/src", inode=99),)).specs
    mark = spec.mark
    assert (mark.environment, mark.prefix) == ("/data/app", f"{HOME}/src/app/.venv")
    assert (mark.root, mark.root_inode, mark.requested) == (f"{HOME}/src", 99, True)


def test_a_root_that_cannot_be_read_changes_no_mark() -> None:
    """What was written when it could be read still tells which directory it was."""
    readable = root(f"{HOME}/.virtualenvs", inode=99)
    first = desired(environment(), roots=(readable,)).specs[0]
    unreadable = replace(readable, state=RootState.UNREADABLE, inode=None)
    again = desired(environment(), existing=(installed(first),), roots=(unreadable,)).specs[0]
    assert again == first


def test_the_same_environment_twice_is_one() -> None:
    """However it came in."""
    found = desired(environment(), environment())
    assert (len(found.specs), len(found.standings)) == (1, 1)


def test_what_is_unsafe_was_not_decided_by_the_rule_that_includes_it() -> None:
    """So its problem is told: somebody wants it, and there is something to repair."""
    subject = environment(condition=Condition.UNSAFE, reason="everybody can write to it")
    wanted = settings(include=(Pattern(text="app", name="app"),))
    (found,) = desire([subject], wanted, surroundings(), ()).standings
    assert (found.state, found.rule) == (State.EXCLUDED, None)
