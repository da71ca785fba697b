"""The paths that users and tools write down, as absolute paths."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kernelsync.locators.base import Context


def expand(text: str, context: Context) -> str | None:
    """Return a written path with `~`, `$NAME` and `${NAME}` put in, None if it is not absolute.

    The working directory never counts: a service has another one than the user's shell.
    """
    path = _fill_in(text.strip(), context.environ)
    if path == "~" or path.startswith("~/"):
        path = f"{context.home}{path[1:]}"
    if not path.startswith("/") or "\0" in path:
        return None
    return tidy(path)


def tidy(path: str) -> str:
    """Return an absolute path without doubled or trailing slashes, `.` and `..`."""
    return f"/{os.path.normpath(path).lstrip('/')}"


def directory(name: str, default: str, context: Context) -> str:
    """Return the XDG directory in the variable `name`, else `default` below home.

    The XDG base directory specification tells programs to ignore relative values.
    """
    value = context.environ.get(name, "")
    return tidy(value if value.startswith("/") else f"{context.home}/{default}")


def roots_to_search(
    context: Context,
    explicit: str | None,
    usual: Iterable[str | None],
) -> tuple[str, ...]:
    """Return the one root that the settings name, else all usual and known ones, once each."""
    if explicit is not None:
        return (explicit,)
    return tuple(dict.fromkeys(path for path in (*usual, *context.known_roots) if path))


def option(context: Context, key: str) -> str | None:
    """Return the path that the settings give for an option of this source, None without one."""
    value = context.source.options.get(key)
    return expand(value, context) if isinstance(value, str) else None


def variable(context: Context, name: str) -> str | None:
    """Return the path in an environment variable, None if it is unset or not absolute."""
    value = context.environ.get(name)
    return expand(value, context) if value else None


def _fill_in(text: str, environ: Mapping[str, str]) -> str:
    if "$" not in text:
        return text
    import re  # noqa: PLC0415 - hardly any path holds a variable

    def value(match: re.Match[str]) -> str:
        return environ.get(match[1] or match[2], match[0])

    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", value, text)
