"""What is installed, by what it is for: the only memory that a pass has of earlier ones."""

from __future__ import annotations

from kernelsync.model.kernelspec import Ownership
from kernelsync.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel

_LEFT_ALONE = frozenset({Ownership.EDITED, Ownership.UNREADABLE})

Key = tuple[str, str]
"""What a kernel is for: the environment's real path, and which of its kernels ("" = main)."""


class Holdings(Value):
    """The installed kernels, sorted by whether they are ours to change.

    `ours` are those that this host's kernelsync wrote into the store, by key, each list by
    name. `edited` are such that somebody changed later, or that cannot be read. `others` are
    all that a pass must leave alone; the edited ones are among them. `users` tells for every
    name on Jupyter's path which key may use it all the same: its own, or None where nobody may.
    """

    ours: Mapping[Key, Sequence[InstalledKernel]]
    edited: Mapping[Key, InstalledKernel]
    others: Sequence[InstalledKernel]
    users: Mapping[str, Key | None]

    def under(self, key: Key, name: str) -> InstalledKernel | None:
        """Return our kernel for this key that has this name."""
        for kernel in self.ours.get(key, ()):
            if kernel.name == name:
                return kernel
        return None


def take_stock(installed: Sequence[InstalledKernel]) -> Holdings:
    """Sort everything on Jupyter's path; the order given does not matter."""
    ours: dict[Key, list[InstalledKernel]] = {}
    edited: dict[Key, InstalledKernel] = {}
    others: list[InstalledKernel] = []
    users: dict[str, Key | None] = {}
    for kernel in sorted(installed, key=_place):
        user = _key_of_ours(kernel)
        name = kernel.name.lower()
        users[name] = user if users.get(name, user) == user else None
        if user is None:
            others.append(kernel)
            if kernel.ownership in _LEFT_ALONE and kernel.mark is not None:
                edited.setdefault((kernel.mark.environment, kernel.mark.kernel), kernel)
        elif kernel.in_store:
            ours.setdefault(user, []).append(kernel)
    return Holdings(ours=ours, edited=edited, others=others, users=users)


def with_moved(holdings: Holdings, environments: Sequence[Environment]) -> Holdings:
    """Return the holdings with kernels handed on whose environment has another real path now.

    A directory was moved, and a link left in its place: the path in use is the same, and so
    is the environment, for everybody who uses it.
    """
    reals = {environment.candidate.real for environment in environments}
    left = {
        kernel.mark.prefix: key[0]
        for key, kernels in holdings.ours.items()
        if key[0] not in reals
        for kernel in kernels
        if kernel.mark is not None
    }
    moved: dict[str, str] = {}
    for environment in environments if left else ():
        candidate = environment.candidate
        before = left.get(candidate.prefix)
        if before is not None and (candidate.real, "") not in holdings.ours:
            moved[before] = candidate.real
    if not moved:
        return holdings
    return Holdings(
        ours={(moved.get(key[0], key[0]), key[1]): each for key, each in holdings.ours.items()},
        edited=holdings.edited,
        others=holdings.others,
        users={
            name: user and (moved.get(user[0], user[0]), user[1])
            for name, user in holdings.users.items()
        },
    )


def is_copy(kernel: InstalledKernel) -> bool:
    """Return whether somebody copied or renamed a kernel of ours.

    Its contents still say which name it was written for. The copy is theirs, not ours.
    """
    return kernel.document.get("name") != kernel.name


def _key_of_ours(kernel: InstalledKernel) -> Key | None:
    """Return the key of a kernel that this host's kernelsync wrote, None for all others.

    One in another directory of Jupyter's path (the settings name a new one) is not managed
    any more; still its environment may use the name.
    """
    mark = kernel.mark
    if mark is None or kernel.ownership not in (Ownership.CLAIMED, Ownership.OURS):
        return None
    return None if is_copy(kernel) else (mark.environment, mark.kernel)


def _place(kernel: InstalledKernel) -> tuple[str, str]:
    return kernel.name, kernel.directory
