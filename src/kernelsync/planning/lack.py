"""What is wrong with runtimes that kernels need, as problems: one for each cause."""

from __future__ import annotations

from kernelsync.model.outcome import State
from kernelsync.model.problem import Problem
from kernelsync.model.runtime import Risk, spelled
from kernelsync.model.surroundings import HIDDEN, WAY_OUT_OF_HIDDEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kernelsync.model.outcome import Standing
    from kernelsync.model.runtime import Ailing, Runtimes


def problems_of_runtimes(standings: Iterable[Standing], runtimes: Runtimes) -> tuple[Problem, ...]:
    """Return why environments without ipykernel are no kernels, or ones that cannot start.

    That a runtime was never there is none: nobody has lost anything.
    """
    kernels: dict[str, list[str]] = {}
    for standing in standings:
        interpreter = standing.environment.interpreter
        if standing.state is State.NO_IPYKERNEL and interpreter is not None:
            names = kernels.setdefault(runtimes.key_for(interpreter), [])
            if standing.kernel is not None:  # it stays although nobody lends it ipykernel
                names.append(standing.kernel)
    return tuple(dict.fromkeys(_problems(kernels, runtimes)))


def _problems(kernels: dict[str, list[str]], runtimes: Runtimes) -> Iterator[Problem]:
    ailing = {each.key: each for each in runtimes.ailing}
    if runtimes.distrust is not None:
        yield problem_of(runtimes.distrust)
        return
    for key in sorted(kernels):
        names = sorted(kernels[key])
        if key in ailing and key not in runtimes.removed:
            yield problem_of(ailing[key], names)
        elif names:
            yield _missing(key, f"{runtimes.directory}/{key}", names)


def problem_of(ailing: Ailing, kernels: list[str] | None = None) -> Problem:
    """Return what is wrong with a runtime; `kernels` cannot start because of it."""
    cannot = _cannot_start(kernels or [])
    if ailing.risk is Risk.NONE:
        way = f"'kernelsync runtime install {spelled(ailing.key)}' builds it anew"
        message = f"the runtime {ailing.key} is damaged{cannot}: {ailing.reason}"
        return Problem(code="runtime-damaged", message=message, path=ailing.directory, hint=way)
    what = f"the runtime {ailing.key} is" if ailing.key else "runtimes are"
    message = f"{what} not used: {ailing.reason}"
    if ailing.risk is Risk.UNJUDGED:
        return Problem(code=HIDDEN, message=message, path=ailing.path, hint=WAY_OUT_OF_HIDDEN)
    hint = f"take that right away ('chmod go-w {ailing.path}', chown)"
    if ailing.key:
        hint += f", or let 'kernelsync runtime install {spelled(ailing.key)}' build it anew"
    return Problem(code="runtime-unsafe", message=message, path=ailing.path, hint=hint)


def _missing(key: str, directory: str, kernels: list[str]) -> Problem:
    return Problem(
        code="runtime-missing",
        message=f"the runtime {key} is missing{_cannot_start(kernels)}",
        path=directory,
        hint=f"'kernelsync runtime install {spelled(key)}' builds it",
    )


def _cannot_start(kernels: list[str]) -> str:
    if not kernels:
        return ""
    if len(kernels) == 1:
        return f", so that the kernel '{kernels[0]}' cannot start"
    return f", so that {len(kernels)} kernels ('{kernels[0]}' is one) cannot start"
