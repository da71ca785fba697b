"""Environments for tests in which the tool does not matter, and what they expect to see."""

from __future__ import annotations

import json
import os

from support import makers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from support.machine import Machine
    from support.processes import Result

# A kernelspec that somebody else made, with a name that an eager tool could take for its own.
_HAND_MADE = {
    "argv": ["/opt/conda/envs/mine/bin/python", "-m", "ipykernel_launcher", "-f"],
    "display_name": "Mine",
    "language": "python",
}


def environment(machine: Machine, path: str, minor: str = "3.12") -> str:
    """Make an environment with ipykernel, and return its prefix."""
    prefix = makers.by_uv(machine, path, minor)
    makers.install_ipykernel(machine, prefix)
    return prefix


def neighbour(machine: Machine) -> str:
    """Make an environment without ipykernel, so that its folder is not suddenly empty.

    A folder that lost all that was in it looks like an unmounted disk: removals are held.
    """
    return makers.by_uv(machine, ".venvs/neighbour", "3.12")


def hand_made_kernelspec(machine: Machine, name: str = "conda-mine") -> str:
    """Put a kernelspec beside ours that is none of our business, and return its directory."""
    directory = machine.kernel_directory(name)
    machine.write(os.path.join(directory, "kernel.json"), json.dumps(_HAND_MADE))
    machine.write(os.path.join(directory, "logo-svg.svg"), "<svg/>")
    return directory


def once(machine: Machine, *arguments: str) -> Result:
    """Run a pass that must end with exit code 0."""
    return machine.kernelsync("once", *arguments).expect(0)


def states(machine: Machine) -> dict[str, str]:
    """Return the state of every environment, by path."""
    listing = machine.kernelsync("list", "--all", "--json").json
    return {each["path"]: each["state"] for each in listing["data"]["environments"]}


def kernel_of(machine: Machine, prefix: str) -> str | None:
    """Return the name of the kernel that starts the environment's interpreter, by its files."""
    python = os.path.join(prefix, "bin", "python")
    for name in machine.kernel_names():
        with open(os.path.join(machine.kernel_directory(name), "kernel.json"), "rb") as file:
            if json.load(file)["argv"][0] == python:
                return name
    return None
