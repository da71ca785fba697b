"""pyenv: its interpreters, and the environments that pyenv-virtualenv made of them."""

from __future__ import annotations

import os

from kernelsync.locators.paths import expand, option, roots_to_search, tidy, variable
from kernelsync.locators.pyenv_versions import envs_directories, find_versions
from kernelsync.model.manager import Manager, OptionKind, SourceOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelsync.locators.base import Context, Finding

MANAGER = Manager(
    name="pyenv",
    word="pyenv",
    colour="#1f5f99",
    description="pyenv: its interpreters and the environments of pyenv-virtualenv",
    options=(
        SourceOption(
            key="root",
            kind=OptionKind.PATH,
            default=None,
            description="PYENV_ROOT; by default that variable's value, and ~/.pyenv",
        ),
    ),
)

_SYSTEM_ROOTS = ("/opt/pyenv", "/usr/local/var/pyenv")
"""Where pyenv is installed for all users: by hand, and by Homebrew until 2019."""


class PyenvLocator:
    """Finds what `pyenv versions` lists, and what it forgets."""

    manager = MANAGER

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self) -> Iterator[Finding]:
        """Yield the interpreters and environments of each pyenv root."""
        for versions in self._roots():
            yield from find_versions(versions, MANAGER)

    def watch_points(self) -> tuple[str, ...]:
        """Return each `versions` directory, and where each interpreter's `envs` is or will be."""
        roots = self._roots()
        from kernelsync.locators.watching import (  # noqa: PLC0415 - for the service alone
            unique,
            watch_root,
        )

        return unique(*map(watch_root, roots), *map(envs_directories, roots))

    def _roots(self) -> tuple[str, ...]:
        """Return the directories called `versions`: these are listed, so these can be absent."""
        context = self._context
        explicit = option(context, "root")
        usual = (variable(context, "PYENV_ROOT"), f"{context.home}/.pyenv", *_SYSTEM_ROOTS)
        installed = (*usual, *_roots_on_path(context))
        return roots_to_search(
            context,
            None if explicit is None else f"{explicit}/versions",
            (tidy(f"{root}/versions") for root in installed if root),
        )


def _roots_on_path(context: Context) -> Iterator[str]:
    """Yield the pyenv roots whose `shims` are on PATH.

    rbenv, nodenv and others have the same layout, hence the look at what the root is; and
    pyenv-virtualenv, which is a plugin below the root, has shims of its own.
    """
    for place in context.environ.get("PATH", "").split(":"):
        head, _, last = place.rstrip("/").rpartition("/")
        root = expand(head, context) if last == "shims" else None
        if root is None or os.path.basename(os.path.dirname(root)) == "plugins":
            continue
        if "pyenv" in os.path.basename(root) or os.path.lexists(f"{root}/libexec/pyenv"):
            yield root
