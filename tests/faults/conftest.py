"""What several tests of faults begin with."""

from __future__ import annotations

import pytest

from support import controls
from support.trees import make_base, make_venv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> str:
    """Return a home with three environments and their kernels."""
    base = make_base(tmp_path / "python")
    for name in ("one", "two", "three"):
        make_venv(tmp_path / "home/.venvs" / name, base=base)
    controls.pass_over("ours", str(tmp_path / "home"))
    return str(tmp_path / "home")
