"""The law of the probe's memory: whatever happened in between, it answers like a fresh probe."""

from __future__ import annotations

import tempfile
from contextlib import suppress

from hypothesis import given, settings

from support.remembering import Remembering
from support.upheavals import NAMES, STEPS, make_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_is_recalled_is_what_a_fresh_probe_says(
    steps: list[tuple[Callable[[str, str], None], str, str]],
) -> None:
    """After every step of every sequence of changes both answers are equal."""
    with tempfile.TemporaryDirectory() as directory:
        make_world(directory)
        user = Remembering(directory)
        prefixes = [f"{directory}/envs/{name}" for name in NAMES]
        user.probe(*prefixes)
        for change, place, other in steps:
            user.tick()
            # What was done before can be in the way of a change: then nothing changes.
            with suppress(OSError):
                change(f"{directory}/{place}", f"{directory}/{other}")
            assert user.probe(*prefixes) == user.fresh(*prefixes)


def test_the_law_is_about_answers_that_are_recalled() -> None:
    """Without a change the environments come from the memory."""
    with tempfile.TemporaryDirectory() as directory:
        make_world(directory)
        user = Remembering(directory)
        prefixes = [f"{directory}/envs/{name}" for name in NAMES]
        user.probe(*prefixes)
        assert user.probe(*prefixes)[-1].condition.value == "no-ipykernel"
        assert user.recalled >= 3
