"""Worlds apart: a home directory of its own, with everything in it, for each measurement."""

from __future__ import annotations

import os
from dataclasses import dataclass

from environments import make_environments, make_kernelspecs

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, kw_only=True)
class World:
    """A home directory with a number of environments (or of ready-made kernelspecs)."""

    home: str
    count: int

    @property
    def data(self) -> str:
        """Jupyter's data directory, in which the kernelspecs are."""
        return f"{self.home}/jupyter"

    @property
    def containers(self) -> str:
        """The directory of the environments."""
        return f"{self.home}/workon"

    @property
    def generated(self) -> tuple[str, ...]:
        """The directories of what was made for the measurement, which nothing writes to."""
        return (self.containers, f"{self.home}/base", f"{self.home}/store")

    def environ(self, *, data: str | None = None) -> dict[str, str]:
        """Return all the environment variables of a process in this world.

        Nothing is inherited: neither PYTHONDONTWRITEBYTECODE (imports cost twice as much
        without .pyc files) nor the real user's Jupyter, pyenv and XDG directories.
        """
        return {
            "HOME": self.home,
            "PATH": SYSTEM_PATH,
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": f"{self.home}/.config",
            "XDG_DATA_HOME": f"{self.home}/.local/share",
            "XDG_STATE_HOME": f"{self.home}/.local/state",
            "XDG_CACHE_HOME": f"{self.home}/.cache",
            "XDG_RUNTIME_DIR": f"{self.home}/run",
            "JUPYTER_DATA_DIR": data or self.data,
            "JUPYTER_CONFIG_DIR": f"{self.home}/jupyter-config",
            "JUPYTER_RUNTIME_DIR": f"{self.home}/jupyter-runtime",
            "WORKON_HOME": self.containers,
        }


def world_with_environments(work: str, count: int) -> World:
    """Return the world of `count` environments below `work`, made if it is not there yet."""
    world = World(home=f"{work}/environments-{count}", count=count)
    return _ready(world, lambda: make_environments(world.home, count))


def world_with_kernelspecs(work: str, count: int) -> World:
    """Return the world of `count` static kernelspecs below `work`, made if it is not there."""
    world = World(home=f"{work}/kernelspecs-{count}", count=count)
    return _ready(world, lambda: make_kernelspecs(f"{world.data}/kernels", count))


def _ready(world: World, make: Callable[[], object]) -> World:
    done = f"{world.home}/.complete"
    if not os.path.exists(done):
        make()
        os.makedirs(f"{world.home}/run", mode=0o700)
        os.makedirs(world.data, exist_ok=True)
        with open(done, "x", encoding="utf-8"):
            pass
    return world


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
