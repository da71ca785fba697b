"""Settings: what the user asked for, after all checks."""

from __future__ import annotations

from kernelsync.model.value import Value
from kernelsync.typed import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingIpykernel(StrEnum):
    """What to do with an environment that has no ipykernel."""

    RUNTIME = "runtime"
    SKIP = "skip"


class Pattern(Value):
    """One entry of include or exclude; every key that is set must hold.

    `name` and `path` are globs (`**` crosses directories in paths; `~` is expanded
    already), `manager` is a manager's name, `python` a PEP 440 specifier set. `text` is the
    entry as written, `line` its line in the settings file.
    """

    text: str
    line: int | None = None
    manager: str | None = None
    name: str | None = None
    path: str | None = None
    python: str | None = None
    ipykernel: bool | None = None
    base: bool | None = None


class Source(Value):
    """One manager's section under `sources`.

    `options` holds only what the user set (paths expanded, and absolute); a locator asks
    for the rest by its own defaults. `explicit` says that the user wrote this section.
    """

    enabled: bool = True
    explicit: bool = False
    options: Mapping[str, str | tuple[str, ...] | int]


class KernelSettings(Value):
    """The section `kernels`."""

    directory: str | None = None
    name: str = "{name}"
    display_name: str = "{name} ({manager} {minor})"
    badges: bool = True
    missing_ipykernel: MissingIpykernel = MissingIpykernel.RUNTIME
    activate: bool = True
    env: tuple[tuple[str, str], ...] = ()


class ServiceSettings(Value):
    """The section `service`; both in seconds."""

    rescan: float = 60.0
    grace: float = 5.0


class Settings(Value):
    """The whole settings file. `path` is None when there is none and all is default."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    sources: Mapping[str, Source]
    kernels: KernelSettings = KernelSettings()
    service: ServiceSettings = ServiceSettings()
    path: str | None = None
