"""poetry: the environments in its virtualenvs directory, called after their projects.

`envs.toml` beside them is an index that lacks some and keeps others for ever: not read.
"""

from __future__ import annotations

from kernelsync.locators.listing import children
from kernelsync.locators.paths import option, roots_to_search
from kernelsync.locators.poetry_config import virtualenvs_paths
from kernelsync.model.environment import Candidate
from kernelsync.model.manager import Manager, OptionKind, SourceOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kernelsync.locators.base import Context, Finding
    from kernelsync.model.problem import Problem

MANAGER = Manager(
    name="poetry",
    word="poetry",
    colour="#6b3fa0",
    description="poetry: the environments in its cache (those in projects belong to `venv`)",
    options=(
        SourceOption(
            key="path",
            kind=OptionKind.PATH,
            default=None,
            description="poetry's virtualenvs.path; by default as poetry itself is configured",
        ),
    ),
)

_HASH_LENGTH = 8


class PoetryLocator:
    """Finds what `poetry env list` shows, for all projects at once."""

    manager = MANAGER

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self) -> Iterator[Finding]:
        """Yield the environments of each virtualenvs directory."""
        roots, problem = self._roots()
        if problem is not None:
            yield problem
        for root in roots:
            yield from _in_root(root, self._context.as_before)

    def watch_points(self) -> tuple[str, ...]:
        """Return each virtualenvs directory."""
        from kernelsync.locators.watching import (  # noqa: PLC0415 - for the service alone
            unique,
            watch_root,
        )

        return unique(*map(watch_root, self._roots()[0]))

    def _roots(self) -> tuple[tuple[str, ...], Problem | None]:
        explicit = option(self._context, "path")
        if explicit is not None:
            return (explicit,), None
        usual, problem = virtualenvs_paths(self._context)
        return roots_to_search(self._context, None, usual), problem


def project_name(directory: str) -> str | None:
    """Return the project in `<project>-<hash>-py<X.Y>`, None if that is not the pattern.

    The hash is 8 characters of URL-safe base64, and so may hold a hyphen itself.
    """
    head, _, python = directory.rpartition("-py")
    name, digest = head[: -_HASH_LENGTH - 1], head[-_HASH_LENGTH:]
    if not name or head[-_HASH_LENGTH - 1] != "-":
        return None
    major, _, minor = python.partition(".")
    letters = digest.replace("-", "").replace("_", "")
    plain = f"{letters}{major}{minor}".isascii() and letters.isalnum()
    return name if plain and major.isdigit() and minor.isdigit() else None


def _in_root(root: str, as_before: Mapping[str, Candidate]) -> Iterator[Finding]:
    def make(name: str, prefix: str, real: str) -> Candidate:
        project = project_name(name)
        return Candidate(
            prefix=prefix,
            real=real,
            name=project or name,
            manager=MANAGER,
            root=root,
            distribution=project,
        )

    return children(root, MANAGER, make, as_before=as_before)
