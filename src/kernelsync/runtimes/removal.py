"""Takes away what no kernel uses: builds that were replaced, and whole runtimes."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile

from kernelsync.runtimes.announcing import announce
from kernelsync.runtimes.failure import BuildFailure, failure_of
from kernelsync.runtimes.installed import current_build, names_in
from kernelsync.runtimes.layout import BUILDS, CURRENT, REMOVED, STAGING
from kernelsync.runtimes.turn import turn, unused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from kernelsync.model.problem import Problem


def sweep(directory: str) -> None:
    """Remove what was never finished; to be called by whoever holds the turn."""
    staging = os.path.join(directory, STAGING)
    for name in names_in(staging):
        shutil.rmtree(os.path.join(staging, name), ignore_errors=True)


def remove_old_builds(directory: str, key: str) -> None:
    """Remove the builds of a runtime that are not in force, and that no kernel uses any more.

    What cannot be removed stays for the next time.
    """
    runtime = os.path.join(directory, key)
    in_force = current_build(runtime)
    for path in _builds(runtime):
        if path != in_force:
            try:
                _remove_build(directory, path)
            except OSError:
                continue


def remove_replaced(directory: str, keys: Iterable[str]) -> None:
    """Remove the replaced builds of runtimes that kernels kept from being removed before.

    What cannot be removed now stays for the next time.
    """
    crowded = [key for key in keys if len(names_in(os.path.join(directory, key, BUILDS))) > 1]
    if not crowded:
        return
    with contextlib.suppress(BuildFailure, OSError), turn(directory, lambda: None):
        for key in crowded:
            remove_old_builds(directory, key)


def remove_runtimes(
    directory: str, keys: Sequence[str], given_up: Collection[str] = ()
) -> tuple[list[str], list[Problem]]:
    """Remove these runtimes, in turn; return the keys of those that are gone, and why not.

    Of those that are `given_up` a note stays, by which passes know that nobody has to wait for
    them, or build them anew: kernels that borrowed from them go.
    """
    removed: list[str] = []
    problems: list[Problem] = []
    for key in keys:
        try:
            with turn(directory, lambda: None):
                remove_runtime(directory, key, is_given_up=key in given_up)
                announce(directory)
            removed.append(key)
        except BuildFailure as failure:
            problems.append(failure.problem)
        except OSError as error:
            problems.append(failure_of(error, "removing", directory).problem)
    return removed, problems


def remove_runtime(directory: str, key: str, *, is_given_up: bool) -> None:
    """Remove a runtime with all of its builds, whatever state they are in.

    Raises:
        BuildFailure: kernels use it, or it cannot be removed; then it is as before.
    """
    runtime = os.path.join(directory, key)
    for path in _builds(runtime):
        with unused(path) as is_unused:
            if not is_unused:
                message = f"a running kernel uses the runtime {key}"
                hint = "shut the kernel down, then ask again"
                raise BuildFailure(message, code="runtime-in-use", path=runtime, hint=hint)
    try:
        # Without this link it is no runtime any more: no kernel begins to use it.
        if os.path.islink(link := os.path.join(runtime, CURRENT)):
            os.unlink(link)
        if is_given_up:
            _note_removal(directory, key)
        for path in _builds(runtime):
            _remove_build(directory, path)
        if not names_in(os.path.join(runtime, BUILDS)):
            _discard(directory, runtime)
    except OSError as error:
        raise failure_of(error, "removing", runtime) from error


def forget_removal(directory: str, key: str) -> None:
    """Take back the note that a runtime was removed on purpose: somebody installed it again."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(directory, key + REMOVED))


def _note_removal(directory: str, key: str) -> None:
    with open(os.path.join(directory, key + REMOVED), "wb"):
        pass


def _remove_build(directory: str, path: str) -> None:
    """Move a build to where nobody looks for one, then delete it; not one that is in use."""
    with unused(path) as is_unused:
        if not is_unused:
            return
        aside = _put_aside(directory, path)
    shutil.rmtree(aside)


def _discard(directory: str, runtime: str) -> None:
    """Remove what is left of a runtime once its builds are gone, or never were."""
    if os.path.lexists(runtime):
        shutil.rmtree(_put_aside(directory, runtime))


def _put_aside(directory: str, path: str) -> str:
    """Move something to where nobody looks for it; return the directory that it is in now."""
    staging = os.path.join(directory, STAGING)
    os.makedirs(staging, mode=0o700, exist_ok=True)
    aside = tempfile.mkdtemp(dir=staging)
    os.rename(path, os.path.join(aside, "doomed"))
    return aside


def _builds(runtime: str) -> Iterator[str]:
    for name in names_in(os.path.join(runtime, BUILDS)):
        yield os.path.join(runtime, BUILDS, name)
