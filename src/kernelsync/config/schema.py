"""The settings file described as data: every key with its kind, its default and its reason."""

from __future__ import annotations

from functools import cache

from kernelsync.config.kinds import (
    Choice,
    Count,
    Duration,
    Field,
    Flag,
    NameGlob,
    PathGlob,
    PathList,
    PathText,
    RuleList,
    Switch,
    Table,
    Template,
    Variables,
    VersionRange,
)
from kernelsync.model.manager import OptionKind
from kernelsync.model.settings import KernelSettings, MissingIpykernel, ServiceSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.kinds import Kind
    from kernelsync.model.manager import Manager, SourceOption

TEMPLATE_FIELDS = ("name", "manager", "python", "minor", "project")
DEEPEST_SEARCH = 16
ONE_DAY = 24 * 60 * 60.0


@cache
def settings_table(managers: tuple[Manager, ...]) -> Table:
    """Return the description of the whole file, for the managers that there are."""
    names = tuple(dict.fromkeys(name for each in managers for name in (each.name, each.word)))
    rules = RuleList(rule=_rule_table(names), managers=names)
    return Table(
        fields=(
            Field(key="include", kind=rules, default=(), reason=INCLUDE),
            Field(key="exclude", kind=rules, default=(), reason=EXCLUDE),
            Field(key="sources", kind=_sources(managers), default=None, reason=SOURCES),
            Field(key="kernels", kind=_kernels(), default=None, reason=KERNELS),
            Field(key="service", kind=_service(), default=None, reason=SERVICE),
        )
    )


def _rule_table(managers: tuple[str, ...]) -> Table:
    def key(name: str, kind: Kind, why: str) -> Field:
        return Field(key=name, kind=kind, default=None, reason=why)

    return Table(
        takes_null=False,
        fields=(
            key("manager", Choice(words=managers), "The tool that made the environment."),
            key("name", NameGlob(), "A glob on the environment's name."),
            key("path", PathGlob(), "A glob on its path; `**` crosses directories."),
            key("python", VersionRange(), 'Its Python as a PEP 440 specifier, such as "<3.8".'),
            key("ipykernel", Flag(), "Whether ipykernel is installed in it."),
            key("base", Flag(), "Whether it is a bare interpreter."),
        ),
    )


def _sources(managers: tuple[Manager, ...]) -> Table:
    return Table(
        fields=tuple(
            Field(
                key=manager.name,
                kind=Switch(options=Table(fields=tuple(map(_option, manager.options)))),
                default=True,
                reason=manager.description,
            )
            for manager in managers
        )
    )


def _option(option: SourceOption) -> Field:
    kinds: dict[OptionKind, Kind] = {
        OptionKind.PATH: PathText(),
        OptionKind.PATHS: PathList(),
        OptionKind.INTEGER: Count(least=0, most=DEEPEST_SEARCH),
    }
    return Field(
        key=option.key,
        kind=kinds[option.kind],
        default=option.default,
        reason=option.description,
    )


def _kernels() -> Table:
    start = KernelSettings()
    template = Template(fields=TEMPLATE_FIELDS)
    missing = Choice(words=tuple(MissingIpykernel))
    return Table(
        fields=(
            Field(key="directory", kind=PathText(), default=start.directory, reason=DIRECTORY),
            Field(key="name", kind=template, default=start.name, reason=NAME),
            Field(
                key="display_name", kind=template, default=start.display_name, reason=DISPLAY_NAME
            ),
            Field(key="badges", kind=Flag(), default=start.badges, reason=BADGES),
            Field(
                key="missing_ipykernel",
                kind=missing,
                default=start.missing_ipykernel,
                reason=MISSING_IPYKERNEL,
            ),
            Field(key="activate", kind=Flag(), default=start.activate, reason=ACTIVATE),
            Field(key="env", kind=Variables(), default=start.env, reason=ENV),
        )
    )


def _service() -> Table:
    start = ServiceSettings()
    rescan = Duration(least=1.0, most=ONE_DAY)
    grace = Duration(least=0.1, most=ONE_DAY)
    return Table(
        fields=(
            Field(key="rescan", kind=rescan, default=start.rescan, reason=RESCAN),
            Field(key="grace", kind=grace, default=start.grace, reason=GRACE),
        )
    )


INCLUDE = """\
Which environments become kernels; with no entry, all that are found. Entries are as in exclude."""

EXCLUDE = """\
Which environments never become kernels; this wins over include. Entries should be in quotes, \
because YAML takes a leading * for an alias, and 3.10 for the number 3.1.
  - "tmp-*"                             a glob on the name
  - "pyenv:2.7.*"                       MANAGER:GLOB
  - "~/archive/**"                      a glob on the path: anything with a slash
  - {manager: pyenv, python: "<3.8"}    all keys must hold: manager, name, path, python (a PEP 440
                                        specifier), ipykernel (true, false), base (true, false)"""

SOURCES = """\
Where environments are looked for. Each source is true, false, or a mapping of its options. An \
option that is null has the tool's own default."""

KERNELS = "What the kernels are like."

SERVICE = "How the service paces itself: 500ms, 60s, 2m or 1h; a plain number is seconds."

DIRECTORY = """\
Where kernels are written; null is the `kernels` folder of your Jupyter data directory, where \
every Jupyter finds them."""

NAME = """\
A kernel's name, the only thing that a notebook remembers of it: so by default the same on every \
machine. Fields: {name}, {manager}, {python}, {minor}, {project}."""

DISPLAY_NAME = """\
What launchers and menus show; same fields. Without the patch version, because notebooks store \
this, and an upgrade would change them all."""

BADGES = """\
Draw the tool and the Python version on the kernel's logo, to tell kernels apart at a glance."""

MISSING_IPYKERNEL = """\
An environment without ipykernel is to borrow one that is kept outside of it (runtime), so that \
your project needs no notebook dependencies, or to be left alone (skip). Where there is nothing to \
borrow, it becomes no kernel either way."""

ACTIVATE = "Set VIRTUAL_ENV and PATH in the kernel, so that !pip and %%bash mean its environment."

ENV = 'Variables for every kernel, such as {MPLBACKEND: "agg"}; values are strings.'

RESCAN = """\
How often everything is looked at even if nothing seemed to change: what notifications missed \
(a network disk, too many events at once) shows after this time."""

GRACE = """\
How long an environment must be gone before its kernel goes, because tools that rebuild one remove \
it first."""
