"""A pass as a program of its own, to be killed or to be told errors: drives the store.

    python kernel_driver.py WHAT DATA_DIRECTORY

WHAT is `store` for a pass of ours, `naive` for one that writes as `jupyter kernelspec install`
does, or `undo`. A pass brings a directory from any state to `WANTED`; problems are printed as
JSON. It imports
everything first, and then makes a system call that marks the beginning of its own work.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys

from kernelsync.errors import KernelsDirectoryError
from kernelsync.kernelspecs import publish, staging, sweep, undo, workplace, writer
from kernelsync.kernelspecs.lock import pass_lock
from kernelsync.kernelspecs.store import KernelStore
from kernelsync.model.kernelspec import Logo, Ownership
from kernelsync.model.outcome import problems_of
from kernelsync.model.plan import Create, Remove, Update
from support.kernels import HOST, NOW, contents_of, make_spec, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernelsync.model.kernelspec import InstalledKernel, KernelSpec
    from kernelsync.model.plan import Action

BEGIN = "/kernelsync-test-begins-here"
"""No such file: asking whether it may be accessed marks the beginning in a trace."""

# What only writing needs is imported with the first change; here it must be there before.
LOADED = (ctypes, publish, staging, sweep, undo, workplace, writer)

PNG = Logo(name="logo-64x64.png", size=3, content=b"png")
OLD = (make_spec("changed", display_name="old"), make_spec("doomed"), make_spec("same"))
WANTED = (
    make_spec("changed", display_name="new", logos=(PNG, *OLD[0].logos)),
    make_spec("fresh"),
    make_spec("same"),
)


def plan(installed: tuple[InstalledKernel, ...], store: KernelStore) -> list[Action]:
    """Return what brings the installed kernels to `WANTED`, leaving what is not ours."""
    ours = {
        kernel.name: kernel
        for kernel in map(store.verify, installed)
        if kernel.ownership is Ownership.OURS
    }
    wanted = {spec.name: spec for spec in WANTED}
    actions: list[Action] = [
        Update(spec=spec, installed=ours[name], reason="changed")
        for name, spec in wanted.items()
        if name in ours and _differs(spec, ours[name])
    ]
    actions += [
        Create(spec=spec, reason="new")
        for name, spec in wanted.items()
        if name not in {kernel.name for kernel in installed}
    ]
    actions += [
        Remove(installed=kernel, reason="gone")
        for name, kernel in ours.items()
        if name not in wanted
    ]
    return actions


def _differs(spec: KernelSpec, kernel: InstalledKernel) -> bool:
    sizes = {logo.name: logo.size for logo in spec.logos}
    return (spec.document, sizes) != (kernel.document, kernel.files)


def run_store(data: str) -> list[str]:
    """Make one pass with the store."""
    store = KernelStore(os.path.join(data, "kernels"), host=HOST)
    with pass_lock(os.path.join(data, "lock")):
        problems = list(store.sweep(NOW))
        installed, _ = store.read()
        actions = plan(installed, store)
        if actions:
            with store.prepare(NOW) as opened:
                problems += problems_of([opened.apply(action) for action in actions])
    return [f"{problem.code}: {problem.message}" for problem in problems]


def run_undo(data: str) -> list[str]:
    """Undo the last pass."""
    store = KernelStore(os.path.join(data, "kernels"), host=HOST)
    with pass_lock(os.path.join(data, "lock")):
        restored = store.undo(NOW + 1)
    return [one.problem.message for one in restored if one.problem is not None]


def run_naive(data: str) -> list[str]:
    """Make one pass as many a tool would: remove the old tree, and copy the new one there."""
    kernels = os.path.join(data, "kernels")
    for spec in WANTED:
        directory = os.path.join(kernels, spec.name)
        shutil.rmtree(directory, ignore_errors=True)
        put(directory, contents_of(spec))
    shutil.rmtree(os.path.join(kernels, "doomed"), ignore_errors=True)
    return []


def main(kind: str, data: str) -> int:
    """Mark the beginning, make one pass and say what went wrong."""
    run = {"store": run_store, "naive": run_naive, "undo": run_undo}[kind]
    os.access(BEGIN, os.F_OK)
    try:
        problems = run(data)
    except KernelsDirectoryError as error:
        problems = [f"{error.code}: {error.message}"]
    print(json.dumps(problems))  # noqa: T201 - this is a program
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
