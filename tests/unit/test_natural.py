"""Names with numbers stand in the order that people expect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelsync.model.natural import in_natural_order, natural


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["2.7", "3.6", "3.9", "3.10", "3.13", "3.13t"], id="Pythons"),
        pytest.param(["cp27mu-linux-x86_64", "cp39-linux-x86_64", "cp310-linux-x86_64"], id="keys"),
        pytest.param(["pyenv-3.9.18", "pyenv-3.10.2", "pyenv-3.10.13"], id="kernels"),
        pytest.param(["app", "app2", "app10", "zoo1"], id="names"),
        pytest.param(["07", "7", "8"], id="leading zeros"),
    ],
)
def test_numbers_are_compared_as_numbers(names: list[str]) -> None:
    """As text, 3.10 would come before 3.9."""
    assert in_natural_order(reversed(names)) == names


@given(names=st.lists(st.text("a1\uff12 \u0663.-", max_size=6)))
def test_any_names_can_be_compared(names: list[str]) -> None:
    """Also with digits of other scripts, which are text here; and none is lost."""
    ordered = in_natural_order(names)
    assert sorted(ordered) == sorted(names)
    assert [natural(name) for name in ordered] == sorted(map(natural, names))
