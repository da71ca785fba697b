"""Version specifiers of PEP 440, for released versions of Python.

`packaging` would be a dependency for this alone. Specifiers name releases ("<3.8",
"==3.12.*"); versions may also be pre-releases as pyenv builds them ("3.14.0rc1").
"""

from __future__ import annotations

from functools import lru_cache

from kernelsync.model.value import Value

OPERATORS = ("~=", "==", "!=", "<=", ">=", "<", ">")
"""All operators of PEP 440 but `===`; the two-character ones first, as they are read."""

LONGEST_NUMBER = 9
"""Digits in one part of a version; nothing real has more, and huge integers are slow."""


class Clause(Value):
    """One comparison: `prefix` says that the release ended in `.*`."""

    operator: str
    release: tuple[int, ...]
    prefix: bool = False


class Specifier(Value):
    """A list of comparisons; a version must fulfil all of them."""

    clauses: tuple[Clause, ...]


@lru_cache(maxsize=256)
def parse_specifier(text: str) -> Specifier | None:
    """Return the specifier that a text such as ">=3.9,<3.13" means, None if it means none."""
    clauses = []
    for part in text.split(","):
        clause = _parse_clause(part.strip())
        if clause is None:
            return None
        clauses.append(clause)
    return Specifier(clauses=tuple(clauses))


def check_specifier(text: str) -> str | None:
    """Return what is wrong with a specifier as a sentence, None if it is right."""
    if parse_specifier(text) is not None:
        return None
    if _parse_release(text.strip()) is not None:
        return f"'{text}' is a version without an operator such as == or >="
    return f"'{text}' is not a version specifier as PEP 440 has them"


def matches(specifier_text: str, version_text: str) -> bool:
    """Return whether a version ("3.12.1", "3.12", "3.14.0rc1") fulfils a specifier.

    Missing parts count as zeros. What cannot be read matches nothing.
    """
    specifier = parse_specifier(specifier_text)
    version = _parse_version(version_text)
    if specifier is None or version is None:
        return False
    release, is_pre_release = version
    return all(_fulfils(clause, release, is_pre_release) for clause in specifier.clauses)


def _parse_clause(part: str) -> Clause | None:
    operator = next((each for each in OPERATORS if part.startswith(each)), None)
    if operator is None:
        return None
    version = part[len(operator) :].strip()
    prefix = version.endswith(".*")
    release = _parse_release(version[:-2] if prefix else version)
    if release is None or (prefix and operator not in ("==", "!=")):
        return None
    if operator == "~=" and len(release) < 2:  # noqa: PLR2004 - "~=3" would mean every version
        return None
    return Clause(operator=operator, release=release, prefix=prefix)


def _parse_release(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    if not all(_is_number(part) for part in parts):
        return None
    return tuple(int(part) for part in parts)


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= LONGEST_NUMBER


@lru_cache(maxsize=256)
def _parse_version(text: str) -> tuple[tuple[int, ...], bool] | None:
    """Return the release, and whether the version comes before it (alpha, beta, rc, dev).

    Builds from a checkout ("3.13.0+") and variants ("3.13t") count as their release.
    """
    end = 0
    while end < len(text) and (text[end] in "0123456789."):
        end += 1
    release = _parse_release(text[:end].rstrip("."))
    if release is None:
        return None
    rest = text[end:].lstrip("-_.").lower()
    return release, rest.startswith(("a", "b", "c", "rc", "dev", "pre"))


def _fulfils(clause: Clause, release: tuple[int, ...], is_pre_release: bool) -> bool:  # noqa: FBT001 - a fact of the version, always passed by place beside it
    if clause.prefix:
        begins = _padded(release, len(clause.release))[: len(clause.release)] == clause.release
        return begins == (clause.operator == "==")
    width = max(len(release), len(clause.release))
    ours, theirs = _padded(release, width), _padded(clause.release, width)
    is_same = ours == theirs
    # PEP 440: a pre-release comes before its release, but "<" does not mean it.
    is_less = ours < theirs or (is_same and is_pre_release)
    answers = {
        "==": is_same and not is_less,
        "!=": not is_same or is_less,
        "<": ours < theirs,
        "<=": is_less or is_same,
        ">": not is_less and not is_same,
        ">=": not is_less,
        "~=": not is_less and ours[: len(clause.release) - 1] == clause.release[:-1],
    }
    return answers[clause.operator]


def _padded(release: tuple[int, ...], width: int) -> tuple[int, ...]:
    return release + (0,) * (width - len(release))
