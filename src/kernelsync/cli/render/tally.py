"""How many environments are kernels, who of them borrows, and what keeps the others from it."""

from __future__ import annotations

from collections import Counter

from kernelsync.cli.commands.starting import BUILD, NOBODY_BUILDS
from kernelsync.cli.render.wrap import entry
from kernelsync.model.natural import in_natural_order
from kernelsync.model.outcome import State
from kernelsync.model.runtime import spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kernelsync.cli.commands.status import StatusResult
    from kernelsync.cli.render.look import Look

_ASKED_FOR = "the service has asked for them; or now:"
_WORDS = {
    State.NO_IPYKERNEL: ("has no ipykernel", "have no ipykernel"),
    State.NOT_READY: ("is not ready", "are not ready"),
    State.BROKEN: ("is broken", "are broken"),
    State.EXCLUDED: ("is left out", "are left out"),
    State.FOREIGN: ("has a kernel that is not ours", "have kernels that are not ours"),
}
"""What is said of one environment that is no kernel, and of several."""


def data(result: StatusResult) -> dict[str, object]:
    """Return these parts of the `data` of the JSON object; None is what is not known."""
    if result.unseen is not None:
        return _told(result)
    missing = _missing(result)
    return {
        "environments": len(result.standings),
        "kernels": _kernels(result),
        "states": _counted(standing.state.value for standing in result.standings),
        "runtimes": {
            "borrowing": _borrowing(result),
            "missing": missing,
            "way_out": BUILD if missing else None,
            "built_by": result.built_by,
        },
    }


def lines(result: StatusResult, look: Look) -> Iterator[str]:
    """Yield the kernels, then who borrows, then the rest: first those that one command helps."""
    title = "kernels    "
    if result.unseen is not None:
        yield from entry(title, _unseen(result), look)
        return
    yield from entry(title, _count(_kernels(result), len(result.standings)), look)
    yield from _borrowers(result, look)
    yield from _rest(result, look)


def _told(result: StatusResult) -> dict[str, object]:
    """Return what the service has counted, where nobody else could look."""
    state = result.state
    return {
        "environments": None if state is None else state.environments,
        "kernels": None if state is None else dict(state.kernels),
        "states": None,
        "runtimes": {
            "borrowing": None,
            "missing": None,
            "way_out": None,
            "built_by": result.built_by,
        },
    }


def _unseen(result: StatusResult) -> str:
    """Return what the service has counted, or why nobody has."""
    state = result.state
    if state is None:
        return f"not counted: {result.unseen}"
    return f"{_count(state.kernels, state.environments)}, as the service has seen them"


def _count(kernels: Mapping[str, int], environments: int) -> str:
    shares = f" ({_shares(kernels)})" if kernels else ""
    return f"{sum(kernels.values())} of {environments} environments{shares}"


def _borrowers(result: StatusResult, look: Look) -> Iterator[str]:
    borrowing: Counter[str] = Counter()
    for key, count in _borrowing(result).items():
        borrowing[spelled(key)] += count
    if borrowing:
        count = sum(borrowing.values())
        borrow = "1 kernel borrows" if count == 1 else f"{count} kernels borrow"
        yield from entry("runtimes   ", f"{borrow} ipykernel (Python {', '.join(borrowing)})", look)


def _rest(result: StatusResult, look: Look) -> Iterator[str]:
    missing = _missing(result)
    title = "no kernel  "
    if missing:
        count = sum(missing.values())
        wait = "1 waits" if count == 1 else f"{count} wait"
        text = f"{wait} for a runtime to borrow ipykernel from (Python {', '.join(missing)})"
        yield from entry(title, text, look)
        yield from _help(result, look)
        title = " " * len(title)
    others = _counted(
        standing.state
        for standing in result.standings
        if standing.state is not State.KERNEL and not standing.offer
    )
    words = [f"{count} {_WORDS[State(state)][count != 1]}" for state, count in others.items()]
    if result.unpublished:
        count = len(result.unpublished)
        words.insert(0, f"{count} {'is' if count == 1 else 'are'} not published yet")
    if words:
        yield from entry(title, f"{', '.join(words)} ('kernelsync list --all')", look)


def _help(result: StatusResult, look: Look) -> Iterator[str]:
    """Yield the one command; before it, that it may not be needed, or after it, that it is."""
    title = "           help: "
    is_asked_for = result.state is not None and result.built_by is not None
    yield from entry(title, f"{_ASKED_FOR} '{BUILD}'" if is_asked_for else BUILD, look)
    if result.built_by is None:
        yield from entry(" " * len(title), NOBODY_BUILDS, look)


def _kernels(result: StatusResult) -> dict[str, int]:
    """Return the number of kernels by manager."""
    return _counted(standing.environment.candidate.manager.name for standing in result.kernels)


def _borrowing(result: StatusResult) -> dict[str, int]:
    """Return how many kernels borrow from each runtime, by its key."""
    return _counted(
        standing.runtime.key for standing in result.kernels if standing.runtime is not None
    )


def _missing(result: StatusResult) -> dict[str, int]:
    """Return for how many environments a runtime is missing, by the Python that it is for."""
    return _counted(standing.offer for standing in result.standings if standing.offer)


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts = Counter(names)
    return {name: counts[name] for name in in_natural_order(counts)}


def _shares(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
