"""Publishes kernelspecs in several passes, as one of several programs that do so at once.

    python kernel_racer.py race|hold|swap DATA_DIRECTORY NUMBER

`race` says "ready", waits for a line and then makes its passes. `hold` takes the lock, says
"ready" and keeps it. `swap` says "ready" and exchanges the kernelspec `SWAPPED` for a link to
`outside`, and back, until its standard input ends.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys

from kernelsync.kernelspecs.lock import pass_lock
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.plan import Create
from support.kernels import HOST, NOW, make_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.kernelspec import KernelSpec

PASSES = 5
SWAPPED = "project"


def lock_path(data: str) -> str:
    """Return the lock that all take."""
    return os.path.join(data, "runtime", "lock")


def counter_path(data: str) -> str:
    """Return the file that counts the passes; two at a time would lose counts."""
    return os.path.join(data, "counter")


def specs(number: int) -> list[KernelSpec]:
    """Return what one racer publishes: one kernelspec for each pass, and one that all want."""
    own = [make_spec(f"racer-{number}-{turn}") for turn in range(PASSES)]
    return [*own, make_spec("shared")]


def _pass(data: str, spec: KernelSpec) -> None:
    store = KernelStore(os.path.join(data, "kernels"), host=HOST)
    with pass_lock(lock_path(data)):
        _count(data)
        problems = list(store.sweep(NOW))
        present = {kernel.name for kernel in store.read()[0]}
        with store.prepare(NOW) as writer:
            for wanted in (spec, make_spec("shared")):
                if wanted.name not in present:
                    outcome = writer.apply(Create(spec=wanted, reason="new"))
                    problems += [outcome.problem] if outcome.problem is not None else []
    if problems:
        raise AssertionError(problems)


def _count(data: str) -> None:
    try:
        with open(counter_path(data), encoding="ascii") as counter:
            count = int(counter.read())
    except FileNotFoundError:
        count = 0
    with open(counter_path(data), "w", encoding="ascii") as counter:
        counter.write(str(count + 1))


def outside_path(data: str) -> str:
    """Return the directory that nobody may be led to."""
    return os.path.join(data, "outside")


def _swap(data: str) -> None:
    path, away = os.path.join(data, "kernels", SWAPPED), os.path.join(data, "away")
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            os.rename(path, away)
            os.symlink(outside_path(data), path)
            os.unlink(path)
            os.rename(away, path)
        except OSError:
            # The other side came in between: begin anew, with whatever is there.
            _put_back(path, away)


def _put_back(path: str, away: str) -> None:
    with contextlib.suppress(OSError):
        if os.path.islink(path):
            os.unlink(path)
        if os.path.isdir(away) and not os.path.lexists(path):
            os.rename(away, path)


def main(what: str, data: str, number: int) -> int:
    """Race, hold the lock, or swap."""
    if what == "hold":
        with pass_lock(lock_path(data)):
            print("ready", flush=True)  # noqa: T201 - this is a program
            sys.stdin.read()
        return 0
    print("ready", flush=True)  # noqa: T201 - this is a program
    if what == "swap":
        _swap(data)
        return 0
    sys.stdin.readline()
    for spec in specs(number)[:PASSES]:
        _pass(data, spec)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
