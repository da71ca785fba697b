"""How the explanation of one environment looks."""

from __future__ import annotations

from kernelsync.cli.render.escape import escape
from kernelsync.cli.render.list import described
from kernelsync.cli.render.wrap import entry
from kernelsync.model.environment import Condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.cli.commands.explain import ExplainResult
    from kernelsync.cli.render.look import Look
    from kernelsync.model.environment import Environment
    from kernelsync.model.outcome import Standing


def data(result: ExplainResult) -> dict[str, object]:
    """Return the `data` of the JSON object: what `list` says, and the rule that decided."""
    return {"environments": [_explained(standing, result) for standing in result.standings]}


def lines(result: ExplainResult, look: Look) -> Iterator[str]:
    """Yield the facts about each environment that was meant, one a line."""
    for position, standing in enumerate(result.standings):
        if position:
            yield ""
        yield from _facts(standing, result, look)


def _explained(standing: Standing, result: ExplainResult) -> dict[str, object]:
    rule = standing.rule
    decided = None
    if rule is not None:
        file = result.settings_path if rule.line is not None else None
        decided = {"text": rule.text, "file": file, "line": rule.line}
    return {**described(standing), "root": standing.environment.candidate.root, "rule": decided}


def _facts(standing: Standing, result: ExplainResult, look: Look) -> Iterator[str]:
    environment = standing.environment
    candidate = environment.candidate
    interpreter = environment.interpreter
    python = "none"
    if interpreter is not None:
        python = f"{interpreter.version} ({interpreter.implementation}, {interpreter.abi})"
    facts = {
        "environment": look.path(candidate.prefix),
        "real path": "" if candidate.real == candidate.prefix else look.path(candidate.real),
        "also seen as": ", ".join(look.path(alias) for alias in candidate.aliases),
        "made by": f"{candidate.manager.name}, found under {look.path(candidate.root)}",
        "project": "" if environment.project is None else look.path(environment.project),
        "python": escape(python),
        "ipykernel": escape(_ipykernel(environment)),
        "runtime": _runtime(standing, look),
        "state": standing.state.value,
        "because": look.prose(standing.reason),
        "rule": _rule(standing, result, look),
        "kernel": escape(standing.kernel or ""),
        "shown as": escape(standing.display_name or ""),
    }
    for title, fact in facts.items():
        if fact:
            yield from entry(f"{title + ':':14}", fact, look)


def _ipykernel(environment: Environment) -> str:
    """Return its version; where it was not looked for, "none" would be a guess."""
    is_known = environment.condition in (Condition.READY, Condition.NO_IPYKERNEL)
    return environment.ipykernel or ("none" if is_known else "not looked for")


def _runtime(standing: Standing, look: Look) -> str:
    runtime = standing.runtime
    if runtime is None:
        return ""
    return f"ipykernel {escape(runtime.ipykernel)} is borrowed from {look.path(runtime.directory)}"


def _rule(standing: Standing, result: ExplainResult, look: Look) -> str:
    rule = standing.rule
    if rule is None:
        return ""
    if rule.line is None or result.settings_path is None:
        return f"{escape(rule.text)} (built in)"
    return f"{escape(rule.text)} ({look.path(result.settings_path)}:{rule.line})"
