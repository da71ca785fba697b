"""virtualenvwrapper: every directory in WORKON_HOME that is an environment.

WORKON_HOME also holds the user's hook scripts, which are files and never read.
"""

from __future__ import annotations

import os

from kernelsync.locators.listing import children
from kernelsync.locators.paths import expand, option, roots_to_search, tidy
from kernelsync.locators.presence import is_environment
from kernelsync.locators.reading import one_path, read_small
from kernelsync.model.environment import Candidate
from kernelsync.model.manager import Manager, OptionKind, SourceOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.locators.base import Context, Finding

MANAGER = Manager(
    name="virtualenvwrapper",
    word="workon",
    colour="#0b7285",
    description="virtualenvwrapper: the environments in WORKON_HOME",
    options=(
        SourceOption(
            key="home",
            kind=OptionKind.PATH,
            default=None,
            description="WORKON_HOME; by default that variable's value, and ~/.virtualenvs",
        ),
    ),
)


class VirtualenvwrapperLocator:
    """Finds what `workon` offers."""

    manager = MANAGER

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self) -> Iterator[Finding]:
        """Yield the environments of each WORKON_HOME."""
        for home in self._homes():
            yield from _in_home(home, self._context)

    def watch_points(self) -> tuple[str, ...]:
        """Return each WORKON_HOME."""
        from kernelsync.locators.watching import (  # noqa: PLC0415 - for the service alone
            unique,
            watch_root,
        )

        return unique(*map(watch_root, self._homes()))

    def _homes(self) -> tuple[str, ...]:
        context = self._context
        usual = (_workon_home(context), tidy(f"{context.home}/.virtualenvs"))
        return roots_to_search(context, option(context, "home"), usual)


def _workon_home(context: Context) -> str | None:
    """Return WORKON_HOME; virtualenvwrapper.sh takes a relative one from the home directory."""
    value = context.environ.get("WORKON_HOME", "")
    if not value:
        return None
    return expand(value, context) or expand(f"{context.home}/{value}", context)


def _link_name(context: Context) -> str:
    """Return the name of the file that links an environment to its project."""
    name = context.environ.get("VIRTUALENVWRAPPER_PROJECT_FILENAME", "")
    return name if name and "/" not in name else ".project"


def _in_home(home: str, context: Context) -> Iterator[Finding]:
    link_name = _link_name(context)

    def make(name: str, prefix: str, real: str) -> Candidate:
        # Most environments have no project; to try to open the file costs twice as much.
        link = f"{prefix}/{link_name}"
        project = one_path(read_small(link)) if os.access(link, os.F_OK) else None
        return Candidate(
            prefix=prefix,
            real=real,
            name=name,
            manager=MANAGER,
            root=home,
            project=project,
        )

    return children(home, MANAGER, make, accept=is_environment, as_before=context.as_before)
