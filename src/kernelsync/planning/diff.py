"""The difference between what is wanted and what is installed: a truth table.

| wanted | installed               | action                                        |
| ------ | ----------------------- | --------------------------------------------- |
| yes    | nothing of ours         | create                                        |
| yes    | ours, alike             | none                                          |
| yes    | ours, different         | update                                        |
| yes    | ours, under other names | create or update the one, remove the others   |
| no     | ours                    | remove (none while its environment is made,   |
|        |                         | nor while its runtime is missing)             |
| either | ours, edited            | forget                                        |
| either | anything else           | none                                          |
"""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.kernelspec import Ownership
from kernelsync.model.outcome import State
from kernelsync.model.plan import Cause, Create, Forget, Plan, Remove, Update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelsync.model.environment import Root
    from kernelsync.model.kernelspec import InstalledKernel, KernelName, KernelSpec
    from kernelsync.model.outcome import Standing
    from kernelsync.model.plan import Action
    from kernelsync.model.settings import Settings
    from kernelsync.planning.desired import Desired
    from kernelsync.planning.holdings import Holdings

_ORDER = (Create, Update, Forget, Remove)


def diff(desired: Desired, settings: Settings, roots: Sequence[Root]) -> Plan:
    """Return what to do: creations, updates, what is forgotten, and removals last.

    A kernel that differs only in the inode of its root is different as well: the guard
    relies on that number. Removals are not certain yet; `kernelsync.planning.guard` decides
    about that.
    """
    actions: list[Action] = []
    unchanged: list[KernelName] = []
    for each in (
        *_for_wanted(desired),
        *_for_unwanted(desired, settings, frozenset(root.path for root in roots)),
    ):
        if isinstance(each, str):
            unchanged.append(each)
        else:
            actions.append(each)
    actions.extend(_forgotten(desired.holdings))
    actions.sort(key=_rank)
    return Plan(actions=tuple(actions), unchanged=tuple(sorted(unchanged)))


def differing(plan: Plan) -> frozenset[str]:
    """Return the directories of kernels whose digest must be compared before the plan holds.

    These would be changed or removed, and nobody looked yet whether somebody edited them.
    When the store has told, plan once more.
    """
    return frozenset(
        action.installed.directory
        for action in plan.actions
        if isinstance(action, Update | Remove) and action.installed.ownership is Ownership.CLAIMED
    )


def _for_wanted(desired: Desired) -> Iterator[Action | KernelName]:
    """Yield an action for each wanted kernel, or its name if it is as it should be."""
    ours = desired.holdings.ours
    for spec in desired.specs:
        current = None
        for kernel in ours.get((spec.mark.environment, spec.mark.kernel), ()):
            if kernel.name == spec.name:
                current = kernel
            else:
                reason = f"{spec.mark.prefix} is called '{spec.name}' now"
                yield Remove(installed=kernel, reason=reason, cause=Cause.RENAMED)
        if current is None:
            yield Create(spec=spec, reason=f"{spec.mark.prefix} has no kernel of this name")
        elif difference := _difference(spec, current):
            yield Update(spec=spec, installed=current, reason=difference)
        else:
            yield spec.name


def _for_unwanted(
    desired: Desired, settings: Settings, searched: frozenset[str]
) -> Iterator[Action | KernelName]:
    """Yield removals; an environment that is just being made keeps what it has.

    So does one whose runtime is gone or damaged: the next runtime serves the same kernel.
    """
    wanted = {(spec.mark.environment, spec.mark.kernel) for spec in desired.specs}
    ours = desired.holdings.ours
    unwanted = [key for key in ours if key not in wanted]
    if not unwanted:
        return
    from kernelsync.planning.absence import (  # noqa: PLC0415 - for removals
        missing_base,
        why_not_wanted,
    )

    standings = {each.environment.candidate.real: each for each in desired.standings}
    for key in unwanted:
        standing = standings.get(key[0])
        stays = standing is not None and (
            _is_being_made(standing) or (standing.is_kept and not key[1])
        )
        for kernel in ours[key]:
            if stays or kernel.mark is None:
                yield kernel.name
                continue
            cause, reason = why_not_wanted(kernel.mark, standing, settings, searched)
            base = missing_base(standing) if cause is Cause.BASELESS else None
            yield Remove(installed=kernel, reason=reason, cause=cause, base=base)


def _is_being_made(standing: Standing) -> bool:
    """Whether an environment is not ready yet; nobody can wait for one that cannot be judged."""
    is_unjudged = standing.environment.condition is Condition.UNJUDGED
    return standing.state is State.NOT_READY and not is_unjudged


def _forgotten(holdings: Holdings) -> Iterator[Forget]:
    for kernel in holdings.others:
        if kernel.ownership is Ownership.EDITED and kernel.in_store:
            reason = "somebody edited it; it is left alone from now on"
            yield Forget(installed=kernel, reason=reason)


def _difference(spec: KernelSpec, current: InstalledKernel) -> str:
    """Return what differs as a sentence, "" if nothing does."""
    if spec.document == current.document:
        return "" if _has_logos(spec, current) else "its logos differ"
    keys = [
        key
        for key in dict.fromkeys((*spec.document, *current.document))
        if spec.document.get(key) != current.document.get(key)
    ]
    return f"it differs in {', '.join(keys)}"


def _has_logos(spec: KernelSpec, current: InstalledKernel) -> bool:
    """Return whether the installed logos are the wanted ones, judged by name and size."""
    files = current.files
    for logo in spec.logos:
        if files.get(logo.name) != logo.size:
            return False
    return len(spec.logos) == len(files) or len(spec.logos) == sum(
        name.startswith("logo-") for name in files
    )


def _rank(action: Action) -> tuple[int, str]:
    kernel = action.spec if isinstance(action, Create | Update) else action.installed
    return _ORDER.index(type(action)), kernel.name
