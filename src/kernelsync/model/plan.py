"""Plans: what one pass means to do, as data; a dry run prints it, a pass carries it out."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.kernelspec import InstalledKernel, KernelName, KernelSpec


class Create(Value):
    """Publish a kernelspec under a name that is free."""

    spec: KernelSpec
    reason: str


class Update(Value):
    """Exchange a kernelspec of ours for one with other contents."""

    spec: KernelSpec
    installed: InstalledKernel
    reason: str


class Cause(StrEnum):
    """What a removal follows from; it decides how certain the removal is.

    `GONE`: the environment was not seen in this pass. `UNSEARCHED`: not seen either, but its
    root was not searched at all, and the settings do not say why. `SETTINGS`: its root or
    source was taken out of the settings. `EXCLUDED`: it was seen, and the rules leave it
    out. `UNUSABLE`: it was seen, and can no longer run this kernel. `BASELESS`: so it is,
    because the Python that it was made from is not there. `UNJUDGED`: it was seen, and nobody
    can tell here whether it is safe. `RENAMED`: the same kernel is
    published under another name.
    """

    GONE = "gone"
    UNSEARCHED = "unsearched"
    SETTINGS = "settings"
    EXCLUDED = "excluded"
    UNUSABLE = "unusable"
    BASELESS = "baseless"
    UNJUDGED = "unjudged"
    RENAMED = "renamed"


class Remove(Value):
    """Move a kernelspec of ours to the trash.

    `base` is the program that is not there, if the cause is that.
    """

    installed: InstalledKernel
    reason: str
    cause: Cause = Cause.GONE
    base: str | None = None


class Hold(Value):
    """Leave a kernelspec that would be removed, because its absence is not certain."""

    installed: InstalledKernel
    reason: str
    way_out: str


class Forget(Value):
    """Leave a kernelspec that was ours, because somebody edited it."""

    installed: InstalledKernel
    reason: str


Action = Create | Update | Remove | Hold | Forget


class Plan(Value):
    """Everything one pass will do, in order, and the kernels that stay as they are."""

    actions: tuple[Action, ...]
    unchanged: tuple[KernelName, ...]


def names_to_create(actions: Iterable[Action]) -> frozenset[KernelName]:
    """Return the kernels that are not there before these actions are carried out."""
    return frozenset(action.spec.name for action in actions if isinstance(action, Create))
