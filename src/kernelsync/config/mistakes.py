"""Mistakes in the settings, collected so that all are told at once."""

from __future__ import annotations

from kernelsync.model.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelsync.config.nodes import Node

MOST_GUESSES = 25
"""Words for which the nearest known one is looked up; that takes a while for each."""


class Mistakes:
    """The mistakes found so far in the file at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: list[Problem] = []
        self._guesses = 0

    def add(self, code: str, node: Node, message: str, hint: str | None = None) -> None:
        """Note a mistake at the place of a node; `code` is the part after "settings-"."""
        self.add_at((node.line, node.column), code, message, hint)

    def add_at(
        self, place: tuple[int, int] | None, code: str, message: str, hint: str | None = None
    ) -> None:
        """Note a mistake at a line and column, None where it is about the file as a whole."""
        line, column = place or (None, None)
        self._found.append(
            Problem(
                code=f"settings-{code}",
                message=message,
                path=self._path,
                hint=hint,
                line=line,
                column=column,
            )
        )

    def guess(self, word: str, known: Iterable[str]) -> str | None:
        """Return a hint with the known word that was probably meant, None if none is near."""
        self._guesses += 1
        if self._guesses > MOST_GUESSES:
            return None
        from kernelsync.planning.suggest import nearest  # noqa: PLC0415 - only mistakes need it

        found = nearest(word, known)
        return f"did you mean '{found}'?" if found else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All mistakes in the order of their places."""
        return tuple(sorted(self._found, key=lambda each: (each.line or 0, each.column or 0)))
