"""What the locators' tests share: a home directory of their own, and short questions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kernelsync.locators.base import Context
from kernelsync.model.environment import Candidate, Root
from kernelsync.model.problem import Problem
from kernelsync.model.settings import Settings, Source
from kernelsync.model.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kernelsync.locators.base import Finding, Locator


class Found:
    """Findings by their kind, restricted to the test's own directory."""

    def __init__(self, findings: Iterable[Finding], within: str) -> None:
        everything = list(findings)
        roots = [found for found in everything if isinstance(found, Root)]
        self.roots = {root.path: root for root in roots if root.path.startswith(within)}
        outside = {root.path for root in roots} - self.roots.keys()
        self.problems = [
            found
            for found in everything
            if isinstance(found, Problem) and found.root not in outside
        ]
        self.candidates = [
            found
            for found in everything
            if isinstance(found, Candidate) and found.root not in outside
        ]

    @property
    def names(self) -> list[str]:
        """The names of the candidates, sorted."""
        return sorted(candidate.name for candidate in self.candidates)

    def one(self, name: str) -> Candidate:
        """Return the only candidate of that name."""
        (candidate,) = (found for found in self.candidates if found.name == name)
        return candidate


class Place:
    """A directory tree with a home directory, and the questions that tests ask about it."""

    def __init__(self, path: Path) -> None:
        self.path = os.path.realpath(path)
        self.home = f"{self.path}/home"
        os.mkdir(self.home)

    def context(
        self,
        environ: dict[str, str] | None = None,
        *,
        platform: str = "linux",
        known_roots: tuple[str, ...] = (),
        **options: str | tuple[str, ...] | int,
    ) -> Context:
        """Return a context with these environment variables and options of the source."""
        return Context(
            environ=environ or {},
            home=self.home,
            platform=platform,
            source=Source(options=options, explicit=bool(options)),
            known_roots=known_roots,
        )

    def find(self, locator: type[Locator], context: Context | None = None) -> Found:
        """Return what a locator finds, by default with nothing but its own defaults."""
        return self.sorted(locator(context or self.context()).find())

    def sorted(self, findings: Iterable[Finding]) -> Found:
        """Sort findings by their kind."""
        return Found(findings, self.path)

    def surroundings(self, **environ: str) -> Surroundings:
        """Return surroundings with this home and these environment variables."""
        return Surroundings(
            environ=environ, home=self.home, uid=0, host="h", platform="linux", prefix="/usr"
        )

    def settings(self, **sources: Source) -> Settings:
        """Return default settings with these sources."""
        return Settings(sources=sources)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty place of the test's own."""
    return Place(tmp_path)
