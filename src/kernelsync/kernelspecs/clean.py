"""Removing every kernelspec that is ours, at the user's word."""

from __future__ import annotations

from kernelsync.kernelspecs.problems import FOUND, not_read
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


def others(kernels: Sequence[InstalledKernel]) -> tuple[Outcome, ...]:
    """Return why each of those with our mark stays that is not OURS; a problem if unreadable."""
    left = [
        Outcome(action=Forget(installed=kernel, reason=FOUND[kernel.ownership]))
        for kernel in kernels
        if kernel.ownership in FOUND
    ]
    unread = [
        Outcome(
            action=Forget(installed=kernel, reason="it cannot be read"),
            problem=not_read(kernel.directory),
        )
        for kernel in kernels
        if kernel.ownership is Ownership.UNREADABLE
    ]
    return (*left, *unread)


def planned(kernels: Sequence[InstalledKernel]) -> tuple[Outcome, ...]:
    """Return what `clean` would do, as if it were done."""
    return (*(Outcome(action=action) for action in removals(kernels)), *others(kernels))


def clean(kernels: Sequence[InstalledKernel], prepare: Callable[[], Writer]) -> tuple[Outcome, ...]:
    """Remove those of the verified kernels that are OURS; `prepare` makes the writer if need be."""
    ours = removals(kernels)
    if not ours:
        return others(kernels)
    with prepare() as writer:
        return (*map(writer.apply, ours), *others(kernels))
