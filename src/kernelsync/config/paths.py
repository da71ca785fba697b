"""Paths as people write them in settings."""

from __future__ import annotations

from kernelsync.config.wording import brief

HOMES = ("~", "$HOME", "${HOME}")


def check_path(text: str) -> str | None:
    """Return what is wrong with a path as a sentence, None if it is right."""
    if not text.strip():
        return "an empty path"
    if any(char < " " or char == "\x7f" for char in text):
        return f"a control character in '{brief(text)}'"
    if _split_home(text) is not None:
        return None
    if text.startswith("~"):
        return f"'{brief(text)}': only your own home directory has a short form, '~/'"
    if any(_is_variable(part) for part in text.split("/")):
        return f"'{brief(text)}': variables are not expanded here, except $HOME at the beginning"
    return None


def expand(text: str, home: str) -> str:
    """Return a checked path as an absolute one; a relative path starts at home."""
    rest = _split_home(text)
    if rest is None:
        rest = text if text.startswith("/") else f"/{text}"
        home = "" if text.startswith("/") else home
    whole = home + rest
    parts = [part for part in whole.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)


def expand_glob(pattern: str, home: str) -> str:
    """Return a checked path glob with the home directory, as text without wildcards, put in."""
    from kernelsync.planning.globs import escape  # noqa: PLC0415 - only rules need it

    rest = _split_home(pattern)
    return pattern if rest is None else escape(home.rstrip("/")) + rest


def _split_home(text: str) -> str | None:
    """Return what follows the home directory ("" or "/…"), None if a path begins otherwise."""
    for name in HOMES:
        rest = text.removeprefix(name)
        if text.startswith(name) and (not rest or rest.startswith("/")):
            return rest
    return None


def _is_variable(part: str) -> bool:
    return part.startswith("${") or (part.startswith("$") and part[1:2].isidentifier())
