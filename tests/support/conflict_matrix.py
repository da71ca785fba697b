"""Print what becomes of kernels in environments with one old or odd package, by strategy.

    PYTHONPATH=src:tests python tests/support/conflict_matrix.py --python 3.8

`finder` is the launcher; `append` and `prepend` put the runtime on `sys.path` instead. "own"
means that the user's code imports the environment's package, "lent" that it gets the runtime's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile

from kernelsync.runtimes.install import Installer
from kernelsync.runtimes.pins import pins_for
from support.conflicts import STRATEGIES, attempt, cases, environment
from support.lab import key_of
from support.real_pyenv import RealPyenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.conflicts import Answer


def main() -> int:
    """Print the table; fail if a kernel does not run with the launcher."""
    options = _parser().parse_args()
    work = tempfile.mkdtemp(prefix="kernelsync-conflicts-")
    try:
        return _table(options, work)
    finally:
        shutil.rmtree(work)


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    top.add_argument("--python", required=True, help="3.8, say")
    top.add_argument("--whole", action="store_true", help="install what the packages need, too")
    top.add_argument("--only", default="", help="packages whose names contain this")
    top.add_argument("--strategies", default=",".join(STRATEGIES))
    return top


def _install_runtime(work: str, minor: str, network: Mapping[str, str]) -> str:
    key, runtimes = key_of(minor), os.path.join(work, "runtimes")
    os.makedirs(runtimes)
    environ = {**network, "HOME": work, "PATH": os.defpath, "LANG": "C.UTF-8"}
    Installer(runtimes, os.path.join(work, "wheels"), environ).install(key, pins_for(key))
    return os.path.join(runtimes, key)


def _table(options: argparse.Namespace, work: str) -> int:
    minor, network = options.python, dict(os.environ)
    python = RealPyenv.find(os.environ).python(minor)
    runtime = _install_runtime(work, minor, network)
    environ = {"HOME": work, "PATH": os.defpath, "LANG": "C.UTF-8"}
    strategies = options.strategies.split(",")
    totals = dict.fromkeys(strategies, (0, 0))
    print(f"{'':<28}" + "".join(f"{each:<10}" for each in strategies))  # noqa: T201 - it prints
    count = 0
    for case in cases(minor):
        if options.only not in case:
            continue
        count += 1
        prefix = os.path.join(os.path.realpath(work), "environment")
        environment(python, case, prefix, network, whole=options.whole)
        answers = {each: attempt(prefix, case, runtime, environ, each) for each in strategies}
        shutil.rmtree(prefix)
        for name, answer in answers.items():
            runs, own = totals[name]
            totals[name] = runs + answer.runs, own + answer.own
        words = "".join(f"{_word(answer):<10}" for answer in answers.values())
        print(f"{case:<28}{words}{_why(answers)}", flush=True)  # noqa: T201 - it prints
    for name, (runs, own) in totals.items():
        print(f"{name}: {runs} of {count} run, {own} import their own")  # noqa: T201 - it prints
    return 0 if totals.get("finder", (count, 0))[0] == count else 1


def _word(answer: Answer) -> str:
    if not answer.runs:
        return "fails"
    return "own" if answer.own else "lent"


def _why(answers: dict[str, Answer]) -> str:
    return "; ".join(each.why[:90] for each in answers.values() if each.why)


if __name__ == "__main__":
    sys.exit(main())
