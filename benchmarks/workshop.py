"""What the measurements of the service need installed: kernelsync, its rivals, and wheels."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from installs import install_ours, run, versions_of, virtual_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

RIVALS = ["watchdog>=7.1,<8", "watchfiles>=1", "uv>=0.5"]
"""Programs that watch, and uv, which makes environments: none of them is used by the service."""
HEAVY = ["jupyterlab", "ipykernel"]
"""What is installed into a watched environment, from wheels that are fetched once."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Directories of virtual environments (kernelsync, its rivals), wheels, and uv's cache."""

    kernelsync: str
    rivals: str
    wheels: str
    cache: str
    versions: dict[str, str]

    @property
    def uv(self) -> str:
        """The program uv."""
        return f"{self.rivals}/bin/uv"


def furnish(work: str, checkout: str, heavy: Sequence[str] = HEAVY) -> Workshop:
    """Install kernelsync from the checkout (always anew), and the rest unless it is there.

    `heavy` are the packages whose wheels are fetched.

    Raises:
        MeasurementError: pip failed.
    """
    ours = install_ours(work, checkout)
    rivals = virtual_environment(f"{work}/tools/rivals")
    if not os.path.exists(f"{rivals}/.complete"):
        run([f"{rivals}/bin/pip", "install", "--quiet", *RIVALS])
        run([f"{rivals}/bin/python", "-m", "compileall", "-qq", f"{rivals}/lib"], accept=(0, 1))
        _mark(rivals)
    wheels = f"{work}/wheelhouse"
    if heavy and not os.path.exists(f"{wheels}/.complete"):
        run([f"{rivals}/bin/pip", "download", "--quiet", "--dest", wheels, *heavy])
        _mark(wheels)
    names = ("kernelsync", "watchdog", "watchfiles", "uv")
    versions = {**versions_of(rivals, names), **versions_of(ours, names)}
    return Workshop(
        kernelsync=ours,
        rivals=rivals,
        wheels=wheels,
        cache=f"{work}/uv-cache",
        versions={"python": sys.version.split()[0], **versions},
    )


def _mark(directory: str) -> None:
    with open(f"{directory}/.complete", "w", encoding="utf-8"):
        pass
