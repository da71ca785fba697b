"""Judging: whether an environment becomes a kernel, and if not, the first reason against it."""

from __future__ import annotations

from kernelsync.model.environment import Condition
from kernelsync.model.outcome import Standing, State
from kernelsync.model.problem import Problem
from kernelsync.planning.foreign import why_it_stands
from kernelsync.planning.provided import has_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Environment
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.planning.borrowing import Borrowing
    from kernelsync.planning.selection import Verdict

_STATES = {
    Condition.NO_IPYKERNEL: State.NO_IPYKERNEL,
    Condition.NOT_READY: State.NOT_READY,
    Condition.BROKEN: State.BROKEN,
    Condition.UNSAFE: State.EXCLUDED,
    Condition.UNJUDGED: State.NOT_READY,
}


def objection(environment: Environment, verdict: Verdict, borrowing: Borrowing) -> Standing | None:
    """Return where an environment stands that cannot be a kernel, None for all others.

    What the settings say comes before what is wrong with the environment: nobody needs to
    repair what is left out.
    """
    if not verdict.included:
        return Standing(
            environment=environment,
            state=State.EXCLUDED,
            reason=verdict.reason,
            rule=verdict.rule,
        )
    condition = environment.condition
    if condition is not Condition.READY and borrowing.lender(environment) is None:
        lacks = condition is Condition.NO_IPYKERNEL
        return Standing(
            environment=environment,
            state=_STATES[condition],
            reason=borrowing.why_no_kernel(environment) if lacks else environment.reason,
            # Whatever rule includes it, it is left out for what others could do to it.
            rule=None if condition is Condition.UNSAFE else verdict.rule,
            offer=borrowing.offer(environment) if lacks else None,
        )
    if environment.interpreter is None:
        return _broken(environment, "it has no interpreter")
    if cannot_be_written(environment):
        return _broken(environment, "Jupyter would replace the braces in its path")
    return None


def has_standing(environment: Environment, verdict: Verdict, kernel: InstalledKernel) -> Standing:
    """Return the standing of an environment that a kernel by other hands starts already."""
    shown = kernel.document.get("display_name")
    return Standing(
        environment=environment,
        state=State.FOREIGN,
        reason=why_it_stands(kernel),
        rule=verdict.rule,
        kernel=kernel.name,
        display_name=shown if isinstance(shown, str) else None,
    )


def may_publish_others(environment: Environment, verdict: Verdict) -> bool:
    """Return whether the kernels beside the Python one can be published.

    They do not need ipykernel: an R kernel of a conda environment stands for itself.
    """
    return (
        verdict.included
        and environment.condition in (Condition.READY, Condition.NO_IPYKERNEL)
        and not has_field(environment.candidate.prefix)
    )


def cannot_be_written(environment: Environment) -> bool:
    """Return whether the path of the interpreter has a field in braces (`{prefix}`).

    jupyter_client replaces fields in argv and has no way to escape them.
    """
    return environment.interpreter is not None and has_field(environment.interpreter.path)


def problem_with_path(environment: Environment) -> Problem:
    """Return the problem of an environment whose path cannot stand in a kernelspec."""
    prefix = environment.candidate.prefix
    return Problem(
        code="path-with-braces",
        message=f"{prefix} cannot be a kernel: Jupyter replaces words in braces in its path",
        path=prefix,
        hint="rename the directory, or exclude the environment in the settings",
    )


def _broken(environment: Environment, reason: str) -> Standing:
    return Standing(environment=environment, state=State.BROKEN, reason=reason)
