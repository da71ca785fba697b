"""Where in the settings a check is, with what it needs to know."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.config.mistakes import Mistakes


class Scope:
    """A place such as `kernels.name`: its `label`, the user's home, and the mistakes so far."""

    __slots__ = ("home", "label", "mistakes")

    def __init__(self, label: str, home: str, mistakes: Mistakes) -> None:
        self.label = label
        self.home = home
        self.mistakes = mistakes

    def below(self, key: str) -> Scope:
        """Return the scope of a key in here."""
        label = f"{self.label}.{key}" if self.label else key
        return Scope(label, self.home, self.mistakes)
