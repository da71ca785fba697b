"""The guard: holds back removals that do not look like somebody removing environments.

A kernel that goes takes people's notebooks with it: JupyterLab silently binds them to
another one. So absence must be certain, and the rest is held until somebody confirms it.
"""

from __future__ import annotations

from kernelsync.model.plan import Cause, Create, Forget, Hold, Plan, Remove, Update
from kernelsync.model.surroundings import WAY_OUT_OF_HIDDEN
from kernelsync.model.value import replace
from kernelsync.planning.certainty import doubt, doubt_of_base, gather

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.environment import Root, Trace
    from kernelsync.planning.certainty import Evidence

MANY = 10
"""More removals than this, and more than half of what we own, are too many at once."""

WAY_OUT = "run 'kernelsync once --confirm-removals' if it is really gone"
_WAY_OUT_OF_MANY = "run 'kernelsync once --confirm-removals' if all of them shall go"
_WAY_OUT_OF_UNSEARCHED = (
    "name the directory in the settings, or set the variable that names it where kernelsync "
    "runs; run 'kernelsync once --confirm-removals' if its kernels shall go"
)
_ORDER = (Create, Update, Forget, Hold, Remove)


def places_to_look(plan: Plan) -> tuple[str, ...]:
    """Return the paths of which the guard needs a `Trace` to judge the plan's removals.

    They are to be looked at in this order, roots last: a root that is there then was there
    when its environments were looked at.
    """
    places: dict[str, None] = {}
    roots: dict[str, None] = {}
    for action in plan.actions:
        if isinstance(action, Remove) and action.cause is Cause.GONE and action.installed.mark:
            places[action.installed.mark.prefix] = None
            places[action.installed.mark.environment] = None
            roots[action.installed.mark.root] = None
        elif isinstance(action, Remove) and action.base is not None:
            places[action.base] = None
    return (*places, *(root for root in roots if root not in places))


def guard(
    plan: Plan, roots: Sequence[Root], traces: Sequence[Trace], *, confirmed: bool = False
) -> Plan:
    """Return the plan with every removal held that is not certain.

    Removals that follow from the settings, or from an environment that was seen in this
    pass, are certain by themselves. But no pass removes more than half, and more than ten,
    of the kernels that we own, whatever the cause: then all removals are held. `confirmed`
    lets everything pass: somebody who sees the plan answers for it.
    """
    removes = [action for action in plan.actions if isinstance(action, Remove)]
    if confirmed or not removes:
        return plan
    evidence = gather(removes, roots, traces)
    actions = [
        _judged(action, evidence) if isinstance(action, Remove) else action
        for action in plan.actions
    ]
    going = [action for action in actions if isinstance(action, Remove)]
    if _too_many(going, plan):
        actions = [
            _too_many_at_once(action, len(going)) if isinstance(action, Remove) else action
            for action in actions
        ]
    actions.sort(key=lambda action: _ORDER.index(type(action)))
    return Plan(actions=tuple(actions), unchanged=plan.unchanged)


def postponed(remove: Remove) -> Hold:
    """Return the hold of a removal in a pass that could not write."""
    way_out = "see the problem below; the next pass tries again"
    return _held(remove, "another kernel could not be written", way_out)


def _judged(remove: Remove, evidence: Evidence) -> Remove | Hold:
    mark = remove.installed.mark
    if mark is None:
        return _held(remove, "it has no mark", WAY_OUT)
    if remove.cause is Cause.UNSEARCHED:
        return _held(remove, "the settings do not say why", _WAY_OUT_OF_UNSEARCHED)
    if remove.cause is Cause.UNJUDGED:
        return _held(remove, "that says nothing against it", WAY_OUT_OF_HIDDEN)
    if remove.base is not None:
        reason = doubt_of_base(remove.base, evidence)
        return remove if reason is None else _held(remove, reason, WAY_OUT)
    if remove.cause is not Cause.GONE:
        return remove
    reason = doubt(mark, evidence)
    unseen = replace(remove, reason=f"{mark.prefix} was not found as an environment")
    return remove if reason is None else _held(unseen, reason, WAY_OUT)


def _too_many(going: Sequence[Remove], plan: Plan) -> bool:
    """Return whether too much of what we own would go.

    Kernels whose successors under another name are there already do not count as owned:
    else renaming all of them would be held in one pass, and carried out in the next.
    """
    replaced = sum(action.cause is Cause.RENAMED for action in going)
    owned = len(plan.unchanged) + sum(
        isinstance(action, Update | Remove) for action in plan.actions
    )
    return len(going) > MANY and 2 * len(going) > owned - replaced


def _too_many_at_once(remove: Remove, count: int) -> Hold:
    return _held(remove, f"{count} kernels would go at once", _WAY_OUT_OF_MANY)


def _held(remove: Remove, reason: str, way_out: str) -> Hold:
    return Hold(
        installed=remove.installed, reason=f"{remove.reason}, but {reason}", way_out=way_out
    )
