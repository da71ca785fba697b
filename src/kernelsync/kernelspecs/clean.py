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


def removals(kernels: Sequence[InstalledKernel]) -> tuple[Remove, ...]:
    """Return the removal of each of the verified kernels that is OURS."""
    ours = (kernel for kernel in kernels if kernel.ownership is Ownership.OURS)
    return tuple(Remove(installed=kernel, reason=REASON) for kernel in ours)


def others(kernels: Sequence[InstalledKernel]) -> tuple[Forget, ...]:
    """Return those with our mark that are not OURS, each with the reason why it stays."""
    return tuple(
        Forget(installed=kernel, reason=FOUND[kernel.ownership])
        for kernel in kernels
        if kernel.ownership in FOUND
    )


def clean(kernels: Sequence[InstalledKernel], prepare: Callable[[], Writer]) -> tuple[Outcome, ...]:
    """Remove those of the verified kernels that are OURS; `prepare` makes the writer if need be."""
    kept = tuple(Outcome(action=action) for action in others(kernels))
    planned = removals(kernels)
    if not planned:
        return kept
    with prepare() as writer:
        return (*map(writer.apply, planned), *kept)
