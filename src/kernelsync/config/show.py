"""The settings in force, as YAML that could be a settings file itself."""

from __future__ import annotations

from kernelsync.config.writing import block, duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.model.manager import Manager
    from kernelsync.model.settings import Pattern, Settings, Source


def effective(settings: Settings, managers: Sequence[Manager]) -> str:
    """Return all settings, defaults included; read again, they mean the same."""
    kernels = settings.kernels
    values: dict[str, object] = {
        "include": tuple(map(_rule, settings.include)),
        "exclude": tuple(map(_rule, settings.exclude)),
        "sources": {each.name: _source(settings.sources[each.name], each) for each in managers},
        "kernels": {
            "directory": kernels.directory,
            "name": kernels.name,
            "display_name": kernels.display_name,
            "badges": kernels.badges,
            "missing_ipykernel": str(kernels.missing_ipykernel),
            "activate": kernels.activate,
            "env": dict(kernels.env),
        },
        "service": {
            "rescan": duration(settings.service.rescan),
            "grace": duration(settings.service.grace),
        },
    }
    return "\n".join(block(values)) + "\n"


def _rule(rule: Pattern) -> object:
    """Return a rule as the user wrote it; a mapping with its keys as they are understood."""
    if not rule.text.startswith("{"):
        return rule.text
    keys = ("manager", "name", "path", "python", "ipykernel", "base")
    found = {key: getattr(rule, key) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def _source(source: Source, manager: Manager) -> object:
    if not source.enabled:
        return False
    if not manager.options:
        return True
    return {each.key: source.options.get(each.key, each.default) for each in manager.options}
