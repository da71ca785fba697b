"""Why an installed kernel is not wanted any more: the cause, and a sentence for people."""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import State
from kernelsync.model.plan import Cause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kernelsync.model.kernelspec import Mark
    from kernelsync.model.outcome import Standing
    from kernelsync.model.settings import Settings


def why_not_wanted(
    mark: Mark, standing: Standing | None, settings: Settings, searched: Collection[str]
) -> tuple[Cause, str]:
    """Return why nothing wants the kernel with this mark.

    `standing` is its environment's, None if that was not seen in this pass; `searched` are
    the paths of all roots of this pass, whether they could be read or not.
    """
    if standing is not None:
        return _although_seen(mark, standing)
    source = settings.sources.get(mark.manager)
    if mark.requested:
        return Cause.GONE, f"{mark.prefix} is gone"
    if source is not None and not source.enabled:
        return Cause.SETTINGS, f"the source '{mark.manager}' is switched off in the settings"
    if mark.root in searched:
        return Cause.GONE, f"{mark.prefix} is gone"
    if mark.configured or (source is not None and source.options):
        return Cause.SETTINGS, f"{mark.root} is no longer searched, by the settings"
    return Cause.UNSEARCHED, f"{mark.root} was not searched"


def _although_seen(mark: Mark, standing: Standing) -> tuple[Cause, str]:
    if standing.state is State.NOT_READY:
        return Cause.UNJUDGED, f"{mark.prefix} cannot be judged: {standing.reason}"
    if standing.state is State.EXCLUDED:
        return Cause.EXCLUDED, f"{mark.prefix} is left out: {standing.reason}"
    if mark.kernel:
        return Cause.UNUSABLE, f"{mark.prefix} no longer brings along '{mark.kernel}'"
    cause = Cause.UNUSABLE if missing_base(standing) is None else Cause.BASELESS
    return cause, f"{mark.prefix} can no longer be a kernel: {standing.reason}"


def missing_base(standing: Standing | None) -> str | None:
    """Return the program that an environment's interpreter leads to, if it is not there."""
    if standing is None or standing.environment.condition is not Condition.BROKEN:
        return None
    interpreter = standing.environment.interpreter
    return interpreter.resolved if interpreter is not None and not interpreter.stdlib else None
