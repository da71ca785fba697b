"""Selection: which environments become kernels, by the user's rules and the built-in ones.

An exclude rule has the last word. A ROOT on the command line and an include rule that
names the environment come before the built-in exclusions, and these before "everything".
"""

from __future__ import annotations

from kernelsync.model.outcome import Rule
from kernelsync.model.value import Value
from kernelsync.planning.builtin_rules import built_in_exclusion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.model.environment import Environment
    from kernelsync.model.settings import Pattern, Settings


class Verdict(Value):
    """Whether an environment is included, with a sentence why and the rule that decided.

    `rule` is None where no single rule did: nothing speaks against the environment, or no
    include rule speaks for it.
    """

    included: bool
    reason: str
    rule: Rule | None = None


_EVERYTHING = Verdict(included=True, reason="everything that is found is included")
_REQUESTED = Verdict(included=True, reason="it was asked for on the command line")
_NOT_INCLUDED = Verdict(included=False, reason="no include rule matches it")


def select(environment: Environment, settings: Settings, home: str) -> Verdict:
    """Return the verdict on an environment; built-in rules know `~` as `home`.

    Include rules that name the environment (by a glob on its name or path other than `*`
    and `**`) win over the built-in exclusions. What was asked for on the command line needs
    no include rule, but an exclude rule still leaves it out.
    """
    candidate = environment.candidate
    if settings.exclude and (pattern := _first(settings.exclude, environment)):
        return _ruled(pattern, included=False)
    if candidate.requested:
        return _REQUESTED
    if settings.include:
        named = [each for each in settings.include if names_environment(each)]
        if pattern := _first(named, environment):
            return _ruled(pattern, included=True)
    if exclusion := built_in_exclusion(candidate, home):
        return Verdict(included=False, reason=exclusion.reason, rule=exclusion.rule)
    if not settings.include:
        return _EVERYTHING
    pattern = _first(settings.include, environment)
    return _NOT_INCLUDED if pattern is None else _ruled(pattern, included=True)


def matches(pattern: Pattern, environment: Environment) -> bool:
    """Return whether every key that the pattern sets holds for the environment."""
    candidate = environment.candidate
    if pattern.base is not None and pattern.base != candidate.base:
        return False
    if pattern.ipykernel is not None and pattern.ipykernel != (environment.ipykernel is not None):
        return False
    if pattern.manager is not None and not _matches_manager(pattern.manager, environment):
        return False
    if pattern.name is not None and not _matches_name(pattern.name, environment):
        return False
    if pattern.path is not None and not _matches_path(pattern.path, environment):
        return False
    return pattern.python is None or _matches_python(pattern.python, environment)


def names_environment(pattern: Pattern) -> bool:
    """Return whether a pattern speaks of certain environments, not of all or of a kind."""
    return any(glob and glob.strip("*/") for glob in (pattern.name, pattern.path))


def _matches_manager(glob: str, environment: Environment) -> bool:
    from kernelsync.planning.globs import matches_name  # noqa: PLC0415 - only for rules

    manager = environment.candidate.manager
    return matches_name(glob, manager.name) or matches_name(glob, manager.word)


def _matches_name(glob: str, environment: Environment) -> bool:
    """A bare interpreter answers to the name of its directory as well (`pyenv:2.7.*`)."""
    from kernelsync.planning.globs import matches_name  # noqa: PLC0415 - only for rules

    candidate = environment.candidate
    if matches_name(glob, candidate.name):
        return True
    return candidate.base and matches_name(glob, candidate.prefix.rpartition("/")[2])


def _matches_path(glob: str, environment: Environment) -> bool:
    from kernelsync.planning.globs import matches_path  # noqa: PLC0415 - only for rules

    candidate = environment.candidate
    paths = dict.fromkeys((candidate.prefix, candidate.real, *candidate.aliases))
    return any(matches_path(glob, path) for path in paths)


def _matches_python(specifier: str, environment: Environment) -> bool:
    from kernelsync.planning import specifiers  # noqa: PLC0415 - few settings have one

    interpreter = environment.interpreter
    return interpreter is not None and specifiers.matches(specifier, interpreter.version)


def _first(patterns: Iterable[Pattern], environment: Environment) -> Pattern | None:
    for pattern in patterns:
        if matches(pattern, environment):
            return pattern
    return None


def _ruled(pattern: Pattern, *, included: bool) -> Verdict:
    verb = "included" if included else "excluded"
    return Verdict(
        included=included,
        reason=f"{verb} by '{pattern.text}'",
        rule=Rule(text=pattern.text, line=pattern.line),
    )
