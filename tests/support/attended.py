"""Passes that remember what they probed, as the service's do, one after the other.

As a program it makes some environments and passes over them, for strace to watch:

    python -m support.attended HOME COUNT

It looks for `/begin-NAME` and `/end-NAME`, which do not exist, around each pass: marks in the
trace.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

from kernelsync.config.load import load
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.locators import MANAGERS
from kernelsync.model.surroundings import Surroundings
from kernelsync.pass_options import PassOptions
from kernelsync.reconcile import Reconciler
from kernelsync.service.attendant import Attendant
from kernelsync.service.brief import kernels_to_watch, places_to_watch
from kernelsync.service.probed import Probed
from kernelsync.service.removals import Removals
from kernelsync.watch.debounce import Debounce, Due, Patience
from support.trees import make_base, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelsync.machine import Machine
    from kernelsync.model.kernelspec import InstalledKernel
    from kernelsync.model.outcome import PassResult


class Attended:
    """A home with environments in `~/.venvs`, and the passes of one service over them.

    Removals wait for nothing, so that each pass shows what it believes. Two of them with different
    `data` directories have nothing but the environments in common. `later` is by how many seconds
    their clock is ahead: what was just made is too young to be remembered otherwise.
    """

    def __init__(
        self,
        home: str,
        data: str = ".local/share/jupyter",
        machine: Machine | None = None,
        later: float = 0.0,
    ) -> None:
        self.home = home
        self.base = f"{home}/opt/python"
        if not os.path.isdir(self.base):
            make_base(self.base)
        self.kernels_directory = f"{home}/{data}/kernels"
        self.surroundings = Surroundings(
            environ={},
            home=home,
            uid=os.geteuid(),
            host="this-host",
            platform="linux",
            prefix="/usr",
        )
        self.settings = load(None, required=False, home=home, managers=MANAGERS)
        self._reconciler = Reconciler(
            self.settings,
            self.surroundings,
            store=KernelStore(self.kernels_directory, "this-host"),
            jupyter_path=(self.kernels_directory, f"{home}/others/kernels"),
            machine=machine,
            clock=lambda: time.time() + later,
        )
        self._probed = Probed()
        self._removals = Removals(Debounce(Patience(grace=0.0)), _nobody, clock=lambda: 0.0)

    def environment(self, name: str, ipykernel: str | None = "6.29.5") -> str:
        """Make an environment, and return its prefix."""
        return make_venv(f"{self.home}/.venvs/{name}", base=self.base, ipykernel=ipykernel)

    def kernels(self) -> set[str]:
        """Return the names of the installed kernels."""
        return set(os.listdir(self.kernels_directory))

    def pass_over(self, *directories: str) -> PassResult:
        """Pass over what hints are about; over everything without any."""
        due = Due(everything=not directories, directories=frozenset(directories))
        self._probed.begin(due)
        attendant = Attendant(due, self._probed, self._removals, lambda: False)
        options = PassOptions(attendance=attendant, eager=not due.everything)
        result = self._reconciler.run(options, contextlib.nullcontext)
        self._probed.end()
        return result

    def places(self, result: PassResult) -> tuple[str, ...]:
        """Return the directories that a service would watch after a pass."""
        return (
            *places_to_watch(result, self.settings, self.surroundings).all,
            *kernels_to_watch(result, self.kernels_directory),
        )

    def rest(self) -> None:
        """Let go of all that only the very next pass would make use of."""
        self._reconciler.forget()

    def begin_and_give_up(self, *directories: str) -> None:
        """Begin a pass that comes to no end, as a bug or a full disk would have it."""
        self._probed.begin(Due(directories=frozenset(directories)))


def _nobody(kernels: Sequence[InstalledKernel]) -> list[int | None]:
    return [None] * len(kernels)


def main(home: str, count: int) -> None:
    """Make environments; pass over all, over one of them, over their folder, and over all."""
    attended = Attended(home)
    prefixes = [attended.environment(f"e{number}") for number in range(count)]
    passes = {
        "first": (),
        "one": (f"{prefixes[0]}/lib/python3.12/site-packages",),
        "container": (os.path.dirname(prefixes[0]),),
        "all": (),
    }
    for name, directories in passes.items():
        if name != "first":
            write(f"{prefixes[0]}/lib/python3.12/site-packages/{name}.py")
        os.path.exists(f"/begin-{name}")
        attended.pass_over(*directories)
        os.path.exists(f"/end-{name}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
