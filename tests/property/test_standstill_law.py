"""The law of the standstill: whatever happened, a pass that recognised all left nothing to do."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from kernelsync.errors import KernelsDirectoryError
from kernelsync.model.plan import Remove
from kernelsync.runtimes.equipment import put_equipment
from kernelsync.runtimes.layout import runtimes_directory
from support.probe_trees import make_ready, permit, write
from support.remembering import Remembering
from support.returning import Returning, is_standstill
from support.small_runtimes import build_of, put_runtime
from support.upheavals import CHANGES, PLACES, make_world, remove, swap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.outcome import PassResult

KERNELS = (
    "jupyter/kernels",
    "jupyter/kernels/one",
    "jupyter/kernels/one/kernel.json",
    "jupyter/kernels/two",
    "jupyter/kernels/two/kernel.json",
    "system/kernels/one",
    "system/kernels/by-hand",
    "system/kernels/by-hand/kernel.json",
)


def write_by_hand(path: str, other: str) -> None:
    """Put a kernelspec there that somebody wrote, for the interpreter of an environment."""
    if not path.endswith("kernel.json"):
        path = f"{path}/kernel.json"
    text = f'{{"argv": ["{other}/bin/python", "-m", "ipykernel_launcher"], "display_name": "x"}}'
    write(path, text)


PLACES_TOO = (*PLACES, *KERNELS)
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*CHANGES, write_by_hand)),
        st.sampled_from(PLACES_TOO),
        st.sampled_from(PLACES_TOO),
    ),
    min_size=1,
    max_size=5,
)


def make_known(directory: str) -> Returning:
    """Make a world in which a pass recognises that nothing has changed."""
    make_world(directory)
    user = Returning(directory)
    put_equipment(runtimes_directory(user.surroundings))
    write_by_hand(f"{user.foreign}/by-hand", f"{directory}/elsewhere")
    user.run()
    return user


def told(carry_out: Callable[[], PassResult]) -> tuple[object, ...]:
    """Return what a user is told of a pass, also if it ends early."""
    try:
        result = carry_out()
    except KernelsDirectoryError as error:
        return (str(error),)
    actions, unchanged = result.plan.actions, set(result.plan.unchanged)
    return (actions, unchanged, set(result.problems), result.tally)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_pass_never_overlooks_a_change(
    steps: list[tuple[Callable[[str, str], None], str, str]],
) -> None:
    """After every step, and a pass, a pass without memory finds nothing more to do."""
    with tempfile.TemporaryDirectory() as directory:
        user, clock = make_known(directory), Remembering(directory)
        for change, place, other in steps:
            clock.tick()
            with suppress(OSError):
                change(f"{directory}/{place}", f"{directory}/{other}")
            expected, done = told(user.look), told(user.run)
            assert expected == done or expected[0], "it did something, though nothing was to do"
            clock.tick()
            left, done = told(user.look), told(user.run)
            # Where kernelspecs cannot be written at all, it is said each time.
            assert left == done or len(done) == 1


@settings(max_examples=150, deadline=None)
@given(STEPS, st.sets(st.integers(0, 4)))
def test_a_service_that_stays_sees_what_a_fresh_pass_sees(
    steps: list[tuple[Callable[[str, str], None], str, str]], rests: set[int]
) -> None:
    """Whatever it holds of its passes before, and lets go of when it rests, makes no difference."""
    with tempfile.TemporaryDirectory() as directory:
        user, clock = make_known(directory), Remembering(directory)
        carry_out = user.stay()
        carry_out()
        for number, (change, place, other) in enumerate(steps):
            clock.tick()
            with suppress(OSError):
                change(f"{directory}/{place}", f"{directory}/{other}")
            expected, done = told(user.look), told(carry_out)
            assert expected == done or len(done) == 1
            clock.tick()
            expected, done = told(user.look), told(carry_out)
            assert expected == done or len(done) == 1
            if number in rests:
                user.forget()


def test_the_law_of_staying_is_about_what_is_held() -> None:
    """Pass after pass, a kernel that nobody has touched is the same object."""
    with tempfile.TemporaryDirectory() as directory:
        carry_out = make_known(directory).stay()
        first, second = carry_out(), carry_out()
        assert len(first.standings) > 1
        again = zip(first.standings, second.standings, strict=True)
        assert all(before is after for before, after in again if before.kernel)


def test_without_a_change_all_is_recognised() -> None:
    """The law above is about passes that plan nothing at all."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        assert is_standstill(user.run())


def test_other_settings_are_a_change() -> None:
    """What the settings make of environments is not recognised under other settings."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        user.change_settings(display_name="{name}!")
        assert len(user.run().outcomes) > 0
        assert is_standstill(user.run())
        user.change_settings(display_name="{name}?")
        assert not is_standstill(user.run())


def test_without_the_launcher_there_is_no_standstill() -> None:
    """Nor without what stands in for pip: an ordinary pass sees to both."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        runtimes = runtimes_directory(user.surroundings)
        for missing in ("launch.py", "bin/pip"):
            os.unlink(f"{runtimes}/{missing}")
            assert not is_standstill(user.run())
            put_equipment(runtimes)
            user.run()
            assert is_standstill(user.run())


def test_a_launcher_of_another_version_is_no_standstill() -> None:
    """Whoever could not renew it tries again, and says so again, in each pass."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        runtimes = runtimes_directory(user.surroundings)
        write(f"{runtimes}/launch.py", "# of an older version\n")
        for _ in range(3):
            assert not is_standstill(user.run())
        put_equipment(runtimes)
        user.run()
        assert is_standstill(user.run())


def _without(path: str) -> Callable[[], None]:
    return lambda: os.rename(path, f"{path}.away")


def _open_to_all(path: str) -> Callable[[], None]:
    return lambda: permit(path, 0o777)


def test_what_becomes_of_a_runtime_is_noticed() -> None:
    """A name at its top, who may write to it, and that it is there; then what it lends is told."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        place = runtimes_directory(user.surroundings)
        runtime = put_runtime(place, f"cp312-linux-{os.uname().machine}")
        put_equipment(place)
        user.run()
        assert is_standstill(user.run())
        build = build_of(runtime)
        paths = (
            place,
            os.path.dirname(place),
            runtime,
            f"{runtime}/builds",
            build,
            f"{build}/site",
        )
        for path in paths:
            mode = os.stat(path).st_mode & 0o777
            assert_noticed(user, _open_to_all(path), partial(os.chmod, path, mode))
        for path in (f"{build}/site/zmq", f"{build}/names", f"{build}/manifest.json", runtime):
            assert_noticed(user, _without(path), partial(os.rename, f"{path}.away", path))


def assert_noticed(user: Returning, change: Callable[[], None], mend: Callable[[], object]) -> None:
    """It is told in each pass while it lasts, and there is nothing to say once it is mended."""
    change()
    assert not is_standstill(user.run())
    assert user.run().problems
    mend()
    user.run()
    assert not user.run().problems
    assert is_standstill(user.run())


def test_each_kernelspec_is_looked_at() -> None:
    """A removed, an exchanged and a new one are noticed."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        swap(f"{user.kernels}/one/kernel.json", f"{user.kernels}/two/kernel.json")
        assert not is_standstill(user.run())
        remove(f"{user.kernels}/one", "")
        assert not is_standstill(user.run())
        write_by_hand(f"{user.foreign}/new", f"{directory}/elsewhere")
        assert not is_standstill(user.run())


def test_a_memory_of_nonsense_is_no_standstill() -> None:
    """What somebody wrote into the memory decides nothing."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        with open(user.memory, "r+b") as file:
            file.seek(os.path.getsize(user.memory) - 1)
            file.write(b"?")
        assert not is_standstill(user.run())
        assert is_standstill(user.run())


def test_environments_that_come_and_go_are_noticed() -> None:
    """What is found is compared as a whole, not only what is known."""
    with tempfile.TemporaryDirectory() as directory:
        user = make_known(directory)
        make_ready(f"{directory}/envs/five", f"{directory}/python")
        assert "five" in {each.action.spec.name for each in user.run().outcomes}
        assert is_standstill(user.run())
        remove(f"{directory}/envs/five", "")
        assert [type(each.action) for each in user.run().outcomes] == [Remove]
        assert is_standstill(user.run())
        os.rename(f"{directory}/envs", f"{directory}/away")
        assert not is_standstill(user.run())
