"""Whether others may write to the runtimes that kernels borrow from, judged as environments are."""

from __future__ import annotations

import os

from kernelsync.model.problem import Problem
from kernelsync.model.runtime import LAUNCHER, Ailing, Risk
from kernelsync.model.surroundings import HIDDEN, WAY_OUT_OF_HIDDEN
from kernelsync.model.value import replace
from kernelsync.probe.permissions import Fault, Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelsync.model.runtime import Runtime, Runtimes
    from kernelsync.model.surroundings import Surroundings


def judged(runtimes: Runtimes, surroundings: Surroundings) -> Runtimes:
    """Return the runtimes without those that others may write to: these are ailing.

    Few are looked at: what is inside belongs to whoever may write to the directories.
    """
    trust = Trust(surroundings.uid, surroundings.owners)
    directory = runtimes.directory
    if not os.path.lexists(directory):
        return runtimes
    fault = _fault(trust.fault_all, directory)
    if fault is not None:
        return _distrusted(runtimes, fault)
    launcher = f"{directory}/{LAUNCHER}"
    if os.path.lexists(launcher) and (fault := _fault(trust.fault, launcher)) is not None:
        # Whatever is wrong with a copy of ours, the next one mends it.
        risk = Risk.NONE if fault.certain else Risk.UNJUDGED
        return runtimes.without(_ailing(each, fault, risk) for each in runtimes.installed)
    return runtimes.without(
        _ailing(each, fault, _risk(fault))
        for each in runtimes.installed
        if (fault := _fault_of(trust, each)) is not None
    )


def judge_for(surroundings: Surroundings) -> Callable[[str], Problem | None]:
    """Return what says whether others may write to a path, or to where it would be made."""

    def judge(path: str) -> Problem | None:
        # A new one each time: a build takes a while.
        trust = Trust(surroundings.uid, surroundings.owners)
        at = path
        while not os.path.lexists(at):
            at = os.path.dirname(at)
        fault = _fault(trust.fault_all, at) if at == path else trust.fault_above(f"{at}/new")
        return None if fault is None else _problem(path, fault)

    return judge


def _distrusted(runtimes: Runtimes, fault: Fault) -> Runtimes:
    risk = _risk(fault)
    return replace(
        runtimes.without(_ailing(each, fault, risk) for each in runtimes.installed),
        programs=None if risk is Risk.UNSAFE else runtimes.programs,
        distrust=Ailing(
            key="",
            directory=runtimes.directory,
            reason=fault.reason,
            risk=risk,
            path=fault.path,
        ),
    )


def _ailing(runtime: Runtime, fault: Fault, risk: Risk) -> Ailing:
    return Ailing(
        key=runtime.key,
        directory=runtime.directory,
        reason=fault.reason,
        risk=risk,
        path=fault.path,
    )


def _risk(fault: Fault) -> Risk:
    return Risk.UNSAFE if fault.certain else Risk.UNJUDGED


def _fault_of(trust: Trust, runtime: Runtime) -> Fault | None:
    for place in runtime.places:
        fault = _fault(trust.fault, place)
        if fault is not None:
            return fault
    return None


def _fault(judge: Callable[[str], Fault | None], path: str) -> Fault | None:
    try:
        return judge(path)
    except OSError as error:
        return Fault(reason=f"{path} cannot be examined ({error.strerror})", path=path)


def _problem(path: str, fault: Fault) -> Problem:
    message = f"nothing is built in {path}: {fault.reason}"
    if not fault.certain:
        return Problem(code=HIDDEN, message=message, path=fault.path, hint=WAY_OUT_OF_HIDDEN)
    hint = f"take that right away ('chmod go-w {fault.path}', chown), then ask again"
    return Problem(code="runtime-unsafe", message=message, path=fault.path, hint=hint)
