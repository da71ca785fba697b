"""Locators: where each tool keeps its environments.

Adding a tool is one file with its `MANAGER` and its locator, and one line here.
"""

from __future__ import annotations

from kernelsync.locators.poetry import PoetryLocator
from kernelsync.locators.pyenv import PyenvLocator
from kernelsync.locators.venv import VenvLocator
from kernelsync.locators.virtualenvwrapper import VirtualenvwrapperLocator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.locators.base import Locator
    from kernelsync.model.manager import Manager

# The first one that finds an environment names it, so the most specific comes first.
LOCATORS: tuple[type[Locator], ...] = (
    PyenvLocator,  # its `versions` directory holds nothing else, and its links give the names
    PoetryLocator,  # a directory of its own, and names that no other tool gives
    VirtualenvwrapperLocator,  # one directory, but pipenv and people put environments there too
    VenvLocator,  # knows an environment by pyvenv.cfg alone, which every tool writes
)

MANAGERS: tuple[Manager, ...] = tuple(locator.manager for locator in LOCATORS)

__all__ = ["LOCATORS", "MANAGERS"]
