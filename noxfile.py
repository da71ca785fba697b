"""The checks, each in an environment of its own; `nox -s faults` is what takes hours.

`nox -l` lists them. What follows `--` goes to the tool, and KERNELSYNC_SHARD=2/8 makes `faults`
do the second eighth of each part.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_existing_virtualenvs = True

_PROJECT = nox.project.load_toml("pyproject.toml")
_FAULTS = {
    "kills": ({"KERNELSYNC_FAULTS": "all"}, ["tests/faults/test_program_kills.py"]),
    "errors": ({"KERNELSYNC_FAULTS": "all"}, ["tests/faults/test_program_errors.py"]),
    "store": ({"KERNELSYNC_FAULTS": "all"}, ["tests/faults/test_kernel_crashes.py"]),
    "controls": ({}, ["tests/faults/test_negative_controls.py"]),
    "readers": ({"KERNELSYNC_READS": "1000000"}, ["tests/faults/test_kernel_readers.py"]),
    "races": ({"KERNELSYNC_ROUNDS": "10000"}, ["tests/poison/test_swaps.py"]),
    "fuzz": ({"KERNELSYNC_FUZZ": "100000"}, ["tests/poison/test_fuzz.py"]),
    "steps": ({"KERNELSYNC_HISTORIES": "400"}, ["tests/property/test_passes_over_time.py"]),
    "histories": ({"KERNELSYNC_SEEDS": "100000"}, ["tests/simulation"]),
}
"""What each part sets, and which tests it runs. A history of `steps` has 25 of them."""


def _install(session: nox.Session, *groups: str) -> None:
    session.install("-e", ".", *nox.project.dependency_groups(_PROJECT, *groups))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests as CI does, the long ones as samples."""
    _install(session, "test")
    session.run("pytest", "-n4", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and layers."""
    _install(session, "test", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")


@nox.session
@nox.parametrize("part", [nox.param(part, id=part) for part in _FAULTS])
def faults(session: nox.Session, part: str) -> None:
    """Try every fault there is, and print how many points, shots and hits there were."""
    _install(session, "test")
    variables, files = _FAULTS[part]
    session.run("pytest", "-s", *files, *session.posargs, env=variables)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Try the benchmarks in their smoke form."""
    _install(session, "test", "bench")
    session.run("python", "benchmarks/compare.py", "--smoke")
    session.run("python", "benchmarks/service.py", "--smoke", "--only", "8,9")
