"""Settings from their file: all of them right, or all mistakes at once.

Only the fast way, where there is no file, is in the imports here.
"""

from __future__ import annotations

import os

from kernelsync.model.settings import (
    KernelSettings,
    MissingIpykernel,
    ServiceSettings,
    Settings,
    Source,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kernelsync.config.mistakes import Mistakes
    from kernelsync.model.manager import Manager


def load(path: str | None, *, required: bool, home: str, managers: Sequence[Manager]) -> Settings:
    """Return the settings of a file; without one the defaults, unless it is `required`.

    Every manager gets its `Source`. `home` is what `~` stands for.

    Raises:
        SettingsError: With all mistakes, in the order of their lines.
    """
    if path is None or not (required or _is_there(path)):
        return _settings({}, managers, home, None)
    from kernelsync.config.mistakes import Mistakes  # noqa: PLC0415 - only a file needs it
    from kernelsync.config.reading import read_text  # noqa: PLC0415 - as above
    from kernelsync.errors import SettingsError  # noqa: PLC0415 - as above

    mistakes = Mistakes(path)
    text = read_text(path, mistakes, is_named=required)
    facts = {} if text is None else _facts(text, mistakes, managers, home)
    if mistakes.problems:
        raise SettingsError(mistakes.problems, path=path)
    return _settings(facts, managers, home, path)


def _is_there(path: str) -> bool:
    """Return whether a path has something; a dangling symlink or an unreadable folder counts.

    Both had settings once: going on with the defaults would take kernels away.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def _facts(text: str, mistakes: Mistakes, managers: Sequence[Manager], home: str) -> dict[str, Any]:
    """Return the sections of a text with the keys that it sets."""
    from kernelsync.config.checking import read_table  # noqa: PLC0415 - only a file needs it
    from kernelsync.config.parsing import parse  # noqa: PLC0415 - as above
    from kernelsync.config.schema import settings_table  # noqa: PLC0415 - as above
    from kernelsync.config.scope import Scope  # noqa: PLC0415 - as above

    node = parse(text, mistakes)
    if node is None:
        return {}
    return read_table(settings_table(tuple(managers)), node, Scope("", home, mistakes))


def _settings(
    facts: Mapping[str, Any], managers: Sequence[Manager], home: str, path: str | None
) -> Settings:
    """Put values together; everything that the facts leave out has the model's default."""
    kernels = dict(facts.get("kernels", {}))
    if "missing_ipykernel" in kernels:
        kernels["missing_ipykernel"] = MissingIpykernel(kernels["missing_ipykernel"])
    written = facts.get("sources", {})
    return Settings(
        include=facts.get("include", ()),
        exclude=facts.get("exclude", ()),
        sources={each.name: _source(each, written.get(each.name), home) for each in managers},
        kernels=KernelSettings(**kernels),
        service=ServiceSettings(**facts.get("service", {})),
        path=path,
    )


def _source(manager: Manager, written: object, home: str) -> Source:
    """Return a manager's source.

    An option written at its default is as if it were not written, and a source is `explicit`
    only if something differs: so a file that spells out the defaults changes nothing.
    """
    if not isinstance(written, dict):
        enabled = written is not False
        return Source(enabled=enabled, explicit=not enabled, options={})
    defaults = {option.key: _expanded(option.default, home) for option in manager.options}
    options = {key: value for key, value in written.items() if value != defaults[key]}
    return Source(enabled=True, explicit=bool(options), options=options)


def _expanded(default: str | tuple[str, ...] | int | None, home: str) -> object:
    from kernelsync.config.paths import expand  # noqa: PLC0415 - only written options need it

    match default:
        case str():
            return expand(default, home)
        case tuple():
            return tuple(expand(path, home) for path in default)
        case _:
            return default
