"""A home in which environments come, change and go at random, and which comes to rest again."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import threading

from support.trees import add_ipykernel, link, make_venv, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from support.service import Household, Service

CONTAINERS = (".venvs", ".virtualenvs")
PROJECTS = "src"
BYSTANDER = ".venvs/bystander"
"""An environment that nothing ever happens to."""

AT_REST = "sources: {venv: {projects: [~/src]}}\nservice: {grace: 1s}\n"
_EDITS = (
    AT_REST,
    f'exclude: ["e*", "new-*"]\n{AT_REST}',
    "sources: {venv: {projects: [~/src]}, virtualenvwrapper: false}\nservice: {grace: 1s}\n",
    AT_REST.replace("grace: 1s", "grace: 2s"),
    f"exclud: [unknown]\n{AT_REST}",
    "sources: [\n",
)
_RESIDENTS = (
    *(f".venvs/e{number}" for number in range(8)),
    *(f".virtualenvs/v{number}" for number in range(6)),
    *(f"{PROJECTS}/p{number}/.venv" for number in range(4)),
)
_VERSIONS = ("6.29.5", "6.30.1", "7.1.0")
_PACKAGES = "lib/python3.12/site-packages"
_PAUSES = (0.0, 0.0, 0.0, 0.005, 0.05, 0.15, 0.4, 1.7)
_BURST = 30


class Churn:
    """Does things to a household's environments, at random by `seed`.

    `rest` brings back the same environments each time, so that what a service holds can be
    compared.
    """

    def __init__(self, household: Household, seed: int) -> None:
        self._household = household
        self._random = random.Random(seed)  # noqa: S311 - a test's dice
        self._number = itertools.count()
        self._pause = threading.Event()
        self.done: dict[str, int] = {}
        """How often what was done."""
        household.environment(os.path.basename(BYSTANDER))
        self.rest()

    def act(self, service: Service) -> None:
        """Do one thing, and perhaps wait a moment."""
        actions: tuple[tuple[Callable[[], None], int], ...] = (
            (self._make, 6),
            (self._remove, 6),
            (self._rename, 4),
            (self._make_again, 4),
            (self._take_ipykernel_out, 4),
            (self._put_ipykernel_in, 4),
            (self._upgrade_ipykernel, 4),
            (self._lose_interpreter, 2),
            (self._edit_settings, 3),
            (self._unmount, 1),
            (self._rebuild_root, 1),
            (self._burst, 1),
            (lambda: service.process.send_signal(signal.SIGHUP), 1),
            (self._run_once_beside, 1),
        )
        names = [getattr(action, "__name__", "").strip("_") for action, _ in actions]
        weights = [weight for _, weight in actions]
        (index,) = self._random.choices(range(len(actions)), weights)
        self.done[names[index]] = self.done.get(names[index], 0) + 1
        actions[index][0]()
        self._wait(self._random.choice(_PAUSES))

    def rest(self) -> None:
        """Bring everything into the one state in which it rests."""
        home = self._household
        home.settings(AT_REST)
        write(home.path(".virtualenvs", "postactivate"), "# a hook file\n")
        residents = {home.path(each) for each in _RESIDENTS}
        projects = {os.path.dirname(prefix) for prefix in residents}
        os.makedirs(home.path(PROJECTS), exist_ok=True)
        for entry in tuple(os.scandir(home.path(PROJECTS))):
            if entry.path not in projects:
                shutil.rmtree(entry.path)
        for prefix in self._prefixes() - residents:
            shutil.rmtree(prefix)
        for prefix in residents:
            if not can_run(prefix):
                shutil.rmtree(prefix, ignore_errors=True)
                make_venv(prefix, base=home.base)

    def expected(self) -> set[str]:
        """Return the interpreters of which there must be a kernel at rest, by looking at them."""
        return {f"{prefix}/bin/python" for prefix in self._all_prefixes() if can_run(prefix)}

    def _all_prefixes(self) -> set[str]:
        home = self._household
        prefixes = {
            entry.path
            for container in CONTAINERS
            if os.path.isdir(home.path(container))
            for entry in os.scandir(home.path(container))
            if os.path.isfile(f"{entry.path}/pyvenv.cfg")
        }
        if os.path.isdir(home.path(PROJECTS)):
            for entry in os.scandir(home.path(PROJECTS)):
                if os.path.isfile(f"{entry.path}/.venv/pyvenv.cfg"):
                    prefixes.add(f"{entry.path}/.venv")
        return prefixes

    def _prefixes(self) -> set[str]:
        """Return those that things may happen to."""
        home = self._household
        return self._all_prefixes() - {home.path(".venvs/neighbour"), home.path(BYSTANDER)}

    def _some(self) -> str:
        return self._random.choice(sorted(self._prefixes()) or [self._fresh()])

    def _fresh(self) -> str:
        number = next(self._number)
        place = self._random.choice((*CONTAINERS, PROJECTS))
        path = self._household.path(place, f"new-{number}", ".venv" if place == PROJECTS else "")
        prefix = path.rstrip("/")
        ipykernel = self._random.choice((*_VERSIONS, None))
        return make_venv(prefix, base=self._household.base, ipykernel=ipykernel)

    def _make(self) -> None:
        self._fresh()

    def _remove(self) -> None:
        shutil.rmtree(self._some())

    def _rename(self) -> None:
        prefix = self._some()
        if os.path.basename(prefix) == ".venv":
            prefix = os.path.dirname(prefix)
        os.rename(prefix, os.path.join(os.path.dirname(prefix), f"new-{next(self._number)}"))

    def _make_again(self) -> None:
        """Do as `uv venv --clear` does, and install ipykernel again."""
        prefix = self._some()
        shutil.rmtree(prefix)
        self._wait(self._random.choice(_PAUSES))
        make_venv(prefix, base=self._household.base)

    def _take_ipykernel_out(self) -> None:
        """Do as pip does: what is removed is renamed first."""
        packages = f"{self._some()}/{_PACKAGES}"
        for name in os.listdir(packages):
            if name.startswith("ipykernel"):
                os.rename(f"{packages}/{name}", f"{packages}/~{name[1:]}")
        for name in os.listdir(packages):
            if name.startswith("~pykernel"):
                path = f"{packages}/{name}"
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def _put_ipykernel_in(self) -> None:
        prefix = self._some()
        if not can_run(prefix):
            version = self._random.choice(_VERSIONS)
            add_ipykernel(prefix, f"{prefix}/{_PACKAGES}", version, kernels=False)

    def _upgrade_ipykernel(self) -> None:
        self._take_ipykernel_out()
        self._put_ipykernel_in()

    def _lose_interpreter(self) -> None:
        path = f"{self._some()}/bin/python"
        if os.path.lexists(path):
            os.unlink(path)
            link(path, "/nowhere/python")

    def _edit_settings(self) -> None:
        self._household.settings(self._random.choice(_EDITS))

    def _unmount(self) -> None:
        """Let a root be away for a while."""
        root = self._household.path(".virtualenvs")
        os.rename(root, f"{root}-away")
        self._wait(self._random.choice(_PAUSES))
        os.rename(f"{root}-away", root)

    def _rebuild_root(self) -> None:
        """Remove a root with all that is in it, and begin anew."""
        root = self._household.path(".virtualenvs")
        shutil.rmtree(root)
        self._wait(self._random.choice(_PAUSES))
        os.mkdir(root)

    def _burst(self) -> None:
        made = [self._fresh() for _ in range(_BURST)]
        self._wait(self._random.choice(_PAUSES))
        for prefix in self._random.sample(made, _BURST // 2):
            shutil.rmtree(prefix)

    def _run_once_beside(self) -> None:
        self._household.kernelsync("once")

    def _wait(self, seconds: float) -> None:
        self._pause.wait(seconds)


def can_run(prefix: str) -> bool:
    """Whether there is all that `bin/python -m ipykernel_launcher` would need here."""
    return (
        os.path.isfile(f"{prefix}/pyvenv.cfg")
        and os.access(f"{prefix}/bin/python", os.X_OK)
        and os.path.isfile(f"{prefix}/{_PACKAGES}/ipykernel_launcher.py")
    )
