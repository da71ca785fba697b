"""What a plan leaves undone, as problems: removals that are held, ROOTs without a kernel."""

from __future__ import annotations

import os

from kernelsync.model.outcome import State
from kernelsync.model.plan import Forget, Hold
from kernelsync.model.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kernelsync.model.outcome import Standing
    from kernelsync.model.plan import Action

_FINE = frozenset({State.KERNEL, State.FOREIGN})


def held(actions: Iterable[Action]) -> Iterator[Problem]:
    """Yield each removal that is held, with the reason and the way out."""
    for action in actions:
        if isinstance(action, Hold):
            yield Problem(
                code="removal-held",
                message=f"the kernel '{action.installed.name}' stays: {action.reason}",
                path=action.installed.directory,
                hint=action.way_out,
            )


def left(actions: Iterable[Action]) -> Iterator[Problem]:
    """Yield each kernel that is no longer kernelsync's to change."""
    for action in actions:
        if isinstance(action, Forget):
            yield Problem(
                code="kernel-edited",
                message=f"the kernel '{action.installed.name}' stays as it is: {action.reason}",
                path=action.installed.directory,
                hint="remove it by hand if nobody needs it "
                f"('jupyter kernelspec remove {action.installed.name}')",
            )


def without_kernel(roots: Sequence[str], standings: Sequence[Standing]) -> Iterator[Problem]:
    """Yield the ROOTs that somebody named, and that brought no kernel at all."""
    for root in roots:
        found = [standing for standing in standings if _is_below(standing, root)]
        if any(standing.state in _FINE for standing in found):
            continue
        if not found:
            yield Problem(
                code="root-without-environment",
                message=f"no environment was found in {root}",
                path=root,
                hint="it is searched for .venv, venv and env; an environment of another name "
                "can be named itself",
            )
        for standing in found:
            yield _no_kernel(standing)


def _is_below(standing: Standing, root: str) -> bool:
    candidate = standing.environment.candidate
    places = (candidate.prefix, candidate.real, *candidate.aliases)
    roots = (f"{root.rstrip(os.sep)}/", f"{os.path.realpath(root).rstrip(os.sep)}/")
    return any(f"{place}/".startswith(roots) for place in places)


def _no_kernel(standing: Standing) -> Problem:
    prefix = standing.environment.candidate.prefix
    hint = f"'kernelsync explain {prefix}' says more"
    if standing.state is State.NO_IPYKERNEL and standing.environment.ipykernel is None:
        hint = f"{prefix}/bin/python -m pip install ipykernel"
        if standing.offer is not None:
            hint = f"'kernelsync runtime install {standing.offer}', or {hint}"
    return Problem(
        code="root-without-kernel",
        message=f"{prefix} did not become a kernel: {standing.reason}",
        path=prefix,
        hint=hint,
    )
