"""Where owners mean nothing, the service does not judge by them."""

from __future__ import annotations

import os

import pytest

from kernelsync.errors import UsageError
from kernelsync.service.owners import refuse_unknown_owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def _overflow(tmp_path: Path, text: str) -> str:
    path = tmp_path / "overflowuid"
    path.write_text(text)
    return str(path)


def test_a_root_that_belongs_to_nobody_is_refused(tmp_path: Path) -> None:
    """The owner of everything that is not mapped is one and the same number."""
    owner = os.stat(tmp_path).st_uid
    overflow = _overflow(tmp_path, f"{owner}\n")
    with pytest.raises(UsageError, match="belongs to nobody"):
        refuse_unknown_owners(owner + 1, str(tmp_path), overflow)


def test_a_known_owner_is_fine(tmp_path: Path) -> None:
    """As on every ordinary machine."""
    owner = os.stat(tmp_path).st_uid
    refuse_unknown_owners(owner, str(tmp_path), _overflow(tmp_path, f"{owner + 1}\n"))
    refuse_unknown_owners(owner, str(tmp_path), _overflow(tmp_path, f"{owner}\n"))


@pytest.mark.parametrize("text", ["", "nobody"])
def test_a_system_that_does_not_tell_is_fine(tmp_path: Path, text: str) -> None:
    """Only Linux has such namespaces."""
    refuse_unknown_owners(1, str(tmp_path), _overflow(tmp_path, text))
    refuse_unknown_owners(1, str(tmp_path), "/no/such/file")
