"""Removing every kernelspec that is ours, at the user's word."""

from __future__ import annotations

from kernelsync.kernelspecs.problems import FOUND
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import Outcome
from kernelsync.model.plan import Forget, Remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelsync.kernelspecs.writer import Writer
    from kernelsync.model.kernelspec import InstalledKernel

REASON = "every kernelspec of kernelsync is removed"


def clean(kernels: Sequence[InstalledKernel], prepare: Callable[[], Writer]) -> tuple[Outcome, ...]:
    """Remove those of the verified kernels that are OURS; `prepare` makes the writer if need be."""
    kept = [
        Outcome(action=Forget(installed=kernel, reason=FOUND[kernel.ownership]))
        for kernel in kernels
        if kernel.ownership in FOUND
    ]
    ours = [kernel for kernel in kernels if kernel.ownership is Ownership.OURS]
    if not ours:
        return tuple(kept)
    with prepare() as writer:
        removed = [writer.apply(Remove(installed=kernel, reason=REASON)) for kernel in ours]
    return (*removed, *kept)
