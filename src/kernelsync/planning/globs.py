"""Globs on names and on paths.

`*` and `?` stay inside one part of a path, `**` as a whole part crosses any number of
them, `[a-z]` and `[!a-z]` are classes. Case always counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

WILDCARDS = "*?["


def matches_name(pattern: str, name: str) -> bool:
    """Return whether a whole name fits a glob."""
    if pattern == "*":
        return True
    if not any(wildcard in pattern for wildcard in WILDCARDS):
        return pattern == name
    return _compiled(pattern).fullmatch(name) is not None


def matches_path(pattern: str, path: str) -> bool:
    """Return whether an absolute path fits a glob.

    `X/**` fits X and everything below it; a pattern without wildcards fits that path only.
    A pattern that does not begin with `/` may begin at any directory, as if `**/` preceded.
    """
    return _parts_match(_pattern_parts(pattern), _split(path))


def check_glob(text: str) -> str | None:
    """Return what is wrong with a glob as a sentence, None if it is right."""
    if not text.strip():
        return "an empty pattern matches nothing"
    if any(part in (".", "..") for part in text.split("/")) and "/" in text:
        return f"'{text}' matches nothing, because paths never contain '.' or '..'"
    for part in text.split("/"):
        try:
            _to_regex(part)
        except ValueError as error:
            return f"'{text}' has {error}"
    return None


def escape(text: str) -> str:
    """Return a glob that fits this very text."""
    return "".join(f"[{char}]" if char in WILDCARDS else char for char in text)


def _split(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


@lru_cache(maxsize=256)
def _pattern_parts(pattern: str) -> tuple[str, ...]:
    parts = _split(pattern)
    return parts if pattern.startswith("/") else ("**", *parts)


def _parts_match(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Match part by part; only the latest `**` is ever tried again, so time stays bounded."""
    at, here = 0, 0
    retry: tuple[int, int] | None = None
    while here < len(path):
        if at < len(pattern) and pattern[at] == "**":
            at += 1
            retry = (at, here)
        elif at < len(pattern) and matches_name(pattern[at], path[here]):
            at, here = at + 1, here + 1
        elif retry is not None:
            retry = (retry[0], retry[1] + 1)
            at, here = retry
        else:
            return False
    return all(part == "**" for part in pattern[at:])


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a glob without slashes; one that is no glob fits only its own text."""
    try:
        return re.compile(_to_regex(pattern), re.DOTALL)
    except ValueError:
        return re.compile(re.escape(pattern))


def _to_regex(pattern: str) -> str:
    """Translate a glob without slashes.

    Each `*` together with what follows it, up to the next `*`, is an atomic group: the
    first place where that fits is as good as any later one, so nothing is tried twice.
    """
    pieces = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "."
        elif char == "[":
            end = _class_end(pattern, at)
            pieces[-1] += _class_regex(pattern[at:end])
            at = end + 1
        else:
            pieces[-1] += re.escape(char)
    first, *others = pieces
    if not others:
        return first
    *middle, last = others
    atoms = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return f"{first}{atoms}.*{last}"


def _class_end(pattern: str, start: int) -> int:
    """Return where a class ends; a `]` that comes first belongs to it."""
    first = start + 1 if pattern.startswith("!", start) else start
    end = pattern.find("]", first + 1)
    if end < 0:
        message = "a '[' without its ']' (write '[[]' for a bracket itself)"
        raise ValueError(message)
    return end


def _class_regex(content: str) -> str:
    negation = "^" if content.startswith("!") else ""
    chars = content[1:] if negation else content
    ranges = []
    at = 0
    while at < len(chars):
        low = high = chars[at]
        at += 1
        if chars.startswith("-", at) and at + 1 < len(chars):
            high = chars[at + 1]
            at += 2
        if low > high:
            message = f"the range '{low}-{high}', which is empty"
            raise ValueError(message)
        ranges.append(f"{re.escape(low)}-{re.escape(high)}")
    return f"[{negation}{''.join(ranges)}]"
