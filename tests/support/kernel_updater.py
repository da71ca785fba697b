"""Updates one kernelspec over and over, as a program of its own.

    python kernel_updater.py store|naive DATA_DIRECTORY

It says "ready" when the kernelspec is there, and how many updates it made when its standard
input ends.
"""

from __future__ import annotations

import os
import select
import shutil
import sys

from kernelsync.kernelspecs.layout import KEPT_SECONDS
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.plan import Create, Update
from support.kernels import HOST, NOW, contents_of, make_spec, put

NAME = "project"
TEXTS = ("one", "two")
SPECS = tuple(make_spec(NAME, display_name=text) for text in TEXTS)
BATCH = 100
"""Updates between two cleanings of the trash."""


def main(kind: str, data: str) -> int:
    """Update until standard input ends."""
    kernels = os.path.join(data, "kernels")
    store = KernelStore(kernels, host=HOST)
    with store.prepare(NOW) as writer:
        writer.apply(Create(spec=SPECS[0], reason="new"))
    print("ready", flush=True)  # noqa: T201 - this is a program
    updates = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        if kind == "naive":
            _update_naively(kernels, updates)
        else:
            _update(store, updates)
        updates += BATCH
    print(updates)  # noqa: T201 - this is a program
    return 0


def _update(store: KernelStore, updates: int) -> None:
    # So much time goes by between two batches that the trash is emptied each time.
    now = NOW + (updates // BATCH) * 2.0 * KEPT_SECONDS
    kernel = store.read()[0][0]
    with store.prepare(now) as writer:
        for number in range(1, BATCH + 1):
            spec = SPECS[number % 2]
            outcome = writer.apply(Update(spec=spec, installed=kernel, reason="changed"))
            if outcome.problem is not None:
                raise AssertionError(outcome.problem.message)


def _update_naively(kernels: str, updates: int) -> None:
    directory = os.path.join(kernels, NAME)
    for number in range(updates, updates + BATCH):
        shutil.rmtree(directory)
        put(directory, contents_of(SPECS[number % 2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
