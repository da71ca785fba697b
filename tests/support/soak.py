"""Soaks a real `kernelsync run` in changes, for a minute or an hour, and watches what it holds.

    PYTHONPATH=src:tests python -m support.soak --minutes 60 [--seed 7] [--json FILE]

It is a test, with bounds that fail, and no benchmark, which compares; so it lives here, and a
test runs a minute of the same. Each round churns at random and then brings back the same
environments. Once the service is still, its kernels must be exactly those environments,
by a look at the disk that shares no code with kernelsync, and its figures are taken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time

from support.churn import BYSTANDER, Churn
from support.service import Household
from support.vitals import growth, look_at
from support.waiting import wait_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from support.service import Service
    from support.vitals import Vitals

ACTIONS = 25
"""Things that happen in one round."""

_LAUNCHERS = ".local/share/kernelsync/runtimes"

_CONVERGED = 30.0
"""Seconds for all to be true again: less than until the first rescan, which must not be needed."""


class Soak:
    """One household with its service; `samples` are taken at rest, one for each round."""

    def __init__(self, home: str, seed: int) -> None:
        self.household = Household(home)
        self.churn = Churn(self.household, seed)
        self.samples: list[Vitals] = []
        self.confirmed = 0
        """How many removals the service had held, rightly, until they were confirmed."""

    def run(self, seconds: float, tell: Callable[[dict[str, float]], None]) -> list[str]:
        """Soak for so long, telling each round's figures; return what has grown."""
        begin = time.monotonic()
        with self.household.service() as service:
            self._settle(service)
            # It brings a launcher for the neighbour, which lacks ipykernel: there for good, and
            # watched from then on. In a later round it would look like growth.
            self.household.kernelsync("once").expect(0)
            assert os.path.isdir(self.household.path(_LAUNCHERS)), service.told()
            bystander = self._bystander()
            while len(self.samples) < 3 or time.monotonic() - begin < seconds:
                for _ in range(ACTIONS):
                    self.churn.act(service)
                self.churn.rest()
                self._settle(service)
                assert self._bystander() == bystander, service.told()
                self.samples.append(look_at(service.process.pid))
                tell({"seconds": time.monotonic() - begin, **self.samples[-1].told()})
            assert "a pass failed" not in service.log, service.told()
            assert service.stop() == 0
        return growth(self.samples)

    def _settle(self, service: Service) -> None:
        """Wait until kernels are what they must be, confirm what is held, and wait for quiet."""
        expected = self.churn.expected()

        def is_true() -> bool:
            surplus = set(self._kernels()) - expected
            held = f"held removals: {len(surplus)}" in service.status if surplus else True
            return held and expected <= set(self._kernels())

        wait_until(is_true, timeout=_CONVERGED, what=lambda: self._told(service))
        surplus = set(self._kernels()) - expected
        if surplus:
            self._confirm(service, surplus)
        assert sorted(self._kernels()) == sorted(expected), self._told(service)
        wait_until(lambda: "held" not in service.status, timeout=_CONVERGED, what=service.told)
        service.wait_still()

    def _confirm(self, service: Service, surplus: set[str]) -> None:
        """Answer for removals that are held: all of environments that are gone."""
        self.confirmed += len(surplus)
        self.household.kernelsync("once", "--confirm-removals").expect(0)
        service.reload()  # what others do to kernelspecs it would only see in its next pass

    def _kernels(self) -> list[str]:
        """Return what the kernels start, one entry for each kernelspec."""
        kernels = self.household.path(".local/share/jupyter/kernels")
        found = []
        for name in os.listdir(kernels):
            try:
                with open(f"{kernels}/{name}/kernel.json", encoding="utf-8") as file:
                    found.append(json.load(file)["argv"][0])
            except FileNotFoundError:  # removed since it was listed
                continue
        return found

    def _bystander(self) -> tuple[int, int]:
        name = os.path.basename(BYSTANDER)
        path = self.household.path(f".local/share/jupyter/kernels/{name}/kernel.json")
        status = os.stat(path)
        return status.st_ino, status.st_mtime_ns

    def _told(self, service: Service) -> str:
        kernels, expected = sorted(self._kernels()), sorted(self.churn.expected())
        missing = sorted(set(expected) - set(kernels))
        return (
            f"\nsurplus {sorted(set(kernels) - set(expected))}\nmissing {missing}{service.told()}"
        )


def main() -> int:
    """Soak as the command line says; the exit code is 1 if something has grown."""
    parser = argparse.ArgumentParser(description="Soak the service in changes.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--json", metavar="FILE", help="also write each round's figures there")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    rounds: list[dict[str, float]] = []

    def tell(figures: dict[str, float]) -> None:
        rounds.append(figures)
        words = (f"{name} {figure:.0f}" for name, figure in figures.items())
        sys.stdout.write(f"round {len(rounds)}: {', '.join(words)}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="kernelsync-soak-") as home:
        soak = Soak(home, options.seed)
        complaints = soak.run(60 * options.minutes, tell)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"seed": options.seed, "done": soak.churn.done, "rounds": rounds}, file)
    for line in complaints or [f"nothing has grown; {soak.confirmed} held removals confirmed"]:
        sys.stdout.write(f"{line}\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
