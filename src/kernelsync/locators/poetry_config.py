"""Where poetry keeps its environments, by its variables, its config.toml and its defaults.

All of these are searched, also where poetry would let one win over another: a variable
that is set in a shell is often not set in a service.
"""

from __future__ import annotations

from kernelsync.locators.paths import directory, expand, tidy, variable
from kernelsync.locators.reading import LIMIT, read_small

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.locators.base import Context
    from kernelsync.model.problem import Problem


def virtualenvs_paths(context: Context) -> tuple[tuple[str, ...], Problem | None]:
    """Return the virtualenvs directories, and what is wrong with config.toml, if anything."""
    configured, problem = _config(context)
    cache_setting = _text(configured.get("cache-dir"))
    caches = (
        variable(context, "POETRY_CACHE_DIR"),
        expand(cache_setting, context) if cache_setting else None,
        _default_cache(context),
    )
    cache = next(path for path in caches if path)
    section = configured.get("virtualenvs")
    written = (
        context.environ.get("POETRY_VIRTUALENVS_PATH"),
        _text(section.get("path")) if isinstance(section, dict) else None,
    )
    chosen = (expand(text.replace("{cache-dir}", cache), context) for text in written if text)
    own = (f"{path}/virtualenvs" for path in caches if path)
    # A path with another placeholder ({project-dir}) stands for no single directory.
    found = (path for path in (*chosen, *own) if path and "{" not in path)
    return tuple(dict.fromkeys(found)), problem


def _default_cache(context: Context) -> str:
    if context.platform == "darwin":
        return tidy(f"{context.home}/Library/Caches/pypoetry")
    return f"{directory('XDG_CACHE_HOME', '.cache', context)}/pypoetry"


def _config_path(context: Context) -> str:
    explicit = variable(context, "POETRY_CONFIG_DIR")
    if explicit is not None:
        return f"{explicit}/config.toml"
    if context.platform == "darwin":
        return tidy(f"{context.home}/Library/Application Support/pypoetry/config.toml")
    return f"{directory('XDG_CONFIG_HOME', '.config', context)}/pypoetry/config.toml"


def _config(context: Context) -> tuple[dict[str, object], Problem | None]:
    path = _config_path(context)
    content = read_small(path, follow=True)
    if content is None:
        return {}, None
    from kernelsync.locators.problems import bad_tool_settings  # noqa: PLC0415 - few have this file

    if len(content) >= LIMIT:
        return {}, bad_tool_settings(path, f"it is longer than {LIMIT} bytes")
    import tomllib  # noqa: PLC0415 - costs 5 ms, and few users have this file

    try:
        return tomllib.loads(content.decode()), None
    except (ValueError, RecursionError) as error:
        return {}, bad_tool_settings(path, str(error))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
