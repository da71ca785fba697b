"""One share of a long run: KERNELSYNC_SHARD=2/8 does the second eighth of it, and no more.

So it can be spread over machines, and taken up again where it was stopped.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    T = TypeVar("T")

# Read here, because no test sees variables that begin like this.
_SHARD, _OF = (int(part) for part in os.environ.get("KERNELSYNC_SHARD", "1/1").split("/"))
assert 1 <= _SHARD <= _OF, "KERNELSYNC_SHARD is to be like 2/8"

IS_WHOLE = _OF == 1
"""Whether this run does all of it."""
NAME = f"shard {_SHARD}/{_OF}"


def share(work: Sequence[T]) -> Sequence[T]:
    """Return what this run has to do of it; the shares of all shards are the whole."""
    return work[_SHARD - 1 :: _OF]
