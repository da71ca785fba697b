"""Whether a path can stand in a kernel.json, which has no way to escape anything."""

from __future__ import annotations

from kernelsync.model.value import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.environment import Candidate
    from kernelsync.model.problem import Problem


def difficulty(candidate: Candidate, separator: str) -> Problem | None:
    """Return why a candidate cannot become a kernel by its path alone, None if it can.

    `separator` is the one between the entries of PATH.
    """
    prefix = candidate.prefix
    legible = is_text(f"{prefix}{candidate.real}{candidate.name}{candidate.root}")
    why = _unusable(prefix, separator) if legible else ""
    if why is None:
        return None
    from kernelsync.locators.problems import (  # noqa: PLC0415 - few searches meet with one
        unusable_name,
        unusable_path,
    )

    return unusable_path(prefix, why) if legible else unusable_name(prefix)


def without_unusable(candidate: Candidate) -> Candidate:
    """Return the candidate without those further paths of it that no kernel.json can hold."""
    project = candidate.project
    if project is not None and not (is_text(project) and not _has_control(project)):
        project = None
    aliases = tuple(alias for alias in candidate.aliases if is_text(alias))
    if project == candidate.project and aliases == candidate.aliases:
        return candidate
    return replace(candidate, project=project, aliases=aliases)


def is_text(path: str) -> bool:
    """Return whether a path is UTF-8, which a file name on disk need not be."""
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unusable(prefix: str, separator: str) -> str | None:
    if separator in prefix:
        return f"{separator!r}, which separates the entries of PATH"
    if not prefix.isprintable() and _has_control(prefix):
        return "a line break or another control character"
    if "{" in prefix:
        return _placeholder(prefix)
    return None


def _placeholder(prefix: str) -> str | None:
    """Return what Jupyter would put something else in place of (jupyter_client, manager.py)."""
    import re  # noqa: PLC0415 - hardly any path holds a brace

    found = re.search(r"\{[A-Za-z0-9_]+\}", prefix)
    return f"{found[0]}, which Jupyter would replace" if found else None


def _has_control(text: str) -> bool:
    return any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text)  # noqa: PLR2004 - the C0 and C1 ranges of Unicode
