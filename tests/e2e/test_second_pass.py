"""A pass with nothing to do writes nothing, and says so in one quiet line."""

from __future__ import annotations

import pytest

from support.inhabitants import INHABITANTS
from support.quick import environment
from support.snapshots import identities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine

pytestmark = pytest.mark.real_tools


def test_a_second_pass_writes_nothing(populated: Machine) -> None:
    """Every file below the data, state and settings directories stays what it is."""
    watched = [populated.path(name) for name in (".local", ".config", ".runtime")]
    before = identities(*watched)
    assert len(before) > 3 * len(INHABITANTS)
    populated.kernelsync("once").expect(0)
    assert identities(*watched) == before


def test_a_second_pass_right_after_the_first_writes_nothing_at_all(machine: Machine) -> None:
    """Not even the cache, though the environment is younger than what is remembered."""
    environment(machine, ".venvs/thesis")
    machine.kernelsync("once").expect(0)
    before = identities(machine.home)
    machine.kernelsync("once").expect(0)
    assert identities(machine.home) == before


def test_a_second_pass_is_one_quiet_line(populated: Machine) -> None:
    """The line has the count; nothing goes to stderr."""
    quiet = populated.kernelsync("once").expect(0)
    assert len(quiet.lines) == 1, quiet
    assert str(len(INHABITANTS)) in quiet.lines[0]
    assert not quiet.stderr


def test_quiet_says_nothing(populated: Machine) -> None:
    """`-q` leaves only problems, and there are none."""
    quiet = populated.kernelsync("once", "-q").expect(0)
    assert not quiet.stdout
    assert not quiet.stderr


def test_check_finds_no_drift(populated: Machine) -> None:
    """`--check` ends with 0 where a pass would change nothing."""
    populated.kernelsync("once", "--check").expect(0)


def test_json_counts_what_is_unchanged(populated: Machine) -> None:
    """All kernels are in `unchanged`, and the other lists are empty."""
    data = populated.kernelsync("once", "--json").expect(0).json["data"]
    assert set(data["unchanged"]) == {each.kernel_name(populated) for each in INHABITANTS}
    assert [data[key] for key in ("created", "updated", "removed", "held")] == [[], [], [], []]
